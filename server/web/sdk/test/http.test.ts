import { expect, test } from 'vitest';
import { createClient } from '../src/index.ts';
import { until } from './support/fake-server.ts';
import { card } from './support/samples.ts';
import { useWorld } from './support/setup.ts';

const world = useWorld();

test('A request carries the login, and the answer is what came', async () => {
  world.server.pages.set('GET /api/blocks', { status: 200, body: { people: [card('b')] } });
  expect(await world.client.blocks()).toEqual({ people: [card('b')] });
  world.server.pages.set('PATCH /api/me', { status: 200, body: card('me') });
  await world.client.updateMe({ name: 'Ada' });
  expect(world.server.requests).toEqual([
    { line: 'GET /api/blocks', authorization: 'Bearer token', body: '' },
    { line: 'PATCH /api/me', authorization: 'Bearer token', body: '{"name":"Ada"}' },
  ]);
});

test('Every request has its address', async () => {
  const { client, server } = world;
  await Promise.allSettled([
    client.me(), client.lobby(), client.lobby(7), client.history(), client.history(5, 'a/b'), client.historyOf('c/1'), client.iceServers(),
    client.block('u'), client.unblock('u'), client.stats(), client.standing(), client.appeal('Why?'), client.acknowledge('m/1'),
    client.exportData(), client.exportData('a/b'),
  ]);
  expect(server.requests.map(({ line }) => line).sort()).toEqual([
    'DELETE /api/blocks/u', 'GET /api/history/c%2F1', 'GET /api/history?limit=20', 'GET /api/history?limit=5&cursor=a%2Fb',
    'GET /api/ice-servers', 'GET /api/lobby?limit=50', 'GET /api/lobby?limit=7', 'GET /api/me', 'GET /api/me/export',
    'GET /api/me/export?cursor=a%2Fb', 'GET /api/me/standing',
    'GET /api/stats/live', 'POST /api/appeals', 'POST /api/measures/m%2F1/seen', 'PUT /api/blocks/u',
  ]);
  expect(server.requests.find(({ line }) => line === 'POST /api/appeals')?.body).toBe('{"text":"Why?"}');
});

test('A report says what it is about, a note only when there is one', async () => {
  const { client, server } = world;
  server.pages.set('POST /api/reports', { status: 201, body: { reportId: 'r' } });
  expect(await client.report('c', 'spam')).toEqual({ reportId: 'r' });
  await client.report('c', 'other', 'See the chat.');
  expect(server.requests.map(({ line, body }) => [line, body])).toEqual([
    ['POST /api/reports', '{"callId":"c","reason":"spam"}'],
    ['POST /api/reports', '{"callId":"c","reason":"other","note":"See the chat."}'],
  ]);
});

test('A login is kept, told and forgotten', async () => {
  const { client, server } = world;
  const told: (string | undefined)[] = [];
  client.on('session', session => told.push(session?.user.id));
  server.pages.set('POST /api/auth/guest', { status: 201, body: { token: 'new', expiresAt: '', user: card('ada') } });
  server.pages.set('POST /api/auth/logout', { status: 204 });
  await client.signInAsGuest({ name: 'Ada', gender: 'female', adult: true });
  expect(world.saved?.token).toBe('new');
  await client.signOut();
  expect([world.saved, client.session, told]).toEqual([undefined, undefined, ['ada', undefined]]);
  expect(() => client.connect()).toThrow(expect.objectContaining({ code: 'signed_out' }));
  expect(server.requests.at(-1)?.authorization).toBe('Bearer new');
});

test('A sign-out forgets at once, and does not take the next login along', async () => {
  const { client, server } = world;
  server.pages.set('POST /api/auth/logout', 'silence');
  server.pages.set('POST /api/auth/guest', { status: 201, body: { token: 'next', expiresAt: '', user: card('bo') } });
  const controller = new AbortController();
  const out = client.signOut(controller);
  expect([client.session, world.saved]).toEqual([undefined, undefined]);
  await client.signInAsGuest({ name: 'Bo', gender: 'male', adult: true });
  controller.abort();
  await expect(out).rejects.toMatchObject({ name: 'AbortError' });
  expect([client.session?.token, world.saved?.token]).toEqual(['next', 'next']);
  expect(server.requests[0]).toMatchObject({ line: 'POST /api/auth/logout', authorization: 'Bearer token' });
});

test('An ended login leaves the one of another tab alone', async () => {
  const other = { token: 'other', expiresAt: '', user: card('bo') };
  world.saved = other;
  world.server.refusals.push({ status: 401, body: { code: 'session_ended' } });
  world.client.connect();
  await until(() => world.client.state.state === 'ended');
  expect([world.client.session, world.saved]).toEqual([undefined, other]);
});

test('A changed profile is in the login from then on', async () => {
  const { client, server } = world;
  const user = { ...card('me'), name: 'Ada again' };
  server.pages.set('PATCH /api/me', { status: 200, body: user });
  const told: (string | undefined)[] = [];
  client.on('session', session => told.push(session?.user.name));
  await client.updateMe({ name: 'Ada again' });
  expect(world.saved).toEqual({ token: 'token', expiresAt: '2030-01-01T00:00:00.000Z', user });
  expect([client.session?.user, told]).toEqual([user, ['Ada again']]);
});

test('Requests need no more of a browser than the page promises', async () => {
  const any = AbortSignal.any;
  Reflect.deleteProperty(AbortSignal, 'any');
  try {
    world.server.pages.set('GET /api/me', { status: 200, body: card('me') });
    expect(await world.client.me({ signal: new AbortController().signal })).toEqual(card('me'));
  } finally {
    AbortSignal.any = any;
  }
});

test('A problem is an error with its code, time, field and other fields', async () => {
  const page = (status: number, body?: object | string, headers?: Record<string, string>): void =>
    void world.server.pages.set('GET /api/me', { status, ...body !== undefined && { body }, ...headers && { headers } });
  page(403, { code: 'banned', detail: 'Spam.', until: '2027-01-01T00:00:00.000Z', retryAfterSeconds: 60 });
  await expect(world.client.me()).rejects.toMatchObject({
    code: 'banned', message: 'Spam.', retryable: false, retryAfterSeconds: 60, details: { until: '2027-01-01T00:00:00.000Z' },
    ban: { until: '2027-01-01T00:00:00.000Z' },
  });
  page(400, { code: 'invalid_argument', field: 'name' });
  await expect(world.client.me()).rejects.toMatchObject({ code: 'invalid_argument', field: 'name', retryable: false, ban: undefined });
  page(429, 'slow down', { 'retry-after': '7' });
  await expect(world.client.me()).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7, retryable: true });
  page(503, '<h1>Bad gateway</h1>');
  await expect(world.client.me()).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  page(418, 'teapot');
  await expect(world.client.me()).rejects.toMatchObject({ code: 'unexpected_answer', retryable: false });
});

test('A server that is not there is unreachable', async () => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1' });
  await expect(client.stats()).rejects.toMatchObject({ code: 'unreachable', retryable: true });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseUrl, http } from './support/http.js';
import { connect, everywhere, forgedId, guest, upgrade } from './support/people.js';
import { assertFields, assertProblem, assertTime } from './support/shapes.js';

test('A body that is no JSON is refused as such', async () => {
  for (const body of ['', '{', 'null', '[]', '"Ann"', '{"name":"Ann"', '\u0000', '[['.repeat(5000)]) {
    assertProblem(await http('POST', '/api/auth/guest', { body }), 400, 'invalid_argument');
  }
  const text = await http('POST', '/api/auth/guest', { body: 'name=Ann', headers: { 'content-type': 'text/plain' } });
  assert.ok(text.status === 400 || text.status === 415, `${text.status}`);
  assert.match(text.type, /^application\/problem\+json/);
});

test('A body of over 1 MB is refused', async () => {
  assertProblem(await http('POST', '/api/auth/guest', { body: { name: 'a'.repeat(1_100_000) } }), 413, 'too_large');
});

test('What is not there is 404 with a code', async () => {
  const ann = await guest();
  assertProblem(await ann.http('GET', '/api/nothing'), 404, 'not_found');
  assertProblem(await http('GET', '/api/nothing/at/all'), 404, 'not_found');
});

test('Large answers are compressed when asked for, small ones are not', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => connect({
    languages: ['en', 'de', 'fr', 'it', 'es'], interests: Array.from({ length: 6 }, (_, i) => `an interest number ${i}`) })));
  await Promise.all(people.map(p => p.ok('SetAvailable', true)));
  await everywhere();
  const { token } = people[0].person;
  for (const encoding of ['br', 'gzip']) {
    const answer = await http('GET', '/api/lobby?limit=100', { token, headers: { 'accept-encoding': encoding } });
    assert.equal(answer.headers.get('content-encoding'), encoding);
    assert.ok(answer.body.people.length >= 5);
  }
  const plain = await http('GET', '/api/lobby?limit=100', { token, headers: { 'accept-encoding': 'identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
  const small = await http('GET', '/version', { headers: { 'accept-encoding': 'br, gzip' } });
  assert.equal(small.headers.get('content-encoding'), null);
});

test('The pages are served, whole also when compressed', async () => {
  const page = await http('GET', '/', { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(page.status, 200);
  assert.match(page.type, /^text\/html/);
  const script = /<script type="module"[^>]+src="([^"]+)"/.exec(page.text)?.[1];
  assert.ok(script, page.text.slice(0, 300));
  for (const encoding of ['gzip', 'br', 'identity']) {
    const code = await http('GET', script, { headers: { 'accept-encoding': encoding } });
    assert.equal(code.status, 200);
    assert.ok(code.text.length > 1000, `${code.text.length} characters as ${encoding}`);
  }
});

test('The pages have nothing inline that their policy would refuse', async () => {
  for (const path of ['/', '/admin']) {
    const page = await http('GET', path);
    assert.equal(page.status, 200, path);
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.match(page.text, /<script[^>]+src="/, path);
    assert.doesNotMatch(page.text, /<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:/i, path);
  }
});

test('Health says live and ready without a login', async () => {
  for (const path of ['/health/live', '/health/ready']) {
    const { status, body } = await http('GET', path);
    assert.equal(status, 200);
    assertFields(body, ['status', 'reasons']);
    assert.deepEqual(body.reasons, []);
  }
});

test('The full health is for operators; through a proxy without a token it says little', async () => {
  for (const path of ['/health', '/api/health']) {
    const direct = await http('GET', path);
    assert.equal(direct.status, 200);
    assertTime(direct.body.timestamp);
    assert.ok(Object.keys(direct.body).length > 2, direct.text);
    const proxied = await http('GET', path, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    assert.equal(proxied.status, 200);
    assertFields(proxied.body, ['status', 'timestamp']);
  }
});

test('The version is told', async () => {
  const { status, body } = await http('GET', '/version');
  assert.equal(status, 200);
  assert.equal(typeof body.version, 'string');
});

test('Live figures are three whole numbers', async () => {
  const ann = await connect();
  const { status, body } = await http('GET', '/api/stats/live');
  assert.equal(status, 200);
  assertFields(body, ['online', 'waiting', 'calls']);
  for (const name of Object.keys(body)) {
    assert.ok(Number.isInteger(body[name]) && body[name] >= 0, `${name}: ${body[name]}`);
  }
  assert.ok(body.online >= 1);
  await ann.ok('Resume');
});

test('ICE servers come with their expiry; no TURN credentials outside a call', async () => {
  const ann = await guest();
  const body = await ann.get('/api/ice-servers');
  assertFields(body, ['iceServers', 'expiresAt', 'provider']);
  assertTime(body.expiresAt);
  assert.ok(Array.isArray(body.iceServers));
  for (const server of body.iceServers) {
    assertFields(server, ['urls']);
  }
});

test('A limit of the lobby is a number', async () => {
  const ann = await guest();
  for (const limit of ['many', '0', '-1', '1e9', '']) {
    assertProblem(await ann.http('GET', `/api/lobby?limit=${limit}`), 400, 'invalid_argument', 'limit');
  }
});

test('A foreign origin opens no connection and reads nothing', async () => {
  const ann = await guest();
  for (const origin of ['https://evil.example', 'null', `${baseUrl}.evil.example`]) {
    const ticket = await ann.hubTicket();
    assert.equal(await upgrade(`?access_token=${encodeURIComponent(ticket)}`, { origin }), 403, origin);
    const answer = await http('GET', '/api/me', { token: ann.token, headers: { origin } });
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  }
  const ticket = await ann.hubTicket();
  assert.equal(await upgrade(`?access_token=${encodeURIComponent(ticket)}`, { origin: baseUrl }), 101);
});

test('Answers carry the headers that keep a browser safe', async () => {
  const { headers } = await http('GET', '/');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});

test('An id in a path that is none of ours is not found', async () => {
  const ann = await guest();
  for (const id of ['..%2f..%2fetc', '%00', "'%3B--", 'x'.repeat(2000), forgedId()]) {
    const answer = await ann.http('GET', `/api/history/${id}`);
    assert.ok(answer.status === 404 || answer.status === 400, `${id.slice(0, 20)}: ${answer.status}`);
  }
});

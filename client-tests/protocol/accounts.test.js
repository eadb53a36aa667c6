import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http } from './support/http.js';
import { connect, everywhere, forgedId, guest } from './support/people.js';
import { assertCard, assertProblem } from './support/shapes.js';

const signUp = fields => http('POST', '/api/auth/guest', { body: { name: 'Ann', gender: 'female', adult: true, ...fields } });

test('A guest gets a token for seven days and their own card', async () => {
  const ann = await guest({ name: 'Ann', gender: 'female', languages: ['en', 'de'], interests: ['music'] });
  assert.deepEqual(
    { ...ann.card, id: undefined },
    { id: undefined, name: 'Ann', gender: 'female', languages: ['en', 'de'], interests: ['music'] });
  const days = (new Date(ann.expiresAt) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days < 7.1, `${days} days`);
});

test('Names of forty graphemes, joined emoji and right-to-left scripts are names', async () => {
  for (const name of ['a'.repeat(40), '👩‍👩‍👧‍👦'.repeat(8), 'שלום', '田中さん', "O'Brien; drop table app_user --", '<img src=x onerror=alert(1)>']) {
    const { card } = await guest({ name });
    assert.equal(card.name, name);
  }
});

test('A name is normalised to NFC', async () => {
  const { card } = await guest({ name: 'Zoe\u0308' });
  assert.equal(card.name, 'Zo\u00eb');
});

test('A name that is none is refused with its field', async () => {
  for (const name of ['', '   ', 'a'.repeat(41), 'a\u0000b', 'a\u0007b', 'a\u202Eb', 'a\u2066b', null, 7, ['Ann'], undefined]) {
    assertProblem(await signUp({ name }), 400, 'invalid_argument', 'name');
  }
});

test('Nobody signs up without saying that they are an adult', async () => {
  for (const adult of [false, undefined, null]) {
    assertProblem(await signUp({ adult }), 403, 'adult_required', 'adult');
  }
  for (const adult of ['true', 1, {}]) {
    assertProblem(await signUp({ adult }), 400, 'invalid_argument', 'adult');
  }
});

test('Genders, languages and interests have bounds', async () => {
  const wrong = [
    ['gender', 'robot'], ['gender', 1], ['gender', undefined], ['languages', 'en'], ['languages', ['not a language!']],
    ['languages', ['en', 'de', 'fr', 'it', 'es', 'pt']], ['interests', ['x'.repeat(25)]], ['interests', [7]],
    ['interests', Array.from({ length: 11 }, (_, i) => `thing ${i}`)],
  ];
  for (const [field, value] of wrong) {
    const answer = await signUp({ [field]: value });
    assertProblem(answer, 400, 'invalid_argument');
    assert.match(answer.body.field ?? '', new RegExp(`^${field}`), `${field} = ${JSON.stringify(value)}: ${answer.text}`);
  }
  const { card } = await guest({ languages: ['en', 'de', 'fr', 'it', 'pt-BR'], interests: ['x'.repeat(24)] });
  assert.equal(card.languages.length, 5);
});

test('Unknown fields are ignored', async () => {
  const answer = await signUp({ role: 'admin', id: forgedId(), selfieUrl: 'https://evil.example/x.png' });
  assert.equal(answer.status, 201);
  assertCard(answer.body.user);
  assert.equal(answer.body.user.selfieUrl, undefined);
});

test('A profile can be read and changed, and only what is given changes', async () => {
  const ann = await guest({ name: 'Ann', gender: 'female', languages: ['en'] });
  assert.deepEqual(await ann.get('/api/me'), ann.card);
  const changed = await ann.http('PATCH', '/api/me', { name: 'Anna', interests: ['chess'] });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(changed.body, { ...ann.card, name: 'Anna', interests: ['chess'] });
  await everywhere();
  assert.deepEqual(await ann.get('/api/me'), changed.body);
});

test('A change that is not allowed changes nothing', async () => {
  const ann = await guest();
  assertProblem(await ann.http('PATCH', '/api/me', { name: 'a'.repeat(41), gender: 'male' }), 400, 'invalid_argument', 'name');
  assert.deepEqual(await ann.get('/api/me'), ann.card);
});

test('After logging out the token and the connection are dead', async () => {
  const ann = await connect();
  const out = await ann.person.http('POST', '/api/auth/logout');
  assert.equal(out.status, 204, out.text);
  await everywhere();
  assertProblem(await ann.person.http('GET', '/api/me'), 401, 'session_ended');
  assertProblem(await ann.person.http('POST', '/api/auth/ticket', { tab: forgedId() }), 401, 'session_ended');
  await ann.expectClosed();
});

test('Every route of a user refuses those who are nobody', async () => {
  const routes = [
    ['POST', '/api/auth/ticket'], ['POST', '/api/auth/logout'], ['GET', '/api/me'], ['PATCH', '/api/me'], ['DELETE', '/api/me'],
    ['GET', '/api/lobby'], ['GET', '/api/history'], ['GET', `/api/history/${forgedId()}`], ['GET', '/api/ice-servers'],
    ['GET', '/api/blocks'], ['PUT', `/api/blocks/${forgedId()}`], ['DELETE', `/api/blocks/${forgedId()}`],
  ];
  const { token } = await guest();
  const flipped = token.slice(0, -3) + (token.at(-3) === 'A' ? 'B' : 'A') + token.slice(-2);
  for (const [method, path] of routes) {
    for (const wrong of [undefined, 'nonsense', flipped, `${token}x`, 'a'.repeat(4000)]) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      assertProblem(await http(method, path, { token: wrong, body }), 401, 'session_ended');
    }
  }
});

test('An erased account is gone for itself and for others', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.ok('SetAvailable', true);
  const gone = await ann.person.http('DELETE', '/api/me');
  assert.equal(gone.status, 204, gone.text);
  await everywhere();
  assertProblem(await ann.person.http('GET', '/api/me'), 401, 'session_ended');
  await ann.expectClosed();
  await bob.no('unavailable', 'Invite', ann.id, 300);
  const isShown = async () => (await bob.person.get('/api/lobby?limit=100')).people.some(p => p.id === ann.id);
  for (let look = 0; look < 10 && await isShown(); look++) {
    await everywhere();
  }
  assert.ok(!await isShown());
});

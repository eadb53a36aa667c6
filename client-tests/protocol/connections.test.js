import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http } from './support/http.js';
import { connect, forgedId, guest, upgrade } from './support/people.js';
import { assertFields, assertProblem, assertTime } from './support/shapes.js';

const token = ticket => `?access_token=${encodeURIComponent(ticket)}`;

test('A hub ticket is good for thirty seconds', async () => {
  const ann = await guest();
  const { status, body } = await ann.http('POST', '/api/auth/ticket', { tab: forgedId() });
  assert.equal(status, 200);
  assertFields(body, ['ticket', 'expiresAt']);
  assertTime(body.expiresAt);
  const seconds = (new Date(body.expiresAt) - Date.now()) / 1000;
  assert.ok(seconds > 20 && seconds < 40, `${seconds} s`);
});

test('A hub ticket opens one connection and no second', async () => {
  const ann = await guest();
  const ticket = await ann.hubTicket();
  assert.equal(await upgrade(token(ticket)), 101);
  assert.equal(await upgrade(token(ticket)), 401);
});

test('Of two uses at the same time exactly one wins', async () => {
  const ann = await guest();
  for (let round = 0; round < 5; round++) {
    const ticket = await ann.hubTicket();
    const outcomes = await Promise.all([upgrade(token(ticket)), upgrade(token(ticket))]);
    assert.deepEqual(outcomes.sort(), [101, 401]);
  }
});

test('What is no hub ticket is refused at the upgrade', async () => {
  const ann = await guest();
  const ticket = await ann.hubTicket();
  const flipped = [...ticket].map((c, i) => (i === Math.floor(ticket.length / 2) ? (c === 'A' ? 'B' : 'A') : c)).join('');
  const wrong = ['', '?access_token=', token('garbled'), token(flipped), token(ticket.slice(0, -4)), token(ann.token), token('x'.repeat(4000))];
  for (const query of wrong) {
    assert.equal(await upgrade(query), 401, query.slice(0, 60));
  }
  assert.equal(await upgrade('', { authorization: `Bearer ${ann.token}` }), 401);
  assert.equal(await upgrade(token(ticket)), 101, 'the true one still works');
});

test('A hub ticket needs a tab', async () => {
  const ann = await guest();
  for (const tab of [undefined, null, '', 7, 'short', 'x'.repeat(65), 'not a tab!']) {
    assertProblem(await ann.http('POST', '/api/auth/ticket', { tab }), 400, 'invalid_argument', 'tab');
  }
});

test('The hub wants WebSockets and does not negotiate', async () => {
  const ann = await guest();
  const negotiate = await http('POST', '/hub/negotiate?negotiateVersion=1', { token: ann.token });
  assert.ok(negotiate.status >= 400 && negotiate.status < 500, `${negotiate.status}`);
  const ticket = await ann.hubTicket();
  const plain = await http('GET', `/hub${token(ticket)}`, { headers: { accept: 'text/event-stream' } });
  assert.ok(plain.status >= 400 && plain.status < 500, `${plain.status}`);
});

test('Two tabs stay; a third replaces the oldest, which hears why', async () => {
  const first = await connect();
  const second = await connect(first.person);
  const third = await connect(first.person);
  await first.expect('replaced');
  await first.expectClosed();
  await second.ok('Resume');
  await third.ok('Resume');
  assert.deepEqual(second.all('replaced'), []);
});

test('The same tab takes its place silently, even at the limit', async () => {
  const first = await connect();
  const second = await connect(first.person);
  const again = await connect(first.person, { tab: first.name });
  await first.expectClosed();
  assert.deepEqual(first.all('replaced'), []);
  await second.ok('Resume');
  await again.ok('Resume');
});

test('Tabs of different people do not touch each other, whatever they are called', async () => {
  const ann = await connect();
  const bob = await connect(undefined, { tab: ann.name });
  await ann.ok('Resume');
  await bob.ok('Resume');
});

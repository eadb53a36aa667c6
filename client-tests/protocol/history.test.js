import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { callOf, connect, forgedId, guest, sleep } from './support/people.js';
import { assertCard, assertFields, assertId, assertProblem, assertTime } from './support/shapes.js';

const callFields = ['callId', 'partner', 'startedAt', 'seconds', 'reason', 'origin', 'reported'];
let ann;
let partners;
const calls = [];

before(async () => {
  ann = await connect();
  partners = await Promise.all([connect(), connect(), connect()]);
  for (const partner of partners) {
    const call = await callOf(ann, partner);
    await ann.ok('SendChat', call.id, 'a', `to ${partner.card.name}`);
    await partner.ok('SendChat', call.id, 'a', 'and back');
    await sleep(5100);
    assert.equal((await ann.ok('EndCall', call.id)).recorded, 'yes');
    calls.push(call.id);
  }
});

test('The history has each call once, the newest first', async () => {
  const history = await ann.person.get('/api/history');
  assertFields(history, ['calls']);
  assert.deepEqual(history.calls.map(c => c.callId), calls.toReversed());
  for (const [at, call] of history.calls.entries()) {
    assertFields(call, callFields);
    assertId(call.callId);
    assertTime(call.startedAt);
    assertCard(call.partner, { id: partners.toReversed()[at].id });
    assert.ok(call.seconds >= 5 && call.seconds <= 8, `${call.seconds} s`);
    assert.deepEqual([call.reason, call.origin, call.reported], ['hangup', 'invite', false]);
  }
});

test('It is in the history of both', async () => {
  for (const [at, partner] of partners.entries()) {
    const { calls: theirs } = await partner.person.get('/api/history');
    assert.deepEqual(theirs.map(c => [c.callId, c.partner.id]), [[calls[at], ann.id]]);
  }
});

test('Pages follow each other without a gap or a repetition', async () => {
  const seen = [];
  let cursor = '';
  for (let page = 0; page < 5; page++) {
    const { calls: part, nextCursor } = await ann.person.get(`/api/history?limit=1${cursor}`);
    seen.push(...part.map(c => c.callId));
    if (!nextCursor) {
      break;
    }
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  assert.deepEqual(seen, calls.toReversed());
  const two = await ann.person.get('/api/history?limit=2');
  assertFields(two, ['calls', 'nextCursor']);
  assert.equal(two.calls.length, 2);
});

test('One call has its messages in order', async () => {
  const call = await ann.person.get(`/api/history/${calls[0]}`);
  assertFields(call, [...callFields, 'messages']);
  assert.deepEqual(call.messages.map(m => [m.from, m.text]), [[ann.id, `to ${partners[0].card.name}`], [partners[0].id, 'and back']]);
  for (const message of call.messages) {
    assertFields(message, ['id', 'from', 'text', 'at'], ['callId', 'clientId']);
    assertTime(message.at);
  }
});

test('Nobody reads the calls of others', async () => {
  const eve = await guest();
  assertProblem(await eve.http('GET', `/api/history/${calls[0]}`), 404, 'not_found');
  assertProblem(await partners[1].person.http('GET', `/api/history/${calls[0]}`), 404, 'not_found');
  assertProblem(await ann.person.http('GET', `/api/history/${forgedId()}`), 404, 'not_found');
  assertProblem(await ann.person.http('GET', '/api/history/nonsense'), 404, 'not_found');
  assert.deepEqual(await eve.get('/api/history'), { calls: [] });
});

test('The cursor of somebody else shows nothing of theirs', async () => {
  const { nextCursor } = await ann.person.get('/api/history?limit=1');
  const eve = await guest();
  const answer = await eve.http('GET', `/api/history?cursor=${encodeURIComponent(nextCursor)}`);
  assert.ok(answer.status === 400 || (answer.status === 200 && answer.body.calls.length === 0), answer.text);
});

test('A forged cursor or limit is refused', async () => {
  for (const [field, value] of [['cursor', 'forged'], ['cursor', '%00'], ['cursor', 'x'.repeat(500)], ['limit', '0'], ['limit', '-1'], ['limit', 'many']]) {
    assertProblem(await ann.person.http('GET', `/api/history?${field}=${value}`), 400, 'invalid_argument', field);
  }
});

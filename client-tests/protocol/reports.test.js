import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, everywhere, forgedId, guest } from './support/people.js';
import { assertCallEnded, assertFields, assertId, assertProblem } from './support/shapes.js';

const report = (who, body) => who.person.http('POST', '/api/reports', body);

test('A report ends the running call, and the two never meet again', async () => {
  const { ann, bob, call } = await couple();
  const { status, body } = await report(ann, { callId: call.id, reason: 'harassment', note: 'First line.\nSecond line.' });
  assert.equal(status, 201);
  assertFields(body, ['reportId']);
  assertId(body.reportId);
  for (const person of [ann, bob]) {
    assertCallEnded(await person.expect('callEnded'), { callId: call.id, reason: 'blocked', recorded: 'no' });
  }
  await Promise.all([ann.ok('SetAvailable', true), bob.ok('SetAvailable', true)]);
  await everywhere();
  await bob.no('unavailable', 'Invite', ann.id, 300);
  await ann.no('unavailable', 'Invite', bob.id, 300);
  assert.deepEqual((await ann.person.get('/api/blocks')).people.map(card => card.id), [bob.id]);
  assert.deepEqual((await bob.person.get('/api/blocks')).people, []);
});

test('A call is reported once by each of the two, over all instances', async () => {
  const { ann, bob, call } = await couple();
  await ann.ok('EndCall', call.id);
  const answers = await Promise.all(Array.from({ length: 4 }, () => report(ann, { callId: call.id, reason: 'spam' })));
  assert.deepEqual(answers.map(answer => answer.status), [201, 201, 201, 201]);
  assert.equal(new Set(answers.map(answer => answer.body.reportId)).size, 1);
  const other = await report(bob, { callId: call.id, reason: 'hate' });
  assert.notEqual(other.body.reportId, answers[0].body.reportId);
});

test('Nobody reports a call that is not theirs, and nobody without one', async () => {
  const { ann, call } = await couple();
  const eve = await connect();
  assertProblem(await report(eve, { callId: call.id, reason: 'spam' }), 404, 'not_found');
  assertProblem(await report(ann, { callId: forgedId(), reason: 'spam' }), 404, 'not_found');
  assertProblem(await report(ann, { callId: call.id, reason: 'ugly' }), 400, 'invalid_argument', 'reason');
  assertProblem(await report(ann, { callId: call.id, reason: 'spam', note: 'x'.repeat(1001) }), 400, 'invalid_argument', 'note');
  await ann.ok('EndCall', call.id);
});

test('What I take along has my profile, blocks and reports', async () => {
  const { ann, bob, call } = await couple();
  const { reportId } = (await report(ann, { callId: call.id, reason: 'other' })).body;
  const { status, body, headers } = await ann.person.http('GET', '/api/me/export');
  assert.equal(status, 200);
  assert.match(headers.get('content-disposition'), /^attachment/);
  assertFields(body, ['exportedAt', 'account', 'blocked', 'measures', 'appeals', 'reports', 'calls']);
  assert.deepEqual(body.account.card, ann.card);
  assert.deepEqual(body.blocked, [bob.card]);
  assert.deepEqual(body.reports.map(({ reportId: id, callId, reason }) => ({ id, callId, reason })), [{ id: reportId, callId: call.id, reason: 'other' }]);
  assertProblem(await (await guest()).http('GET', '/api/me/export?cursor=nonsense'), 400, 'invalid_argument', 'cursor');
});

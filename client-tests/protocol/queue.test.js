// The one file that uses the queue: there is one queue for all, and the files run beside each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, connect, couple, sleep } from './support/people.js';
import { assertCall, assertFields, assertPlace } from './support/shapes.js';

/** Both hear of the same call; answers what they heard. */
async function matched(ann, bob, timeout = 5000) {
  const mine = await ann.expect('callStarted', c => c.partner.id === bob.id, timeout);
  const theirs = await bob.expect('callStarted', c => c.partner.id === ann.id, timeout);
  assert.equal(mine.callId, theirs.callId);
  return { mine, theirs };
}

const number = id => Buffer.from(id, 'base64url');

test('Two who wish anyone are matched', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  assertPlace(await ann.ok('JoinQueue', { callSeconds: 301 }));
  await bob.ok('JoinQueue', { callSeconds: 400 });
  const { mine, theirs } = await matched(ann, bob);
  const annFirst = Buffer.compare(number(ann.id), number(bob.id)) < 0;
  assertCall(mine, bob.id, { callSeconds: 350, initiator: annFirst, origin: 'queue' });
  assertCall(theirs, ann.id, { callSeconds: 350, initiator: !annFirst, origin: 'queue' });
  assert.equal((await ann.ok('Resume')).status, 'in_call');
});

test('Joining needs no argument and is idempotent, and so is leaving', async () => {
  const ann = await connect();
  assertPlace(await ann.ok('JoinQueue'));
  assertPlace(await ann.ok('JoinQueue'));
  assertPlace(await ann.ok('JoinQueue', { callSeconds: 60, wants: [], languages: [], interests: [] }));
  const { status, queue } = await ann.ok('Resume');
  assert.equal(status, 'queued');
  assertPlace(queue);
  assert.deepEqual(await ann.ok('LeaveQueue'), {});
  assert.deepEqual(await ann.ok('LeaveQueue'), {});
  const after = await ann.ok('Resume');
  assert.equal(after.queue, undefined);
  assert.notEqual(after.status, 'queued');
});

test('Whoever left is not matched', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.ok('JoinQueue');
  await ann.ok('LeaveQueue');
  await bob.ok('JoinQueue');
  await bob.expectNone('callStarted', undefined, 700);
});

test('The wishes of both sides are kept', async () => {
  const [ann, bob, eve] = await Promise.all([connect({ gender: 'female' }), connect({ gender: 'male' }), connect({ gender: 'female' })]);
  await bob.ok('JoinQueue', { wants: ['female'] });
  await ann.ok('JoinQueue', { wants: ['female', 'nonbinary'] });
  await ann.expectNone('callStarted', undefined, 700);
  await eve.ok('JoinQueue', { wants: ['male'] });
  await matched(eve, bob);
  await ann.expectNone('callStarted', undefined, 100);
});

test('A pair in cooldown is not matched again', async () => {
  const { ann, bob, call } = await couple();
  await ann.ok('EndCall', call.id);
  await bob.expect('callEnded');
  await Promise.all([ann.ok('JoinQueue'), bob.ok('JoinQueue')]);
  await ann.expectNone('callStarted', undefined, 700);
});

test('Whoever blocked the other is not matched with them', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.person.http('PUT', `/api/blocks/${bob.id}`);
  await Promise.all([ann.ok('JoinQueue'), bob.ok('JoinQueue')]);
  await bob.expectNone('callStarted', undefined, 700);
});

test('Next ends the call and joins with the last wishes', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect({ gender: 'female' })]);
  await ann.ok('JoinQueue', { callSeconds: 100 });
  await bob.ok('JoinQueue', { callSeconds: 100 });
  const { mine } = await matched(ann, bob);
  const next = await ann.ok('Next', mine.callId);
  assertFields(next, ['seconds', 'recorded', 'queue']);
  assertPlace(next.queue);
  assert.equal((await ann.expect('callEnded', e => e.callId === mine.callId)).reason, 'next');
  assert.equal((await bob.expect('callEnded', e => e.callId === mine.callId)).reason, 'next');
  assert.equal((await ann.ok('Resume')).status, 'queued');
  await eve.ok('JoinQueue', { callSeconds: 100 });
  const again = await matched(ann, eve);
  assert.equal(again.mine.callSeconds, 100);
});

test('Next twice is once', async () => {
  const { ann, call } = await couple();
  const first = await ann.ok('Next', call.id);
  const second = await ann.ok('Next', call.id);
  assert.equal(second.seconds, first.seconds);
  assert.equal((await ann.ok('Resume')).status, 'queued');
});

test('Nobody is queued and in a call', async () => {
  const { ann } = await couple();
  await ann.no('busy', 'JoinQueue');
  assert.equal((await ann.ok('Resume')).status, 'in_call');
});

test('An accepted invite takes both out of the queue', async () => {
  const [ann, bob] = await Promise.all([connect({ gender: 'male' }), connect({ gender: 'male' })]);
  await Promise.all([ann, bob].map(p => p.ok('JoinQueue', { wants: ['female'] })));
  await callOf(ann, bob);
  for (const person of [ann, bob]) {
    const { status, queue } = await person.ok('Resume');
    assert.equal(status, 'in_call');
    assert.equal(queue, undefined);
  }
});

test('The place is kept while the connection is away, and nobody is matched with the absent', async () => {
  const ann = await connect();
  await ann.ok('JoinQueue');
  await ann.cut();
  const bob = await connect();
  await bob.ok('JoinQueue');
  await bob.expectNone('callStarted', undefined, 700);
  const back = await connect(ann.person, { tab: ann.name, resume: false });
  const { status, queue, call } = await back.ok('Resume');
  if (!call) {
    assert.equal(status, 'queued');
    assertPlace(queue);
  }
  await matchedAfterReturn(back, bob);
});

async function matchedAfterReturn(back, bob) {
  const { callId } = await bob.expect('callStarted', c => c.partner.id === back.id);
  assert.equal((await back.ok('Resume')).call.callId, callId);
}

test('Languages are hard at first, and their softening is told', async () => {
  const [ann, bob] = await Promise.all([connect({ languages: ['de'] }), connect({ languages: ['fr'] })]);
  await ann.ok('JoinQueue', { languages: ['de'] });
  await bob.ok('JoinQueue', { languages: ['fr'] });
  await sleep(3000);
  assert.deepEqual(ann.all('callStarted'), []);
  const told = await ann.expect('queueStatus', s => s.widened?.includes('languages'), 20_000);
  assertPlace(told, ['widened']);
  await matched(ann, bob, 20_000);
});

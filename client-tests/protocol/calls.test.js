import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, connect, couple, forgedId, sleep } from './support/people.js';
import { assertCall, assertCallEnded, assertFields } from './support/shapes.js';

test('Hanging up ends the call for both at once', async () => {
  const { ann, bob, call } = await couple();
  const value = await ann.ok('EndCall', call.id);
  assertFields(value, ['seconds', 'recorded']);
  assert.equal(value.recorded, 'no');
  for (const person of [ann, bob]) {
    assertCallEnded(await person.expect('callEnded'), { callId: call.id, reason: 'hangup', recorded: 'no' });
    const { status, call: gone } = await person.ok('Resume');
    assert.equal(gone, undefined);
    assert.notEqual(status, 'in_call');
  }
});

test('The revision of a call grows with its end', async () => {
  const { ann, call } = await couple();
  await ann.ok('EndCall', call.id);
  const ended = await ann.expect('callEnded');
  assert.ok(ended.rev > call.mine.rev, `${ended.rev} after ${call.mine.rev}`);
});

test('Hanging up twice is once', async () => {
  const { ann, bob, call } = await couple();
  const first = await ann.ok('EndCall', call.id);
  assert.deepEqual(await ann.ok('EndCall', call.id), first);
  await bob.expect('callEnded');
  await bob.expectNone('callEnded');
});

test('When both hang up at the same time the call ends once', async () => {
  const { ann, bob, call } = await couple();
  const [one, other] = await Promise.all([ann.ok('EndCall', call.id), bob.ok('EndCall', call.id)]);
  assert.equal(one.seconds, other.seconds);
  await Promise.all([ann.expect('callEnded'), bob.expect('callEnded')]);
  await ann.expectNone('callEnded');
  await bob.expectNone('callEnded', undefined, 0);
});

test('A call of under five seconds is no history and costs five minutes', async () => {
  const { ann, bob, call } = await couple();
  await ann.ok('EndCall', call.id);
  const ended = await bob.expect('callEnded');
  const seconds = (new Date(ended.cooldownUntil) - Date.now()) / 1000;
  assert.ok(seconds > 290 && seconds <= 301, `${seconds} s`);
  await bob.ok('SetAvailable', true);
  const { retryAfterSeconds } = await ann.no('cooldown', 'Invite', bob.id, 300);
  assert.ok(retryAfterSeconds > 290 && retryAfterSeconds <= 300, `${retryAfterSeconds}`);
  assert.deepEqual((await ann.person.get('/api/history')).calls, []);
});

test('A call of five seconds is in the history and costs a day', async () => {
  const { ann, bob, call } = await couple();
  await sleep(5200);
  const value = await ann.ok('EndCall', call.id);
  assert.equal(value.recorded, 'yes');
  assert.equal(value.seconds, 5);
  const ended = await bob.expect('callEnded');
  assertCallEnded(ended, { callId: call.id, reason: 'hangup', recorded: 'yes' });
  assert.equal(ended.seconds, 5);
  const seconds = (new Date(ended.cooldownUntil) - Date.now()) / 1000;
  assert.ok(seconds > 86_300 && seconds <= 86_401, `${seconds} s`);
});

test('Strangers and forged ids cannot touch a call', async () => {
  const { ann, bob, call } = await couple();
  const eve = await connect();
  for (const [who, id] of [[eve, call.id], [ann, forgedId()], [ann, 'no id'], [ann, ann.id], [eve, bob.id]]) {
    await who.no('not_in_call', 'EndCall', id);
    await who.no('not_in_call', 'Next', id);
    await who.no('not_in_call', 'Signal', id, 'offer', 'x');
    await who.no('not_in_call', 'SendChat', id, forgedId(), 'x');
    await who.no('not_in_call', 'ShareSocials', id, {});
  }
  assert.equal((await bob.ok('Resume')).call.callId, call.id);
});

test('All tabs hear of the call and its end, and one of them holds it', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const other = await connect(bob.person);
  const call = await callOf(ann, bob);
  assertCall(call.theirs, ann.id, { here: true });
  assertCall(await other.expect('callStarted'), ann.id, { here: false });
  await other.ok('EndCall', call.id);
  for (const tab of [ann, bob, other]) {
    assert.equal((await tab.expect('callEnded')).reason, 'hangup');
  }
});

test('Nobody is in two calls', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  await bob.ok('SetAvailable', true);
  const asked = await Promise.all([ann, eve].map(p => p.ok('Invite', bob.id, 300)));
  const answers = await Promise.all(asked.map(i => bob.invoke('AcceptInvite', i.inviteId, 300)));
  assert.equal(answers.filter(a => a.ok).length, 1, JSON.stringify(answers));
  const statuses = await Promise.all([ann, bob, eve].map(async p => (await p.ok('Resume')).status));
  assert.equal(statuses.filter(s => s === 'in_call').length, 2);
});

test('Socials are shared with the partner only, as they are', async () => {
  const { ann, bob, call } = await couple();
  const socials = { instagram: '@ann.a_b', site: 'https://example.org/?a=1&b="2"\'%20\\' };
  assert.deepEqual(await ann.ok('ShareSocials', call.id, socials), {});
  const shared = await bob.expect('socialsShared');
  assertFields(shared, ['callId', 'from', 'socials']);
  assert.deepEqual(shared, { callId: call.id, from: ann.id, socials });
  await ann.expectNone('socialsShared', undefined, 200);
});

test('Socials are few, short and plain', async () => {
  const { ann, bob, call } = await couple();
  const wrong = [
    {}, { instagram: '' }, { instagram: '<script>' }, { instagram: 'a b' }, { instagram: 'x'.repeat(65) }, { instagram: '\u202Eann' },
    { 'Insta gram': '@ann' }, { ['x'.repeat(21)]: '@ann' }, Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`n${i}`, '@ann'])),
    { instagram: 7 }, { instagram: { name: 'ann' } }, { instagram: null }, ['@ann'], '@ann', null,
  ];
  for (const socials of wrong) {
    await ann.no('invalid_argument', 'ShareSocials', call.id, socials);
  }
  await bob.expectNone('socialsShared', undefined, 200);
});

test('Logging out in a call tells the partner', async () => {
  const { ann, bob, call } = await couple();
  await ann.person.http('POST', '/api/auth/logout');
  await Promise.race([
    bob.expect('callEnded', e => e.callId === call.id),
    bob.expect('partnerStatus', s => s.state === 'away'),
  ]);
});

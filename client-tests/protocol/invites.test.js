import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, connect, couple, everywhere, forgedId, invite } from './support/people.js';
import { assertCall, assertCard, assertDeadline, assertFields, assertId, assertTime } from './support/shapes.js';

function assertInviteEnded(ended, { id, from, to, outcome, cooldownSeconds }) {
  assertFields(ended, ['inviteId', 'fromUserId', 'toUserId', 'outcome'], ['cooldownUntil']);
  assert.deepEqual([ended.inviteId, ended.fromUserId, ended.toUserId, ended.outcome], [id, from.id, to.id, outcome]);
  if (cooldownSeconds === undefined) {
    assert.equal(ended.cooldownUntil, undefined);
  } else {
    assertTime(ended.cooldownUntil);
    const seconds = (new Date(ended.cooldownUntil) - Date.now()) / 1000;
    assert.ok(Math.abs(seconds - cooldownSeconds) < 10, `${seconds} s of cooldown`);
  }
}

test('An invite rings twenty seconds and shows the card of who asks', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { sent, received } = await invite(ann, bob, 120);
  assertFields(sent, ['inviteId', 'expiresAt', 'remainingSeconds']);
  assertId(sent.inviteId);
  assertDeadline(sent, 20);
  assertFields(received, ['inviteId', 'from', 'callSeconds', 'expiresAt', 'remainingSeconds'], ['toUserId', 'rev']);
  assertCard(received.from, { id: ann.id });
  assert.equal(received.callSeconds, 120);
  assertDeadline(received, 20);
  assert.equal(received.expiresAt, sent.expiresAt);
});

test('Accepting makes a call of the mean length, rounded down; the inviter initiates', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const asked = await invite(ann, bob, 120);
  const value = await bob.ok('AcceptInvite', asked.id, 181);
  assertFields(value, ['callId']);
  assertCall(await ann.expect('callStarted'), bob.id, { callSeconds: 150, initiator: true });
  assertCall(await bob.expect('callStarted'), ann.id, { callSeconds: 150, initiator: false });
  for (const person of [ann, bob]) {
    assertInviteEnded(await person.expect('inviteEnded'), { id: asked.id, from: ann, to: bob, outcome: 'accepted' });
  }
});

test('Accepting again gives the same call', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const call = await callOf(ann, bob);
  const { inviteId } = await bob.expect('inviteEnded');
  assert.equal((await bob.ok('AcceptInvite', inviteId, 300)).callId, call.id);
  await bob.expectNone('callStarted');
});

test('Inviting again gives the same invite and does not ring twice', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id, sent } = await invite(ann, bob);
  const again = await ann.ok('Invite', bob.id, 300);
  assert.equal(again.inviteId, id);
  assert.equal(again.expiresAt, sent.expiresAt);
  await bob.expectNone('inviteReceived');
});

test('Crossing invites become one call', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.ok('SetAvailable', true);
  const { id } = await invite(ann, bob, 100);
  const crossing = await bob.ok('Invite', ann.id, 200);
  assertFields(crossing, ['inviteId', 'callId']);
  assert.equal(crossing.inviteId, id);
  assertCall(await ann.expect('callStarted'), bob.id, { callSeconds: 150, initiator: true });
  assertCall(await bob.expect('callStarted'), ann.id, { callSeconds: 150, initiator: false });
  assert.equal((await ann.ok('Resume')).call.callId, crossing.callId);
});

test('Invites that cross at the same moment become one call', async () => {
  for (let round = 0; round < 3; round++) {
    const [ann, bob] = await Promise.all([connect(), connect()]);
    await Promise.all([ann.ok('SetAvailable', true), bob.ok('SetAvailable', true)]);
    await Promise.all([ann.ok('Invite', bob.id, 300), bob.ok('Invite', ann.id, 300)]);
    const [mine, theirs] = await Promise.all([ann.expect('callStarted'), bob.expect('callStarted')]);
    assert.equal(mine.callId, theirs.callId);
    assert.notEqual(mine.initiator, theirs.initiator);
    await ann.expectNone('callStarted', undefined, 100);
  }
});

test('A declined invite costs a day', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id } = await invite(ann, bob);
  assert.deepEqual(await bob.ok('DeclineInvite', id), {});
  for (const person of [ann, bob]) {
    assertInviteEnded(
      await person.expect('inviteEnded'), { id, from: ann, to: bob, outcome: 'declined', cooldownSeconds: 86_400 });
  }
  assert.deepEqual(await bob.ok('DeclineInvite', id), {}, 'twice is once');
  await bob.no('invite_gone', 'AcceptInvite', id, 300);
  for (const [one, other] of [[ann, bob], [bob, ann]]) {
    await other.ok('SetAvailable', true);
    const error = await one.no('cooldown', 'Invite', other.id, 300);
    assert.ok(error.retryAfterSeconds > 86_300 && error.retryAfterSeconds <= 86_400, `${error.retryAfterSeconds}`);
  }
});

test('A rescinded invite costs an hour', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id } = await invite(ann, bob);
  assert.deepEqual(await ann.ok('RescindInvite', id), {});
  for (const person of [ann, bob]) {
    assertInviteEnded(
      await person.expect('inviteEnded'), { id, from: ann, to: bob, outcome: 'rescinded', cooldownSeconds: 3600 });
  }
  const error = await ann.no('cooldown', 'Invite', bob.id, 300);
  assert.ok(error.retryAfterSeconds > 3500 && error.retryAfterSeconds <= 3600, `${error.retryAfterSeconds}`);
});

test('An invite is extended by twenty seconds, twice', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id, sent } = await invite(ann, bob);
  for (const times of [1, 2]) {
    assert.deepEqual(await ann.ok('ExtendInvite', id), {});
    for (const person of [ann, bob]) {
      const extended = await person.expect('inviteExtended');
      assertFields(extended, ['inviteId', 'expiresAt', 'remainingSeconds'], ['rev']);
      assert.equal(extended.inviteId, id);
      assertDeadline(extended, 20 + 20 * times);
      assert.equal(new Date(extended.expiresAt) - new Date(sent.expiresAt), times * 20_000);
    }
  }
  const third = await ann.invoke('ExtendInvite', id);
  assert.equal(third.ok, false);
  await bob.expectNone('inviteExtended');
});

test('Each side may do only what is theirs', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  const { id } = await invite(ann, bob);
  await bob.no('invite_gone', 'ExtendInvite', id);
  await bob.no('invite_gone', 'RescindInvite', id);
  await ann.no('invite_gone', 'DeclineInvite', id);
  await ann.no('invite_gone', 'AcceptInvite', id, 300);
  for (const [method, ...rest] of [['ExtendInvite'], ['RescindInvite'], ['DeclineInvite'], ['AcceptInvite', 300]]) {
    await eve.no('invite_gone', method, id, ...rest);
    await ann.no('invite_gone', method, forgedId(), ...rest);
    await ann.no('invite_gone', method, 'no id at all', ...rest);
  }
  await bob.ok('AcceptInvite', id, 300);
});

test('Blocked, offline, unknown and not available look the same', async () => {
  const [ann, bob, eve, off] = await Promise.all([connect(), connect(), connect(), connect()]);
  await bob.person.http('PUT', `/api/blocks/${ann.id}`);
  await bob.ok('SetAvailable', true);
  await off.ok('SetAvailable', true);
  await off.leave();
  await everywhere();
  const errors = [];
  for (const id of [bob.id, eve.id, off.id, forgedId(), 'nobody']) {
    errors.push(await ann.no('unavailable', 'Invite', id, 300));
  }
  for (const error of errors) {
    assert.deepEqual(error, errors[0]);
  }
  await bob.expectNone('inviteReceived', undefined, 200);
});

test('Nobody invites themselves', async () => {
  const ann = await connect();
  await ann.ok('SetAvailable', true);
  await ann.no('self', 'Invite', ann.id, 300);
});

test('A call lasts one minute to half an hour', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await bob.ok('SetAvailable', true);
  for (const seconds of [59, 1801, 0, -300, 2147483647]) {
    await ann.no('invalid_duration', 'Invite', bob.id, seconds);
  }
  const { id } = await invite(ann, bob, 60);
  await bob.no('invalid_duration', 'AcceptInvite', id, 59);
  await bob.no('invalid_duration', 'AcceptInvite', id, 1801);
  await bob.ok('AcceptInvite', id, 1800);
  assert.equal((await ann.expect('callStarted')).callSeconds, 930);
});

test('Who is in a call neither invites nor is invited', async () => {
  const { ann, bob } = await couple();
  const eve = await connect();
  await eve.ok('SetAvailable', true);
  await ann.no('busy', 'Invite', eve.id, 300);
  await eve.no('unavailable', 'Invite', bob.id, 300);
});

test('A call ends the other invites of both', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  const fromEve = await invite(eve, bob);
  await callOf(ann, bob);
  for (const person of [eve, bob]) {
    const ended = await person.expect('inviteEnded', e => e.inviteId === fromEve.id);
    assert.equal(ended.outcome, 'unavailable');
  }
  await bob.no('invite_gone', 'AcceptInvite', fromEve.id, 300);
});

test('Of accepting and rescinding at the same time exactly one wins', async () => {
  for (let round = 0; round < 4; round++) {
    const [ann, bob] = await Promise.all([connect(), connect()]);
    const { id } = await invite(ann, bob);
    const [accepted, rescinded] = await Promise.all([bob.invoke('AcceptInvite', id, 300), ann.invoke('RescindInvite', id)]);
    assert.notEqual(accepted.ok, rescinded.ok, JSON.stringify([accepted, rescinded]));
    assert.equal((await ann.ok('Resume')).status === 'in_call', accepted.ok);
  }
});

test('A sender has ten invites a minute', async () => {
  const ann = await connect();
  const others = await Promise.all(Array.from({ length: 11 }, () => connect()));
  for (const other of others.slice(0, 10)) {
    await invite(ann, other);
  }
  await others[10].ok('SetAvailable', true);
  const error = await ann.no('too_many_invites', 'Invite', others[10].id, 300);
  assert.ok(error.retryAfterSeconds >= 1 && error.retryAfterSeconds <= 60, `${error.retryAfterSeconds}`);
});

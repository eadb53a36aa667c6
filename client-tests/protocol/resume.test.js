import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, forgedId, invite } from './support/people.js';
import { assertCall, assertFields, assertTime } from './support/shapes.js';

const nothingMissed = { chat: [], signals: [], complete: true };

function assertResumed(value, more = []) {
  assertFields(value, ['status', 'invites', 'missed', 'serverTime', 'instance', ...more], ['degraded']);
  assertFields(value.missed, ['chat', 'signals', 'complete']);
  assertTime(value.serverTime);
  assert.ok(value.instance.length > 0);
  assert.ok(Math.abs(new Date(value.serverTime) - Date.now()) < 60_000);
}

const back = tab => connect(tab.person, { tab: tab.name });

test('Somebody new is idle and missed nothing', async () => {
  const ann = await connect();
  assertResumed(ann.resumed);
  assert.equal(ann.resumed.status, 'idle');
  assert.deepEqual(ann.resumed.invites, []);
  assert.deepEqual(ann.resumed.missed, nothingMissed);
  assertResumed(await ann.ok('Resume', {}));
  assertResumed(await ann.ok('Resume', { takeCall: true }));
});

test('A cut socket is told at once, and so is its return', async () => {
  const { ann, bob, call } = await couple();
  await ann.cut();
  const away = await bob.expect('partnerStatus', undefined, 2000);
  assertFields(away, ['callId', 'state', 'remainingSeconds']);
  assert.deepEqual([away.callId, away.state], [call.id, 'away']);
  assert.ok(away.remainingSeconds > 25 && away.remainingSeconds <= 30, `${away.remainingSeconds}`);
  const again = await back(ann);
  assertResumed(again.resumed, ['call']);
  assert.equal(again.resumed.status, 'in_call');
  assertCall(again.resumed.call, bob.id, { initiator: true });
  assert.equal(again.resumed.call.callId, call.id);
  const home = await bob.expect('partnerStatus');
  assertFields(home, ['callId', 'state'], ['remainingSeconds']);
  assert.deepEqual([home.callId, home.state], [call.id, 'back']);
});

test('Who comes back hears that the partner is away meanwhile, and how long that is waited for', async () => {
  const { ann, bob, call } = await couple();
  await Promise.all([ann.cut(), bob.cut()]);
  const again = await back(ann);
  const away = await again.expect('partnerStatus');
  assert.deepEqual([away.callId, away.state], [call.id, 'away']);
  assert.ok(away.remainingSeconds > 20 && away.remainingSeconds <= 30, `${away.remainingSeconds}`);
  await back(bob);
  assert.equal((await again.expect('partnerStatus')).state, 'back');
});

test('A reload of the page takes the call along', async () => {
  const { ann, bob, call } = await couple();
  const again = await back(ann);
  await ann.expectClosed();
  assert.equal(again.resumed.call.here, true);
  await bob.ok('Signal', call.id, 'restart', 1);
  assert.deepEqual(await again.expect('signal'), [call.id, 'restart', 1]);
  await again.ok('Signal', call.id, 'offer', 2);
  assert.deepEqual(await bob.expect('signal'), [call.id, 'offer', 2]);
});

test('What was said while away is not lost', async () => {
  const { ann, bob, call } = await couple();
  await ann.cut();
  await bob.expect('partnerStatus');
  await bob.ok('Signal', call.id, 'offer', { sdp: 'v=0' });
  await bob.ok('Signal', call.id, 'ice', { candidate: 'a' });
  await bob.ok('Signal', call.id, 'ice', { candidate: 'b' });
  const said = await bob.ok('SendChat', call.id, 'c1', 'are you there?');
  const { missed } = (await back(ann)).resumed;
  assert.equal(missed.complete, true);
  assert.deepEqual(missed.signals, [
    { kind: 'offer', data: { sdp: 'v=0' } }, { kind: 'ice', data: { candidate: 'a' } }, { kind: 'ice', data: { candidate: 'b' } }]);
  assert.deepEqual(missed.chat.map(c => [c.id, c.from, c.text, c.at]), [[said.id, bob.id, 'are you there?', said.at]]);
});

test('A call that ended while away is gone', async () => {
  const { ann, bob, call } = await couple();
  await ann.cut();
  await bob.ok('EndCall', call.id);
  const { status, call: gone, missed } = (await back(ann)).resumed;
  assert.notEqual(status, 'in_call');
  assert.equal(gone, undefined);
  assert.deepEqual(missed.signals, []);
});

test('Another tab sees the call, and takes it only when asked to', async () => {
  const { ann, bob, call } = await couple();
  const other = await connect(ann.person);
  assertCall(other.resumed.call, bob.id, { here: false });
  await other.no('not_here', 'Signal', call.id, 'offer', 1);
  await other.no('not_here', 'SendChat', call.id, forgedId(), 'x');
  const taken = await other.ok('Resume', { takeCall: true });
  assertCall(taken.call, bob.id, { here: true });
  const moved = await ann.expect('callMoved');
  assert.deepEqual(moved, { callId: call.id });
  await ann.no('not_here', 'Signal', call.id, 'offer', 1);
  await bob.ok('Signal', call.id, 'restart', 2);
  assert.deepEqual(await other.expect('signal'), [call.id, 'restart', 2]);
  await ann.expectNone('signal', undefined, 200);
  await other.ok('Signal', call.id, 'offer', 3);
  assert.deepEqual(await bob.expect('signal'), [call.id, 'offer', 3]);
});

test('When the tab of the call is gone, the next Resume of another takes it', async () => {
  const { ann, bob, call } = await couple();
  const other = await connect(ann.person);
  await ann.cut();
  await bob.expect('partnerStatus', s => s.state === 'away');
  assert.equal((await other.ok('Resume')).call.here, true);
  await bob.expect('partnerStatus', s => s.state === 'back');
  await bob.ok('Signal', call.id, 'restart', 1);
  await other.expect('signal');
});

test('A live invite is in the snapshot of both', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id } = await invite(ann, bob);
  await bob.cut();
  const again = await back(bob);
  const shown = again.resumed.invites.find(i => i.inviteId === id);
  assert.equal(shown?.from.id, ann.id);
  assertTime(shown.expiresAt);
  assert.ok(shown.remainingSeconds > 10 && shown.remainingSeconds <= 20);
  assert.ok((await ann.ok('Resume')).invites.some(i => i.inviteId === id));
  await again.ok('AcceptInvite', id, 300);
});

test('Availability is kept over a short absence', async () => {
  const ann = await connect();
  await ann.ok('SetAvailable', true);
  await ann.cut();
  assert.equal((await back(ann)).resumed.status, 'available');
});

test('Twenty flaps do not lose the call', async () => {
  const { ann, bob, call } = await couple();
  let tab = ann;
  for (let flap = 0; flap < 20; flap++) {
    await tab.cut();
    tab = await back(tab);
    assert.equal(tab.resumed.call?.callId, call.id, `after flap ${flap + 1}`);
  }
  await tab.ok('Signal', call.id, 'restart', 1);
  await bob.expect('signal');
  assert.deepEqual(bob.all('callEnded'), []);
});

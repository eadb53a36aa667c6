// What only time brings about, side by side in one half minute.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, guest, invite, sleep, upgrade } from './support/people.js';
import { assertCallEnded, assertTime } from './support/shapes.js';

async function unansweredInvite() {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id } = await invite(ann, bob);
  for (const person of [ann, bob]) {
    const ended = await person.expect('inviteEnded', e => e.inviteId === id, 23_000);
    assert.equal(ended.outcome, 'expired');
    assertTime(ended.cooldownUntil);
  }
  await bob.no('invite_gone', 'AcceptInvite', id, 300);
  const { retryAfterSeconds } = await ann.no('cooldown', 'Invite', bob.id, 300);
  assert.ok(retryAfterSeconds > 580 && retryAfterSeconds <= 600, `${retryAfterSeconds}`);
}

async function lostPartner() {
  const { ann, bob, call } = await couple();
  await ann.cut();
  await bob.expect('partnerStatus', s => s.state === 'away', 2000);
  const ended = await bob.expect('callEnded', undefined, 34_000);
  assertCallEnded(ended, { callId: call.id, reason: 'partner_lost', recorded: 'yes' });
  const seconds = (new Date(ended.cooldownUntil) - Date.now()) / 1000;
  assert.ok(seconds > 260 && seconds <= 301, `${seconds} s of cooldown`);
}

async function lateTicket() {
  const ann = await guest();
  const ticket = await ann.hubTicket();
  await sleep(31_500);
  assert.equal(await upgrade(`?access_token=${encodeURIComponent(ticket)}`), 401);
}

async function forgottenAvailability() {
  const ann = await connect();
  await ann.ok('SetAvailable', true);
  await ann.cut();
  // Thirty seconds, and up to five until the absent are looked for; but a server that has just started looks for nobody
  // before it had the database for a lease and the grace (42 s): it could be others who were away.
  await sleep(50_000);
  assert.equal((await connect(ann.person)).resumed.status, 'idle');
}

test('Invites ring out after 20 s; calls, tickets and availability end 30 s after their people', async () => {
  const outcomes = await Promise.allSettled([unansweredInvite(), lostPartner(), lateTicket(), forgottenAvailability()]);
  assert.deepEqual(outcomes.filter(o => o.status === 'rejected').map(o => o.reason), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCall } from '../support/person.js';
import { control } from '../support/server.js';

const stallLimitMs = 1500;

test('A call outlives a server that is killed', async t => {
  const { first, second, callId } = await inCall('Tia Killed', 'Uli Killed');
  const made = [await first.peersMade(), await second.peersMade()];
  await Promise.all([first.watchPicture(), second.watchPicture()]);

  await control('crash');
  await Promise.all([first.isOnline(), second.isOnline()]);
  await first.say('did you notice?');
  await second.reads('did you notice?');
  await second.say('what?');
  await first.reads('what?');
  await first.page.waitForTimeout(3000); // ICE restarts, if any, have run

  const stalls = [await first.longestStall(), await second.longestStall()].map(Math.round);
  t.diagnostic(`longest time without a new frame: ${stalls.join(' and ')} ms`);
  assert.ok(Math.max(...stalls) < stallLimitMs, `the picture stood still for ${stalls} ms`);
  assert.deepEqual([await first.peersMade(), await second.peersMade()], made);
  assert.deepEqual(await Promise.all([first.isInCall(), second.isInCall()]), [callId, callId]);
  await Promise.all([first.seesPartner(), second.seesPartner()]);

  await first.at('end-call').click();
  await Promise.all([first.at('after').waitFor(), second.at('after').waitFor()]);
  await Promise.all([first.seesInHistory(callId), second.seesInHistory(callId)]);
  await first.leave();
  await second.leave();
});

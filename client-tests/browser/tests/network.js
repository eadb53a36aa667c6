import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCall, until } from '../support/person.js';
import { MediaPath, ServerLine } from '../support/network.js';

const awayMs = 10_000;

test('After ten seconds without any network the call is the same, and the picture moves again', async t => {
  const [line, path] = [await ServerLine.open(), new MediaPath()];
  try {
    const { first, second, callId } = await inCall('Yan Away', 'Zoe Away', { path, url: line.url });
    const made = [await first.peersMade(), await second.peersMade()];
    line.goDown();
    path.goDown();
    await first.page.waitForTimeout(awayMs - 1000);
    const [before, other] = [await first.frames(), await second.frames()];
    await first.page.waitForTimeout(1000);
    assert.deepEqual([await first.frames(), await second.frames()], [before, other], 'there was a way around');

    const began = performance.now();
    line.comeBack();
    path.comeBack();
    await Promise.all([first.seesPartner(), second.seesPartner()]);
    t.diagnostic(`both pictures moved after ${Math.round(performance.now() - began)} ms`);
    await Promise.all([first.isOnline(), second.at('overlay').waitFor({ state: 'hidden' })]);
    assert.deepEqual(await Promise.all([first.isInCall(), second.isInCall()]), [callId, callId]);
    t.diagnostic(`connections made: ${made} before, ${[await first.peersMade(), await second.peersMade()]} after`);
    await first.say('that was a tunnel');
    await second.reads('that was a tunnel');
    await second.say('welcome back');
    await first.reads('welcome back');
    await first.leave();
    await second.leave();
  } finally {
    line.close();
    path.close();
  }
});

test('With the hub away and every address lost, an ICE restart waits for the hub and brings the picture back', async t => {
  const path = new MediaPath();
  try {
    const { first, second, callId } = await inCall('Abe Moved', 'Bea Moved', { path });
    const made = [await first.peersMade(), await second.peersMade()];
    const mend = await first.cutSocket();
    path.loseAddresses();
    const isBroken = () => window.observed.peers.at(-1).connectionState !== 'connected';
    await Promise.all([first, second].map(person => until(`${person.name} has no path`, () => person.page.evaluate(isBroken))));
    await first.at('overlay').filter({ hasText: 'The connection to the server is lost' }).waitFor();
    const before = await first.frames();
    await first.page.waitForTimeout(2000);
    assert.deepEqual(await first.frames(), before, 'the picture came back without the hub');

    await mend();
    await first.isOnline();
    const began = performance.now();
    await Promise.all([first.seesPartner(), second.seesPartner()]);
    t.diagnostic(`both pictures moved ${Math.round(performance.now() - began)} ms after the hub was back`);
    await Promise.all([first, second].map(person => person.at('overlay').waitFor({ state: 'hidden' })));
    assert.deepEqual([await first.peersMade(), await second.peersMade()], made);
    assert.deepEqual(await Promise.all([first.isInCall(), second.isInCall()]), [callId, callId]);
    await first.leave();
    await second.leave();
  } finally {
    path.close();
  }
});

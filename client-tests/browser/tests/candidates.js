import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, until } from '../support/person.js';

const restarts = 5;

test('Candidates travel in descriptions and in groups: at most one frame for five of them', async t => {
  const { frames, candidates } = await framesOfACall();
  t.diagnostic(`${candidates} candidates, ${frames} frames of candidates`);
  assert.ok(candidates >= 10, `too few to show anything: ${candidates}`);
  assert.ok(frames <= candidates / 5, `${candidates} candidates in ${frames} frames`);
});

/** What the first person of a call sends while ICE starts and is restarted again and again. */
async function framesOfACall() {
  const [first, second] = await Promise.all([Person.arrive('Cat Counts'), Person.arrive('Dan Counts')]);
  const sent = [];
  first.page.on('websocket', socket => socket.on('framesent', ({ payload }) => sent.push(...messages(payload))));
  await first.page.reload(); // its socket is then one that we listen to
  await first.isOnline();
  await first.invite('Dan Counts');
  await second.at('accept').click();
  await Promise.all([first.seesPartner(), second.seesPartner()]);
  for (let i = 0; i < restarts; i++) {
    await first.page.evaluate(() => window.observed.peers.at(-1).restartIce());
    await first.page.waitForTimeout(300);
    await until('ICE has gathered again', () => first.page.evaluate(() => {
      const peer = window.observed.peers.at(-1);
      return peer.iceGatheringState === 'complete' && peer.signalingState === 'stable';
    }));
  }
  await first.page.waitForTimeout(500);
  await Promise.all([first.seesPartner(), second.seesPartner()]);
  const signals = kind => sent.filter(message => message.target === 'Signal' && message.arguments[1] === kind).map(message => message.arguments[2]);
  const frames = signals('ice');
  const inside = [...signals('offer'), ...signals('answer')].flatMap(({ sdp }) => sdp.match(/^a=candidate:/gm) ?? []);
  await first.leave();
  await second.leave();
  return { frames: frames.length, candidates: inside.length + frames.flat().length };
}

/** The hub's JSON protocol ends each message with a record separator. */
function messages(payload) {
  return String(payload).split('\u001e').filter(Boolean).map(text => JSON.parse(text));
}

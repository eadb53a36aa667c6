import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, until } from '../support/person.js';

const restarts = 5;
/** This many addresses in place of each one of this machine: about those of a computer with cable, Wi-Fi and VPN. */
const addresses = 5;

test('Candidates travel in groups: at most one frame for five of them', async t => {
  const [own, many] = [await framesOfACall(), await framesOfACall(`(${multiply})(${addresses})`)];
  const share = ({ frames, candidates }) => `${candidates} candidates in ${frames} frames`;
  t.diagnostic(`with the addresses of this machine ${share(own)}, with ${addresses} times as many ${share(many)}`);
  assert.ok(many.candidates >= 10 * restarts, `too few to show anything: ${share(many)}`);
  assert.ok(many.frames <= many.candidates / 5, share(many));
});

/** What the first person of a call sends while ICE starts and is restarted again and again. */
async function framesOfACall(before) {
  const [first, second] = await Promise.all([Person.arrive('Cat Counts', { before }), Person.arrive('Dan Counts')]);
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
  const frames = sent.filter(message => message.target === 'Signal' && message.arguments[1] === 'ice');
  await first.leave();
  await second.leave();
  return { frames: frames.length, candidates: frames.reduce((sum, message) => sum + [message.arguments[2]].flat().length, 0) };
}

/** The hub's JSON protocol ends each message with a record separator. */
function messages(payload) {
  return String(payload).split('\u001e').filter(Boolean).map(text => JSON.parse(text));
}

/** In the page, before its own scripts. */
function multiply(times) {
  Object.defineProperty(RTCPeerConnection.prototype, 'onicecandidate', {
    set(handler) {
      this.addEventListener('icecandidate', event => {
        handler.call(this, event);
        const fields = event.candidate?.candidate.split(' ');
        for (let i = 1; fields && i < times; i++) {
          const candidate = fields.with(4, '127.0.0.1').with(5, String(60_000 + i)).join(' ');
          handler.call(this, { candidate: new RTCIceCandidate({ ...event.candidate.toJSON(), candidate }) });
        }
      });
    },
  });
}

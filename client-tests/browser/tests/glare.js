import assert from 'node:assert/strict';
import { test } from 'node:test';
import { libraryPage } from '../support/library.js';

const calls = 50;
const atOnce = 5;

test(`Both ends offer at once in ${calls} calls, and every one of them shows its picture on both sides`, async t => {
  const pages = await Promise.all([libraryPage(people), libraryPage(people)]);
  const [inviting, invited] = pages.map(({ page }) => page);
  const sides = [];
  let begun = 0;
  const oneAfterAnother = async () => {
    while (begun < calls) {
      const number = begun++;
      const [, userId] = await Promise.all([inviting, invited].map(page => page.evaluate(n => window.arrive(n), number)));
      await inviting.evaluate(([n, id]) => window.invite(n, id), [number, userId]);
      await invited.evaluate(n => window.accept(n), number);
      const both = await Promise.all([inviting, invited].map(page => page.evaluate(n => window.look(n), number)));
      sides.push(...both.map((side, i) => ({ call: number, who: ['inviting', 'invited'][i], ...side })));
      await Promise.all([inviting, invited].map(page => page.evaluate(n => window.hangUp(n), number)));
    }
  };
  let collisions;
  try {
    await Promise.all(Array.from({ length: atOnce }, oneAfterAnother));
    collisions = await Promise.all([inviting, invited].map(page => page.evaluate(() => window.collisions)));
  } finally {
    await Promise.all(pages.map(page => page.close()));
  }

  const slowest = Math.round(Math.max(...sides.map(side => side.pictureMs)));
  t.diagnostic(`${collisions.join(' and ')} offers met one that went the other way; slowest picture after ${slowest} ms`);
  assert.deepEqual(sides.filter(side => side.shown < 5 || side.state !== 'connected'), []);
  assert.equal(sides.length, 2 * calls);
  assert.ok(Math.min(...collisions) >= calls / 4, `offers met only ${collisions} times: this has not shown much`);
});

/** In the page: a guest by number, who makes the offering end of whatever end of the call is given. */
function people() {
  const picture = navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  const patienceMs = 15_000;
  const guests = new Map();

  /** How often a first offer came in when one of our own was on its way. */
  window.collisions = 0;
  const watchOffers = client => {
    const { signal } = client;
    let offered = false;
    client.signal = (callId, kind, data) => {
      offered ||= kind === 'offer';
      return signal.call(client, callId, kind, data);
    };
    client.on('signal', ({ kind, data }) => { window.collisions += kind === 'offer' && data.n === 1 && offered ? 1 : 0; });
  };

  window.arrive = async number => {
    const store = { load: () => undefined, save: () => {} };
    const client = window.library.createClient({ tab: crypto.randomUUID(), sessionStore: store });
    const { user } = await client.signInAsGuest({ name: `Glare ${number}`, gender: 'unspecified', adult: true });
    const next = event => new Promise(resolve => client.on(event, resolve));
    const guest = { client, invite: next('inviteReceived'), end: next('callEnded') };
    guests.set(number, guest);
    watchOffers(client);
    // Made at once, as a page has to: the partner's first signals are already on their way.
    guest.started = new Promise(resolve => client.on('callStarted', call => resolve(start(client, call))));
    const resumed = next('resumed');
    client.connect();
    await resumed;
    await client.setAvailable(true);
    return user.id;
  };
  window.invite = async (number, userId) => void await guests.get(number).client.invite(userId, 60);
  window.accept = async number => {
    const { client, invite } = guests.get(number);
    await client.acceptInvite((await invite).inviteId, 60);
  };
  const start = (client, call) => {
    const began = performance.now();
    const peer = new window.library.Peer(client, { ...call, initiator: true }, { how: 'started', stream: picture });
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true, width: 80, height: 60 });
    document.body.append(video);
    peer.on('stream', stream => { video.srcObject = stream; });
    return { call, peer, video, began };
  };
  window.look = async number => {
    const { call, peer, video, began } = await guests.get(number).started;
    let shown = 0;
    while ((shown < 5 || peer.state !== 'connected') && performance.now() - began < patienceMs) {
      await new Promise(resolve => setTimeout(resolve, 50));
      shown = video.getVideoPlaybackQuality().totalVideoFrames;
    }
    return { shown, state: peer.state, polite: call.polite, pictureMs: performance.now() - began };
  };
  window.hangUp = async number => {
    const { client, started, end } = guests.get(number);
    const { call, peer, video } = await started;
    guests.delete(number);
    await client.endCall(call.callId);
    await end;
    peer.close();
    video.remove();
    await client.disconnect();
  };
}

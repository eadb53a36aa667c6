// An instance is asked to stop, or dies, with people in the lobby, in the queue, invited and in calls: they go on through
// the other one as if nothing had been. Their pages run the client library.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, callOf, openFleet, Visitor } from './support/fleet.js';
import { eventually } from './support/patience.js';
import * as library from '../../server/web/sdk/dist/index.js';

const fleet = await openFleet('drain');
const { front } = fleet;
process.env.BASE_URL = front.url;
const { connect } = await import('../protocol/support/people.js');
const visitors = [];
afterEach(() => Promise.all(visitors.splice(0).map(visitor => visitor.client.disconnect())));
after(() => fleet.close());

async function enter(fields) {
  const visitor = await Visitor.enter(library, front, fields);
  visitors.push(visitor);
  return visitor;
}

/** People of every kind on the first instance, and what has to be true of them on the other one. */
async function everybody() {
  const [looking, seen, waiting, behind, inviter, invited, caller, called] =
    await Promise.all(Array.from({ length: 8 }, () => enter()));
  await seen.client.setAvailable(true);
  await looking.client.watchLobby();
  await waiting.client.joinQueue({ wants: ['male'] });
  await behind.client.joinQueue({ wants: ['male'] });
  await invited.client.setAvailable(true);
  const { inviteId } = await inviter.client.invite(invited.id, 300);
  await invited.expect('inviteReceived');
  const callId = await callOf(caller, called);
  const places = () => fleet.control('sql', 'select user_id, joined_at from ticket where ticket_id is not null order by user_id');
  return { looking, seen, waiting, behind, inviter, invited, inviteId, caller, called, callId, places, before: await places() };
}

async function verifyWorld(world) {
  await eventually('the lobby', () => world.looking.lobby?.people.some(person => person.id === world.seen.id) || undefined);
  assert.equal(await world.places(), world.before, 'a place was not kept');
  await world.invited.client.acceptInvite(world.inviteId, 300);
  await Promise.all([world.inviter.expect('callStarted'), world.invited.expect('callStarted')]);
  const partner = await enter({ gender: 'male' });
  await partner.client.joinQueue();
  await partner.expect('callStarted');
  await fleet.verify();
}

/** Says something every so often until it is told to stop; answers how much. */
function talk({ caller, called, callId }) {
  let goesOn = true;
  const speaking = (async () => {
    let n = 0;
    for (; goesOn; n++) {
      await caller.client.signal(callId, 'ice', { candidate: '', n });
      if (n % 5 === 0) {
        await called.client.sendChat(callId, `line ${n}`);
      }
      await sleep(100);
    }
    return n;
  })();
  return async () => {
    goesOn = false;
    return speaking;
  };
}

test('Asked to stop, an instance hands everybody over, and nobody notices', async () => {
  const first = await fleet.start();
  front.to = [first.port];
  const world = await everybody();
  const all = [...visitors];
  const second = await fleet.start();
  front.to = [first.port, second.port];
  const stopTalking = talk(world);

  first.signal('SIGTERM');
  await eventually('an instance that is not ready', async () => {
    const answer = await fetch(`${first.url}/health/ready`).catch(error => error);
    return answer.status !== 200 || undefined;
  });
  assert.deepEqual(await first.exits(), { code: 0, signal: null });

  await sleep(500);
  const said = await stopTalking();
  for (const visitor of all) {
    assert.deepEqual(visitor.states.slice(visitor.states.indexOf('online')), ['online'], 'a page noticed');
    assert.equal(visitor.all('draining').length, 1);
    assert.equal(visitor.resumed.instance, second.name);
    assert.deepEqual([...visitor.all('callEnded'), ...visitor.all('partnerStatus')], []);
  }
  // When both move in the same moment, what one sent through the old instance may be missing; then Resume says so, and the
  // library restarts ICE.
  await eventually('all signals, or word that some are missing', () =>
    new Set(world.called.signals.map(({ n }) => n)).size === said || world.called.resumed.missed.complete === false || undefined);
  await eventually('all lines', () => new Set(world.caller.lines).size === Math.ceil(said / 5) || undefined);
  await verifyWorld(world);
  await second.end();
});

test('Killed, an instance is found again elsewhere in five seconds', async () => {
  const first = await fleet.start();
  front.to = [first.port];
  const world = await everybody();
  const all = [...visitors];
  const second = await fleet.start();
  front.to = [first.port, second.port];

  first.signal('SIGKILL');
  await first.ended;
  const isThere = ({ client, resumed }) => client.state.state === 'online' && resumed.instance === second.name;
  await eventually('everybody on the other instance', () => all.every(isThere) || undefined, 5)
    .catch(error => { throw new Error(JSON.stringify(all.map(({ states }) => states)), { cause: error }); });
  const stopTalking = talk(world);
  await sleep(500);
  const said = await stopTalking();
  await eventually('all signals', () => new Set(world.called.signals.map(({ n }) => n)).size === said || undefined);
  assert.deepEqual(all.flatMap(visitor => visitor.all('callEnded')), []);
  await verifyWorld(world);
  await second.end();
});

test('Alone, an instance stops at once, and ends that wait for the database are written first', async () => {
  const first = await fleet.start({ REDIS_URL: '' });
  front.to = [first.port];
  const [ann, bob] = await Promise.all([enter(), enter()]);
  const callId = await callOf(ann, bob);
  fleet.line.isSilent = true;
  assert.equal((await ann.client.endCall(callId)).recorded, 'pending');

  first.signal('SIGTERM');
  await sleep(1000);
  fleet.line.isSilent = false;
  assert.deepEqual(await first.exits(), { code: 0, signal: null });

  const again = await fleet.start({ REDIS_URL: '' });
  front.to = [again.port];
  for (const { client } of [ann, bob]) {
    const { calls } = await eventually('the history', () => client.history().catch(() => undefined));
    assert.deepEqual(calls.map(call => call.callId), [callId]);
  }
  again.signal('SIGTERM');
  assert.deepEqual(await again.exits(), { code: 0, signal: null });
});

test('Embedded, an instance with people on it stops with code 0', async () => {
  const alone = await Instance.start(`${process.env.FAULT_RUN}/drain/embedded.log`);
  front.to = [alone.port];
  await enter();
  alone.signal('SIGINT');
  assert.deepEqual(await alone.exits(), { code: 0, signal: null });
});

test('A page that does not move is cut when the time is over', async () => {
  const [first, second] = [await fleet.start({ Lifetime__DrainFor: '00:00:02' }), await fleet.start()];
  const stays = await stayOn(first);
  first.signal('SIGTERM');
  assert.deepEqual(await stays.expect('draining', undefined, 20_000), { reconnectInSeconds: 0 });
  await stays.expectClosed(20_000);
  assert.deepEqual(await first.exits(), { code: 0, signal: null });
  await second.end();
});

test('Asked twice, an instance stops now', async () => {
  const [first, second] = [await fleet.start({ Lifetime__DrainFor: '00:05:00' }), await fleet.start()];
  const stays = await stayOn(first);
  first.signal('SIGTERM');
  await stays.expect('draining', undefined, 20_000);
  first.signal('SIGTERM');
  await stays.expectClosed(20_000);
  assert.deepEqual(await first.exits(), { code: 0, signal: null });
  await second.end();
});

test('No rule of the database is broken, and the servers have logged no mistake of their own', async () => {
  const last = await fleet.start();
  await fleet.verify();
  await last.end();
  assert.deepEqual(fleet.errorsLogged(), []);
});

/** A page of somebody who was asked to move and does not. */
async function stayOn(instance) {
  front.to = [instance.port];
  return connect();
}

// The instance that leads the matcher dies, or stands still and goes on: another one leads, everybody who waits is matched
// by it, and nothing that the old one still sends counts. How long it took is printed and not judged.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTwins } from './support/lab.js';
import { eventually } from './support/patience.js';

// The lease of an instance as by default: a busy machine must not make a living one dead.
const lab = await openTwins('leader', {
  Presence__Lease: '00:00:12', Postgres__CommandTimeout: '00:01:00',
});
const { connect } = lab.people;
const { serveFrom } = await import('../protocol/support/http.js');
after(() => lab.close());

// Each of the two fits nobody but the other, so that it is clear who is matched by whom.
const him = { gender: 'male' };
const wishes = { wants: ['nonbinary'] };

async function isLeader(server) {
  const response = await fetch(`${server.url}/health`);
  return (await response.json()).queue.leader;
}

/** The one that leads, and the other. */
const roles = () => eventually('a leader', async () => {
  const leads = await Promise.all(lab.servers.map(isLeader));
  return leads[0] === leads[1] ? undefined : { leader: lab.servers[leads[0] ? 0 : 1], other: lab.servers[leads[0] ? 1 : 0] };
});

/** Somebody on this server. */
function enter(server, who) {
  serveFrom(server.url);
  return connect(who);
}

async function areMatched(...tabs) {
  const [first, second] = await Promise.all(tabs.map(tab => tab.expect('callStarted', undefined, 30_000)));
  assert.equal(first.callId, second.callId);
  return first.callId;
}

const ongoing = (...tabs) => lab.sql(`select count(*) from call where ended_at is null
  and array[initiator, other] && array[${tabs.map(tab => `'${uuid(tab.id)}'::uuid`)}]`);
const uuid = id => Buffer.from(id, 'base64url').toString('hex');

test('The leader is killed: who waits elsewhere is matched, and who waited there keeps their place', async t => {
  const { leader, other } = await roles();
  const there = await enter(leader, him);
  const here = await enter(other, { gender: 'nonbinary' });
  await there.ok('JoinQueue', wishes);
  await here.ok('JoinQueue', { wants: ['female'] });

  const began = performance.now();
  await leader.control('kill');
  await there.expectClosed();
  serveFrom(other.url);
  const woman = await connect({ gender: 'female' });
  await woman.ok('JoinQueue', { wants: ['nonbinary'] });
  const callId = await areMatched(here, woman);
  t.diagnostic(`matched ${Math.round(performance.now() - began)} ms after the leader was killed`);

  const again = await connect(there.person, { tab: there.name });
  assert.ok(again.resumed.queue, JSON.stringify(again.resumed));
  const third = await connect({ gender: 'nonbinary' });
  await third.ok('JoinQueue', { wants: ['male'] });
  await areMatched(again, third);
  await here.ok('EndCall', callId);
  await leader.control('start');
});

test('The leader stands still with a match on its way: another one makes it, and the late one is refused', async t => {
  const { leader, other } = await roles();
  const ann = await enter(other, him);
  const bob = await enter(other, { gender: 'nonbinary' });
  await ann.ok('JoinQueue', wishes);
  const stop = lab.proxy.stopAt(/from start_calls\(/, 'arrives');
  await bob.ok('JoinQueue', { wants: ['male'] });
  await stop.reached;

  const began = performance.now();
  await leader.control('pause');
  const callId = await areMatched(ann, bob);
  t.diagnostic(`matched ${Math.round(performance.now() - began)} ms after the leader stood still`);
  assert.equal(await isLeader(other), true);

  // Whatever comes late, comes now; and the one that sent it goes on as if nothing had been.
  stop.release();
  await leader.control('continue');
  await eventually('its refusal', () => /Another matcher leads/.test(lab.logOf(leader)) || undefined);

  assert.equal(await ongoing(ann, bob), '1');
  for (const tab of [ann, bob]) {
    assert.equal(tab.all('callStarted').length, 1);
    assert.equal((await tab.ok('Resume')).call?.callId, callId);
  }
  await ann.ok('EndCall', callId);
  assert.equal((await bob.expect('callEnded')).callId, callId);
});

test('Who goes on after the other took over follows it: people on both are matched with each other', async () => {
  const { leader, other } = await roles();
  const [ann, bob] = [await enter(leader, him), await enter(other, { gender: 'nonbinary' })];
  await ann.ok('JoinQueue', wishes);
  await bob.ok('JoinQueue', { wants: ['male'] });
  await areMatched(ann, bob);
});

test('No rule of the database is broken', () => lab.servers[0].control('verify'));

test('The servers have logged no mistake of their own', () => assert.deepEqual(lab.errorsLogged(), []));

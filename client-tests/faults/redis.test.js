// Redis is away, deaf, slow, empty, full or read-only, with people of two servers in calls: nobody is disconnected, what is
// in rows still crosses, nothing waits for Redis, and when it is back signals cross again. How long that took is printed
// and not judged.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { openTwins } from './support/lab.js';
import { eventually } from './support/patience.js';

const lab = await openTwins('redis', { Presence__Lease: '00:00:12' });
const { connect, callOf } = lab.people;
const cli = (...args) => lab.control('redis-cli', ...args);
after(() => lab.close());

/** `isAway`: as long as it lasts, nothing is carried, and the servers say so. */
const faults = {
  'Redis is killed and comes back empty': { isAway: true, begin: () => lab.control('redis-kill'), end: () => lab.control('redis-start') },
  'Redis stands still': { isAway: true, begin: () => lab.control('redis-pause'), end: () => lab.control('redis-continue') },
  'nothing comes through and nothing is closed': {
    isAway: true, begin: () => { lab.redis.isSilent = true; }, end: () => { lab.redis.isSilent = false; },
  },
  'every answer comes two seconds late': { isAway: true, begin: () => { lab.redis.delay = 2000; }, end: () => { lab.redis.delay = 0; } },
  'every answer comes ten seconds late': { isAway: true, begin: () => { lab.redis.delay = 10_000; }, end: () => { lab.redis.delay = 0; } },
  'Redis is emptied': { begin: () => cli('flushall') },
  'subscribers are disconnected': { begin: () => cli('client', 'kill', 'type', 'pubsub') },
  'every connection is reset': { begin: () => lab.redis.reset() },
  'Redis is read-only, a replica of nobody': { begin: () => cli('replicaof', '127.0.0.1', '1'), end: () => cli('replicaof', 'no', 'one') },
  'Redis has no memory left': { begin: () => cli('config', 'set', 'maxmemory', '1'), end: () => cli('config', 'set', 'maxmemory', '0') },
};

for (const [what, fault] of Object.entries(faults)) {
  test(what[0].toUpperCase() + what.slice(1), async t => {
    const staying = await couple();
    const ending = await couple();
    const searching = [await connect(), await connect()];
    await passes(staying);

    const cpu = cpuSeconds();
    const began = performance.now();
    await fault.begin();
    if (fault.isAway) {
      await eventually('the servers say so', async () => (await Promise.all(lab.servers.map(readiness))).every(r => r === 'degraded') || undefined);
    }
    const slowest = [];
    const timed = async work => {
      const asked = performance.now();
      const value = await work;
      slowest.push(performance.now() - asked);
      return value;
    };
    await timed(ending.ann.ok('EndCall', ending.call.id));
    assert.equal((await ending.bob.expect('callEnded', undefined, 20_000)).callId, ending.call.id);
    for (const tab of searching) {
      await timed(tab.ok('JoinQueue', { languages: [] }));
    }
    const [one, two] = await Promise.all(searching.map(tab => tab.expect('callStarted', undefined, 20_000)));
    assert.equal(one.callId, two.callId);
    const reply = await timed(staying.ann.invoke('Signal', staying.call.id, 'ice', { candidate: 'meanwhile' }));
    assert.ok(reply.ok || reply.error.code === 'unavailable', JSON.stringify(reply));
    assert.ok(reply.ok !== true || !fault.isAway, 'a signal to a partner who cannot be reached was acknowledged');
    const [outage, used] = [performance.now() - began, cpuSeconds() - cpu];

    await fault.end?.();
    const back = performance.now();
    await passes(staying);
    const carries = performance.now() - back;
    await staying.bob.ok('EndCall', staying.call.id);
    assert.equal((await staying.ann.expect('callEnded')).callId, staying.call.id);
    await eventually('all well', async () => (await Promise.all(lab.servers.map(readiness))).every(r => r === 'ok') || undefined);
    for (const tab of [staying.ann, staying.bob, ending.ann, ending.bob, ...searching]) {
      await tab.ok('Resume'); // on the connection that it always had
    }
    await searching[0].ok('EndCall', one.callId);
    // Servers that have just been started compile meanwhile; one thread that does not wait takes as long as the outage.
    assert.ok(used < 2 + outage / 2000, `${used} s of CPU in ${outage} ms: somebody does not wait`);
    t.diagnostic(`signals cross ${Math.round(carries)} ms after its return; meanwhile the slowest answer took ${
      Math.round(Math.max(...slowest))} ms, both servers used ${Math.round(used / outage * 100_000)} % of a core`);
  });
}

/** Two people in a call, each on another server. */
async function couple() {
  const [ann, bob] = [await connect(), await connect()];
  return { ann, bob, call: await callOf(ann, bob) };
}

let signals = 0;

/** A signal crosses, however often it has to be sent. */
async function passes({ ann, bob, call }) {
  await eventually('a signal that crosses', async () => {
    const candidate = `number ${signals++}`;
    const reply = await ann.invoke('Signal', call.id, 'ice', { candidate });
    assert.ok(reply.ok || reply.error.code === 'unavailable', JSON.stringify(reply));
    return reply.ok ? await bob.expect('signal', ([, , data]) => data.candidate === candidate, 1000).catch(() => undefined) : undefined;
  }, 30);
}

async function readiness(server) {
  const response = await fetch(`${server.url}/health/ready`);
  assert.equal(response.status, 200);
  return (await response.json()).status;
}

/** What both servers have used so far. */
function cpuSeconds() {
  return lab.servers.reduce((sum, server) => {
    // The name of the process, in brackets, may have blanks; user and system time are the 12th and 13th after it.
    const fields = readFileSync(`/proc/${lab.pidOf(server)}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

test('No rule of the database is broken', () => lab.servers[0].control('verify'));

test('The servers have logged no mistake of their own', () => assert.deepEqual(lab.errorsLogged(), []));

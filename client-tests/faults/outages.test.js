// PostgreSQL is away, slow, deaf, full or closed, with people in calls: they go on, they can hang up, nothing that was not
// written is acknowledged, and when it is over everything works.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLab } from './support/lab.js';
import { historyOf, Ledger } from './support/ledger.js';
import { eventually, insist, insistHttp, outcome } from './support/patience.js';

// Shorter than the defaults and in the same order: statement, command, request. The lease is long enough for things to be
// missed before its next renewal.
const lab = await openLab('outages', {
  Presence__Lease: '00:00:09',
  Postgres__StatementTimeout: '00:00:01.5', Postgres__CommandTimeout: '00:00:02', Postgres__ConnectTimeout: '00:00:02',
});
const { callOf, connect, couple, invite, sleep } = lab.people;
const { http } = await import('../protocol/support/http.js');
const disk = await lab.smallDisk();
const all = new Ledger();
after(() => lab.close());

const endSessions = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'member'";

/** `isTotal`: as long as it lasts, nothing can be written. */
const faults = {
  'every session is ended': { begin: () => lab.sql(endSessions) },
  'every connection is reset': { begin: () => lab.proxy.reset() },
  'one process of PostgreSQL is killed': {
    begin: async () => process.kill(await lab.sql("select pid from pg_stat_activity where usename = 'member' limit 1"), 'SIGKILL'),
  },
  'PostgreSQL is stopped': { isTotal: true, begin: () => lab.control('postgres-stop'), end: () => lab.control('postgres-start') },
  'PostgreSQL is killed': { isTotal: true, begin: () => lab.control('postgres-kill'), end: () => lab.control('postgres-start') },
  'every answer comes half a second late': { begin: () => { lab.proxy.delay = 500; }, end: () => { lab.proxy.delay = 0; } },
  'nothing comes through and nothing is closed': {
    isTotal: true, begin: () => { lab.proxy.isSilent = true; }, end: () => { lab.proxy.isSilent = false; },
  },
  'somebody holds locks on all that is written': {
    isTotal: true,
    async begin() {
      this.lock = outcome(lab.sql(`begin; select 1 from call for update;
        lock table app_user, block, chat_message, ticket in share row exclusive mode; select 'held by a fault', pg_sleep(60)`));
      await eventually('the lock', async () => await lab.sql(`
        select 1 from pg_locks where relation = 'ticket'::regclass and mode = 'ShareRowExclusiveLock' and granted`) || undefined);
    },
    async end() {
      await lab.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like '%held by a fault%' and pid <> pg_backend_pid()");
      await this.lock;
    },
  },
  'PostgreSQL takes no more connections': {
    isTotal: true,
    begin: () => lab.sql(`alter role member connection limit 0; ${endSessions}`),
    end: () => lab.sql('alter role member connection limit -1'),
  },
  'PostgreSQL is read-only': {
    isTotal: true,
    begin: () => lab.sql(`alter role member set default_transaction_read_only = on; ${endSessions}`),
    end: () => lab.sql(`alter role member reset default_transaction_read_only; ${endSessions}`),
  },
  [`the disk is full (${disk.how})`]: { isFull: true, begin: disk.fill, end: disk.empty },
};

for (const [what, fault] of Object.entries(faults)) {
  test(what[0].toUpperCase() + what.slice(1), async t => {
    const [staying, ending, cara] = await Promise.all([couple(), couple(), connect()]);
    const ledger = new Ledger();
    const works = worksOf(staying, cara, ledger);

    await fault.begin();
    try {
      const [hungUp] = await Promise.all([
        ending.ann.ok('EndCall', ending.call.id),
        signalsPass(staying),
        ...Object.entries(works).map(([name, work]) => attempt(name, work, fault.isTotal)),
        fault.isFull && isFull(staying, ledger),
      ]);
      assert.ok(hungUp.recorded === 'pending' || !fault.isTotal, hungUp.recorded);
      assert.equal((await ending.bob.expect('callEnded')).callId, ending.call.id);
      await signalsPass(staying);
    } finally {
      await fault.end?.();
    }

    const back = performance.now();
    await Promise.all(Object.values(works).map(work => work.repeat()));
    const writes = performance.now() - back;
    await insist(staying.ann, 'EndCall', staying.call.id);
    for (const { ann, bob, call } of [staying, ending]) {
      ledger.call(call.id, ann.person, bob.person);
      await eventually('the call in the history', async () => (await historyOf(bob.person)).includes(call.id) || undefined);
    }
    await ledger.audit();
    await insist(staying.ann, 'JoinQueue');
    await insist(staying.ann, 'LeaveQueue');
    await lab.isWhole();
    t.diagnostic(`writes again after ${Math.round(writes)} ms, is whole within ${Math.round(performance.now() - back)} ms`);
  });
}

/** What has to be durable: how it is asked for, and how it is repeated until it is. */
function worksOf({ ann, bob, call }, cara, ledger) {
  const name = `Eve ${Math.random()}`;
  const signUp = () => http('POST', '/api/auth/guest', { body: { name, gender: 'unspecified', adult: true } });
  const block = () => cara.person.http('PUT', `/api/blocks/${bob.id}`);
  let line;
  return {
    chat: {
      ask: () => ann.invoke('SendChat', call.id, 'meanwhile', 'said meanwhile'),
      acknowledged: value => { line = value.id; },
      async repeat() {
        const { id } = await insist(ann, 'SendChat', call.id, 'meanwhile', 'said meanwhile');
        assert.equal(id, line ?? id);
        ledger.line(call.id, id, 'said meanwhile');
      },
    },
    queue: {
      ask: () => cara.invoke('JoinQueue'),
      acknowledged: () => undefined,
      async repeat() {
        await insist(cara, 'JoinQueue');
        await insist(cara, 'LeaveQueue');
      },
    },
    block: {
      ask: block,
      acknowledged: () => undefined,
      async repeat() {
        await insistHttp(block, 204);
        ledger.account(cara.person);
        ledger.block(cara.person, bob.person);
      },
    },
    account: {
      ask: signUp,
      async acknowledged({ token }) {
        assert.equal((await insistHttp(() => http('GET', '/api/me', { token }), 200)).body.name, name);
      },
      repeat: () => insistHttp(signUp, 201),
    },
  };
}

async function attempt(name, { ask, acknowledged }, mustBeRefused) {
  const reply = await ask();
  const isAcknowledged = reply.ok ?? reply.status < 300;
  if (isAcknowledged) {
    assert.ok(!mustBeRefused, `${name} was acknowledged: ${JSON.stringify(reply)}`);
    await acknowledged(reply.value ?? reply.body);
  } else {
    assert.equal((reply.error ?? reply.body).code, 'unavailable', `${name}: ${JSON.stringify(reply)}`);
  }
}

let signals = 0;
async function signalsPass({ ann, bob, call }) {
  const first = signals;
  for (let i = 0; i < 10; i++) {
    await ann.ok('Signal', call.id, 'ice', { candidate: `number ${signals++}` });
  }
  for (let i = first; i < first + 10; i++) {
    const [, , data] = await bob.expect('signal');
    assert.equal(data.candidate, `number ${i}`);
  }
}

/** Long lines that cannot be compressed need new room after a few of them. */
async function isFull({ bob, call }, ledger) {
  for (let i = 0; i < 8; i++) {
    const text = Array.from({ length: 500 }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join('');
    const reply = await bob.invoke('SendChat', call.id, `long-${i}`, text);
    if (!reply.ok) {
      assert.equal(reply.error.code, 'unavailable');
      return;
    }
    ledger.line(call.id, reply.value.id, text);
  }
  assert.fail('The disk was not full.');
}

const crashes = {
  'PostgreSQL is killed and started again': () => lab.killAndRestart('postgres'),
  'One process of PostgreSQL is killed': () => faults['one process of PostgreSQL is killed'].begin(),
};
for (const [what, crash] of Object.entries(crashes)) {
  // While PostgreSQL knows nothing of any of them, and when everything is written back.
  for (const isWritten of [false, true]) {
    test(`${what}, and unlogged tables are empty: places, invites and calls go on, ${isWritten ? 'later' : 'at once'}`, async () => {
      const [cara, dora, eve, finn, gia] = await Promise.all(Array.from({ length: 5 }, () => connect()));
      const staying = await couple();
      await gia.ok('SetAvailable', true);
      const asked = await invite(eve, finn);
      await cara.ok('JoinQueue');

      await crash();
      if (isWritten) {
        await lab.isWhole();
      }
      await insist(dora, 'JoinQueue');
      const { callId: matched } = await cara.expect('callStarted', undefined, 10_000);
      await dora.expect('callStarted', call => call.callId === matched);
      const { callId: accepted } = await insist(finn, 'AcceptInvite', asked.id, 300);
      await eve.expect('callStarted', call => call.callId === accepted);
      assert.equal((await insist(staying.ann, 'Resume')).call?.callId, staying.call.id);
      await signalsPass(staying);
      await lab.isWhole();
      for (const [a, b, callId] of [[eve, finn, accepted], [cara, dora, matched], [staying.ann, staying.bob, staying.call.id]]) {
        assert.equal((await a.ok('EndCall', callId)).recorded, 'yes');
        all.call(callId, a.person, b.person);
      }
      await callOf(finn, gia);
      await all.audit();
    });
  }
}

test('Sessions are ended again and again while people talk and search: only `unavailable`, and no signal is lost', async () => {
  const ledger = new Ledger();
  const couples = await Promise.all(Array.from({ length: 6 }, couple));
  const searching = await Promise.all(Array.from({ length: 4 }, () => connect()));
  const end = performance.now() + 3000;
  const goesOn = () => performance.now() < end;
  let refused = 0;
  const allow = reply => {
    assert.ok(reply.ok || reply.error.code === 'unavailable', JSON.stringify(reply));
    refused += reply.ok ? 0 : 1;
    return reply.value;
  };
  const talk = async ({ ann, bob, call }, n) => {
    const sent = [];
    for (let i = 0; goesOn(); i++) {
      await ann.ok('Signal', call.id, 'ice', { candidate: `${n}-${i}` });
      sent.push(`${n}-${i}`);
      const text = `${n} says ${i}`;
      const line = allow(await ann.invoke('SendChat', call.id, `c${i}`, text)) ?? await insist(ann, 'SendChat', call.id, `c${i}`, text);
      ledger.line(call.id, line.id, text);
      await sleep(300);
    }
    await bob.expect('signal', ([, , data]) => data.candidate === sent.at(-1));
    assert.deepEqual(bob.all('signal').map(([, , data]) => data.candidate), sent);
    await insist(ann, 'EndCall', call.id);
    ledger.call(call.id, ann.person, bob.person);
  };
  const search = async (tab, n) => {
    while (goesOn()) {
      allow(await tab.invoke('JoinQueue', { languages: [`z${'abcd'[n]}`] }));
      allow(await tab.invoke('LeaveQueue'));
      await sleep(100);
    }
  };
  const cut = async () => {
    while (goesOn()) {
      await lab.sql(endSessions);
      await sleep(100);
    }
  };
  await Promise.all([...couples.map(talk), ...searching.map(search), cut()]);
  assert.ok(refused > 0, 'nobody noticed that sessions were ended');
  for (const { ann, call } of couples) {
    await eventually('the call in the history', async () => (await historyOf(ann.person)).includes(call.id) || undefined);
  }
  await ledger.audit();
});

test('No rule of the database is broken', () => lab.control('verify'));

test('The server has logged no mistake of its own', () => assert.deepEqual(lab.errorsLogged(), []));

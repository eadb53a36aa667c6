// Whatever dies, and at whatever step of whatever is written: what was acknowledged is there, and nothing is there twice.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLab } from './support/lab.js';
import { historyOf, Ledger } from './support/ledger.js';
import { eventually, insist, insistHttp, outcome } from './support/patience.js';

const lab = await openLab('failpoints');
const { callOf, connect, couple, guest, invite } = lab.people;
const { http } = await import('../protocol/support/http.js');
const all = new Ledger();
after(() => lab.close());

/** The person in the same tab again, when the server died; else the connection that has stayed. */
const back = (tab, victim) => victim === 'server' ? connect(tab.person, { tab: tab.name, resume: false }) : tab;

async function bothBack({ ann, bob }, victim) {
  return { ann: await back(ann, victim), bob: await back(bob, victim) };
}

/** Both know the same: one call of the two of them, or none. Answers its id. */
async function sameCall({ ann, bob }) {
  const [hers, his] = [(await insist(ann, 'Resume')).call, (await insist(bob, 'Resume')).call];
  assert.equal(hers?.callId, his?.callId);
  if (hers) {
    assert.deepEqual([hers.partner.id, his.partner.id], [bob.id, ann.id]);
  }
  return hers?.callId;
}

/** Hangs up; the call is in both histories in the end. */
async function finish({ ann, bob }, callId) {
  await insist(ann, 'EndCall', callId);
  await inHistory(ann, callId);
  all.call(callId, ann.person, bob.person);
}

const inHistory = (tab, callId) =>
  eventually('a call in the history', async () => (await historyOf(tab.person)).includes(callId) || undefined);

/** Nobody is stuck: each can search and stop searching. */
async function areFree(...tabs) {
  for (const tab of tabs) {
    await insist(tab, 'JoinQueue', { languages: [`zz-${tab.id.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}`] });
    await insist(tab, 'LeaveQueue');
  }
}

function assertUnsure(reply) {
  assert.ok(reply.lost || reply.error?.code === 'unavailable' || reply.body?.code === 'unavailable', JSON.stringify(reply));
}

const cases = {
  'the end of a call': {
    statement: /from end_calls\(/,
    begin: couple,
    act: ({ ann, call }) => ann.invoke('EndCall', call.id),
    async settle(scene, reply, { victim, step }) {
      const people = await bothBack(scene, victim);
      if (victim === 'postgres') {
        assert.deepEqual([reply.ok, reply.value?.recorded], [true, 'pending'], JSON.stringify(reply));
      } else {
        assert.ok(reply.lost || reply.value?.recorded === 'pending', JSON.stringify(reply));
        assert.equal(await sameCall(people), step === 'arrives' ? scene.call.id : undefined);
        if (step === 'arrives') {
          await people.ann.ok('EndCall', scene.call.id);
        }
      }
      await inHistory(people.ann, scene.call.id);
      all.call(scene.call.id, people.ann.person, people.bob.person);
      return people;
    },
  },
  'a line of chat': {
    statement: /insert into chat_message/,
    async begin() {
      const scene = await couple();
      all.line(scene.call.id, (await scene.ann.ok('SendChat', scene.call.id, 'first', 'before')).id, 'before');
      return scene;
    },
    act: ({ ann, call }) => ann.invoke('SendChat', call.id, 'second', 'meanwhile'),
    async settle(scene, reply, { victim }) {
      assertUnsure(reply);
      const people = await bothBack(scene, victim);
      assert.equal(await sameCall(people), scene.call.id);
      const again = await insist(people.ann, 'SendChat', scene.call.id, 'second', 'meanwhile');
      all.line(scene.call.id, again.id, 'meanwhile');
      await finish(people, scene.call.id);
      return people;
    },
  },
  'an accepted invite': {
    statement: /from start_calls\(/,
    async begin() {
      const [ann, bob] = await Promise.all([connect(), connect()]);
      return { ann, bob, asked: await invite(ann, bob) };
    },
    act: ({ bob, asked }) => bob.invoke('AcceptInvite', asked.id, 300),
    async settle(scene, reply, { victim, step }) {
      assertUnsure(reply);
      const people = await bothBack(scene, victim);
      const callId = await sameCall(people);
      assert.equal(callId !== undefined, step === 'answered');
      await finish(people, callId ?? (await insist(people.bob, 'AcceptInvite', scene.asked.id, 300)).callId);
      return people;
    },
  },
  'a match in the queue': {
    statement: /from start_calls\(/,
    async begin() {
      const [ann, bob] = await Promise.all([connect(), connect()]);
      return { ann, bob };
    },
    act: ({ ann, bob }) => Promise.all([ann.ok('JoinQueue'), bob.ok('JoinQueue')]),
    async settle(scene, reply, { victim }) {
      const people = await bothBack(scene, victim);
      const [resumed] = await Promise.all([insist(people.ann, 'Resume'), insist(people.bob, 'Resume')]);
      const { callId } = resumed.call ?? await people.ann.expect('callStarted', undefined, 15_000);
      await finish(people, callId);
      return people;
    },
  },
  'a block': {
    statement: /select block_user\(/,
    begin: async () => ({ ann: await connect(), bob: await connect() }),
    act: ({ ann, bob }) => ann.person.http('PUT', `/api/blocks/${bob.id}`),
    async settle({ ann, bob }, reply, { victim }) {
      assertUnsure(reply);
      await insistHttp(() => ann.person.http('PUT', `/api/blocks/${bob.id}`), 204);
      all.account(ann.person);
      all.block(ann.person, bob.person);
      return bothBack({ ann, bob }, victim);
    },
  },
  'a report': {
    statement: /from file_report\(/,
    begin: couple,
    act: ({ ann, call }) => ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'threats' }),
    async settle(scene, reply, { victim, step }) {
      assertUnsure(reply);
      assert.equal(await lab.sql(`
        select (select count(*) from report r where r.call_id = c.call_id) || ' '
          || (select count(*) from block b where b.blocker in (c.initiator, c.other) and b.blocked in (c.initiator, c.other))
        from call c order by started_at desc limit 1`), step === 'arrives' ? '0 0' : '1 1');
      const people = await bothBack(scene, victim);
      const again = () => people.ann.person.http('POST', '/api/reports', { callId: scene.call.id, reason: 'threats' });
      const { reportId } = (await insistHttp(again, 201)).body;
      assert.equal((await insistHttp(again, 201)).body.reportId, reportId);
      await inHistory(people.ann, scene.call.id);
      const { calls } = await people.ann.person.get('/api/history');
      assert.equal(calls.find(call => call.callId === scene.call.id).reported, true);
      all.call(scene.call.id, people.ann.person, people.bob.person);
      all.block(people.ann.person, people.bob.person);
      return people;
    },
  },
  'a new account': {
    statement: /insert into app_user/,
    begin: async () => ({ name: `Eve ${Math.random()}` }),
    act: ({ name }) => http('POST', '/api/auth/guest', { body: { name, gender: 'unspecified', adult: true } }),
    async settle({ name }, reply, { step }) {
      assertUnsure(reply);
      assert.equal(await lab.sql(`select count(*) from app_user where name = '${name}'`), step === 'arrives' ? '0' : '1');
      const person = await eventually('a new account', () => guest().catch(() => undefined));
      all.account(person);
      return { ann: await connect(person) };
    },
  },
};

for (const [what, { statement, begin, act, settle }] of Object.entries(cases)) {
  for (const step of ['arrives', 'answered']) {
    for (const victim of ['server', 'postgres']) {
      test(`${victim} dies when ${what} ${step === 'arrives' ? 'is not written yet' : 'is written and not acknowledged'}`, async () => {
        const scene = await begin();
        const stop = lab.proxy.stopAt(statement, step);
        const acting = outcome(act(scene));
        await stop.reached;
        await lab.killAndRestart(victim);
        const people = await settle(scene, await acting, { victim, step });
        await areFree(...Object.values(people));
        await lab.isWhole();
      });
    }
  }
}

test('After all of it everything that was acknowledged is there once', () => all.audit());

test('No rule of the database is broken', () => lab.control('verify'));

test('The server has logged no mistake of its own', () => assert.deepEqual(lab.errorsLogged(), []));

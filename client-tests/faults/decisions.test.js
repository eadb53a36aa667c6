// Reports, bans and bans taken back while PostgreSQL is killed: what was acknowledged is stored and in force, each with its
// entry in the audit, and nothing is half done. An entry that somebody edits is named.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLab } from './support/lab.js';
import { eventually, insistHttp } from './support/patience.js';

const lab = await openLab('decisions');
const { couple, guest, forgedId, connect } = lab.people;
const { the } = await import('../protocol/support/console.js');
after(() => lab.close());

const rounds = 3;
const each = 8;

test('What was acknowledged while PostgreSQL was killed is stored and in force, also after a restart', async t => {
  const moderator = await the('moderator');
  const reported = new Map();
  const banned = new Map();
  const lifted = new Set();
  let refused = 0;

  const ban = (person, measureId) => moderator.http('POST', `/api/admin/users/${person.id}/measures`, {
    measureId, kind: 'ban', reason: 'threats', text: 'You threatened somebody.', durationSeconds: 86_400,
  });
  const lift = measureId => moderator.http('DELETE', `/api/admin/measures/${measureId}`, {});
  const report = ({ ann, call }) => ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'harassment' });

  /** Answers what was acknowledged; everything else has to be an honest "not now". */
  async function acknowledged(asked) {
    const answer = await asked;
    if (answer.status < 300) {
      return answer.body;
    }
    assert.equal(answer.body?.code, 'unavailable', answer.text);
    refused++;
    return undefined;
  }

  for (let round = 0; round < rounds; round++) {
    const couples = await Promise.all(Array.from({ length: each }, () => couple()));
    const [people, pardoned] = await Promise.all([0, 1].map(() => Promise.all(Array.from({ length: each }, () => guest()))));
    const measures = pardoned.map(() => forgedId());
    await Promise.all(pardoned.map((person, i) => insistHttp(() => ban(person, measures[i]), 201)));

    // The first half is done before the kill, the other goes into it.
    const work = [
      ...couples.map(pair => async () => {
        const body = await acknowledged(report(pair));
        body && reported.set(pair, body.reportId);
      }),
      ...people.map(person => async () => {
        const measureId = forgedId();
        const body = await acknowledged(ban(person, measureId));
        body && banned.set(person, measureId);
      }),
      ...pardoned.map((person, i) => async () => {
        const body = await acknowledged(lift(measures[i]));
        body && lifted.add(person);
      }),
    ].sort(() => Math.random() - 0.5);
    await Promise.all(work.splice(0, work.length / 2).map(one => one()));
    const kill = (async () => {
      await new Promise(resolve => setTimeout(resolve, 10 * round));
      await lab.control('postgres-kill');
    })();
    await Promise.all(work.map(async (one, i) => {
      await new Promise(resolve => setTimeout(resolve, 10 * i));
      await one();
    }));
    await kill;
    await lab.control('postgres-start');
    await lab.isWhole();
  }
  assert.ok(refused > 0, 'nothing came into the kill');
  assert.ok(reported.size > 0 && banned.size > 0 && lifted.size > 0, 'nothing came before it');

  await lab.killAndRestart('server'); // what is in force is so after a restart too
  for (const [pair, reportId] of reported) {
    assert.equal((await insistHttp(() => report(pair), 201)).body.reportId, reportId);
    assert.deepEqual((await pair.ann.person.get('/api/blocks')).people.map(p => p.id), [pair.bob.id]);
  }
  for (const [person, measureId] of banned) {
    const { status, body } = await person.http('POST', '/api/auth/ticket', { tab: forgedId() });
    assert.deepEqual([status, body.code], [403, 'banned']);
    assert.equal((await person.get('/api/me/standing')).standing.measureId, measureId);
  }
  for (const person of lifted) {
    await insistHttp(() => person.http('POST', '/api/auth/ticket', { tab: forgedId() }), 200);
  }

  // Among them that a measure has one entry in the audit, whether it was acknowledged or not.
  assert.match(await lab.control('verify'), /All \d+ invariants hold/);
  t.diagnostic(`${reported.size} reports, ${banned.size} bans and ${lifted.size} bans taken back were acknowledged, ${refused} refused, in ${rounds} kills`);
});

test('An entry of the audit that is edited by SQL is named by verify', async () => {
  const moderator = await the('moderator');
  const person = await connect();
  await insistHttp(() => moderator.http('POST', `/api/admin/users/${person.id}/measures`, {
    kind: 'ban', reason: 'spam', text: 'Advertising.', durationSeconds: 3600 }), 201);
  const number = await lab.sql("select max(number) from audit_entry where action = 'measure.ban'");
  await assert.rejects(lab.sql(`update audit_entry set subject = 'nobody' where number = ${number}`), /only appended to/);
  await lab.sql(`alter table audit_entry disable trigger all; update audit_entry set subject = 'nobody' where number = ${number};
    alter table audit_entry enable trigger all`);
  const failed = await lab.control('verify').then(() => assert.fail('verify found nothing'), error => error);
  assert.match(failed.stdout, new RegExp(`audit.*\\b${number}\\b`));
  await eventually('the console says so too', async () =>
    (await (await the('senior')).get('/api/admin/audit/verify')).holds === false || undefined);
});

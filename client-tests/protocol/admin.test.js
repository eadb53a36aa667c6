import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { admin, adminCommand, newAdmin, newEmail, the } from './support/console.js';
import { http } from './support/http.js';
import { connect, couple, forgedId, guest } from './support/people.js';
import { assertCard, assertFields, assertProblem, assertTime } from './support/shapes.js';

const day = 86_400;

/** Two people of whom one has reported the other, and the case of it as an admin finds it. */
async function reported(by, reason = 'harassment', note = 'He shouted.') {
  const { ann, bob, call } = await couple();
  await bob.ok('SendChat', call.id, 'a-line', 'Something ugly');
  const answer = await ann.person.http('POST', '/api/reports', { callId: call.id, reason, note });
  assert.equal(answer.status, 201, answer.text);
  const page = await by.get(`/api/admin/cases?q=${bob.id}`);
  assert.equal(page.cases.length, 1);
  return { ann, bob, call, reportId: answer.body.reportId, found: page.cases[0], path: `/api/admin/cases/${page.cases[0].caseId}` };
}

const ban = (by, userId, more = {}) => by.ok('POST', `/api/admin/users/${userId}/measures`, {
  kind: 'ban', reason: 'threats', text: 'You threatened somebody.', durationSeconds: day, ...more,
});

test('The command makes an account, which gets in with its code and is told what it may', async () => {
  const first = await the('admin');
  const me = await first.get('/api/admin/me');
  assert.equal(me.role, 'admin');
  assert.equal(me.name, 'Grace');
  assert.equal(me.maxBanSeconds, 30 * day);
  assert.equal(me.mayBanForGood, true);
  assert.match(first.cookie, /^admin_session=[\w-]{43}$/);
  assert.match(await adminCommand('list'), new RegExp(`^${first.email} \\(Grace\\): admin, signed in`, 'm'));
});

test('A code is good once, and nothing tells what was wrong', async () => {
  const made = await admin('viewer');
  const answers = [
    await made.trySignIn({ code: made.usedCode() }),
    await made.trySignIn({ password: 'wrong' }),
    await made.trySignIn({ code: '000000' }),
    await http('POST', '/api/admin/login', { page: true, body: { email: newEmail(), password: made.password, code: '000000' } }),
  ];
  for (const answer of answers) {
    assertProblem(answer, 401, 'wrong_credentials');
    assert.equal(answer.headers.get('set-cookie'), null);
    assert.equal(answer.text, answers[0].text);
  }
});

test('What changes something comes from our own page and as JSON', async () => {
  const viewer = await the('viewer');
  const cookie = { cookie: viewer.cookie };
  for (const answer of [
    await http('POST', '/api/admin/logout', { headers: cookie, body: '' }),
    await http('POST', '/api/admin/logout', { headers: { ...cookie, origin: 'https://evil.example' }, body: '' }),
    await http('POST', '/api/admin/logout', { headers: { ...cookie, origin: 'null' }, body: '' }),
    await http('POST', '/api/admin/logout', { page: true, headers: { ...cookie, 'content-type': 'text/plain' }, body: '' }),
    await http('POST', '/api/admin/login', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'email=a%40b' }),
  ]) {
    assertProblem(answer, 403, 'forbidden');
  }
  await viewer.get('/api/admin/me');
});

test('Who guesses waits, and locks out nobody else', async () => {
  const [target, neighbour] = [await newAdmin('viewer'), await newAdmin('viewer')];
  for (let i = 0; i < 5; i++) {
    assertProblem(await target.trySignIn({ password: 'guess', code: '000000' }), 401, 'wrong_credentials');
  }
  const wait = await target.trySignIn();
  assertProblem(wait, 429, 'rate_limited');
  assert.ok(wait.body.retryAfterSeconds > 800 && wait.body.retryAfterSeconds <= 900, wait.text);

  // The same house, another account: no wait; and where it has signed in once, only a pause.
  await neighbour.signIn();
  for (let i = 0; i < 5; i++) {
    await neighbour.trySignIn({ password: 'guess', code: '000000' });
  }
  const pause = await neighbour.trySignIn({ password: 'guess', code: '000000' });
  assertProblem(pause, 429, 'rate_limited');
  assert.ok(pause.body.retryAfterSeconds <= 30, pause.text);
  await neighbour.get('/api/admin/me'); // who is inside notices nothing
});

test('Sessions are ended by whoever has them, at once and everywhere', async () => {
  const viewer = await admin('viewer');
  const first = viewer.cookie;
  await viewer.signIn();
  const { sessions } = await viewer.get('/api/admin/sessions');
  assert.deepEqual(sessions.map(s => s.current), [true, false]);
  assertTime(sessions[0].seenAt);
  await viewer.ok('DELETE', `/api/admin/sessions/${sessions[1].sessionId}`);
  for (let i = 0; i < 2; i++) { // on each instance
    assertProblem(await http('GET', '/api/admin/me', { headers: { cookie: first } }), 401, 'admin_session_ended');
  }
  await viewer.ok('POST', '/api/admin/logout');
  await viewer.no('admin_session_ended', 'GET', '/api/admin/me');
});

test('Whoever is disabled is out at once, socket and all, and gets in again when enabled', async () => {
  const [boss, moderator] = [await the('admin'), await admin('moderator')];
  const hub = await moderator.connect();
  await hub.expect(() => true);
  await boss.ok('PATCH', `/api/admin/accounts/${moderator.id}`, { disabled: true });
  for (let i = 0; i < 2; i++) {
    await moderator.no('admin_session_ended', 'GET', '/api/admin/me');
  }
  await hub.closed;
  await adminCommand('enable', moderator.email);
  await moderator.signIn();
  await boss.no('self', 'PATCH', `/api/admin/accounts/${boss.id}`, { role: 'viewer' });
});

test('A token of a user opens nothing here, and the cookie nothing of a user', async () => {
  const [viewer, person] = [await the('viewer'), await guest()];
  assertProblem(await http('GET', '/api/admin/me', { token: person.token }), 401, 'admin_session_ended');
  assertProblem(await http('GET', '/api/admin/me', { headers: { cookie: `admin_session=${person.token}` } }), 401, 'admin_session_ended');
  assertProblem(await viewer.http('GET', '/api/me'), 401, 'session_ended');
});

test('A case shows who was reported by whom for what, and its chat only to whoever says why', async () => {
  const [viewer, moderator, senior] = [await the('viewer'), await the('moderator'), await the('senior')];
  const { ann, bob, call, reportId, found, path } = await reported(viewer);
  assertFields(found, [
    'caseId', 'subject', 'score', 'urgent', 'locked', 'reasons', 'reports', 'reporters', 'networks', 'openedAt', 'updatedAt']);
  assertCard(found.subject, { id: bob.id });
  assert.deepEqual(found.reasons, { harassment: 1 });

  const detail = await viewer.get(path);
  assertFields(detail, ['case', 'reports', 'measures', 'hasChat']);
  const [report] = detail.reports;
  assertFields(report, ['reportId', 'reporter', 'subject', 'accuracy', 'reason', 'note', 'createdAt', 'network', 'call', 'earlier', 'chatLines']);
  assert.equal(report.reportId, reportId);
  assert.equal(report.reporter.id, ann.id);
  assert.equal(report.note, 'He shouted.');
  assert.equal(report.call.callId, call.id);
  assert.deepEqual(report.accuracy, { agreed: 0, decided: 0 });
  assert.deepEqual([report.network, report.earlier, report.chatLines, detail.hasChat], [1, 0, 1, true]);

  await viewer.no('forbidden', 'POST', `${path}/chat`, { reportId, reason: 'curious' });
  await moderator.no('invalid_argument', 'POST', `${path}/chat`, { reportId });
  await moderator.no('not_found', 'POST', `${path}/chat`, { reportId: forgedId(), reason: 'The note speaks of it.' });
  const { lines } = await moderator.ok('POST', `${path}/chat`, { reportId, reason: 'The note speaks of it.' });
  assert.deepEqual(lines.map(l => [l.from, l.text]), [[bob.id, 'Something ugly']]);
  const { entries } = await senior.get(`/api/admin/audit?actor=${moderator.id}`);
  const read = entries.find(e => e.action === 'case.read_chat');
  assert.equal(read.subject, found.caseId);
  assert.equal(read.detail.reason, 'The note speaks of it.');
  assert.equal(read.actor.adminId, moderator.id);
});

test('Of two who claim a case at once one has it, and it is decided once', async () => {
  const [one, two, senior, viewer] = [await the('moderator'), await admin('moderator'), await the('senior'), await the('viewer')];
  const { found, path } = await reported(one);
  await viewer.no('forbidden', 'POST', `${path}/claim`);
  const answers = await Promise.all([one.http('POST', `${path}/claim`), two.http('POST', `${path}/claim`)]);
  assert.deepEqual(answers.map(a => a.status).sort(), [200, 409]);
  const [has, lost] = answers[0].status === 200 ? [one, two] : [two, one];
  await lost.no('claimed', 'POST', `${path}/claim`);
  await lost.no('claimed', 'POST', `${path}/close`, { outcome: 'dismissed' });
  await lost.no('claimed', 'POST', `${path}/release`);
  assert.equal((await has.ok('POST', `${path}/claim`)).claimedBy.adminId, has.id);
  assert.ok((await has.get(`/api/admin/cases?state=mine&q=${found.caseId}`)).cases.length === 1);
  assert.equal((await senior.ok('POST', `${path}/release`)).claimedBy, undefined);

  await two.ok('POST', `${path}/claim`);
  const closed = await two.ok('POST', `${path}/close`, { outcome: 'dismissed', note: 'An argument about chess.' });
  assert.deepEqual([closed.outcome, closed.closedBy.adminId], ['dismissed', two.id]);
  await one.no('already_decided', 'POST', `${path}/close`, { outcome: 'upheld' });
  assert.equal((await viewer.get(path)).note, 'An argument about chess.');
});

test('A ban reaches the person wherever they are, and taking it back lets them in at once', async () => {
  const moderator = await the('moderator');
  const [bob, other] = [await connect(), await connect()];
  const measureId = forgedId();
  await moderator.no('forbidden', 'POST', `/api/admin/users/${bob.id}/measures`, {
    kind: 'ban', reason: 'threats', text: 'For good.' });
  await moderator.no('forbidden', 'POST', `/api/admin/users/${bob.id}/measures`, {
    kind: 'ban', reason: 'threats', text: 'A month.', durationSeconds: 30 * day });
  await moderator.no('not_found', 'POST', `/api/admin/users/${forgedId()}/measures`, {
    kind: 'ban', reason: 'threats', text: 'Nobody.', durationSeconds: day });
  const taken = await ban(moderator, bob.id, { measureId });
  assert.deepEqual([taken.measureId, taken.kind, taken.inForce, taken.mayLift], [measureId, 'ban', true, true]);
  assert.deepEqual(await ban(moderator, bob.id, { measureId }), taken);

  const heard = await bob.expect('banned');
  assert.equal(heard.text, 'You threatened somebody.');
  await bob.expectClosed();
  const refused = await bob.person.http('POST', '/api/auth/ticket', { tab: forgedId() });
  assertProblem(refused, 403, 'banned');
  assert.equal((await moderator.get(`/api/admin/users/${bob.id}`)).standing.kind, 'ban');
  await other.ok('SetAvailable', true);

  const lifted = await moderator.ok('DELETE', `/api/admin/measures/${measureId}`, { note: 'It was somebody else.' });
  assert.deepEqual([lifted.inForce, lifted.liftedBy.adminId], [false, moderator.id]);
  await moderator.ok('DELETE', `/api/admin/measures/${measureId}`);
  for (let i = 0; i < 2; i++) {
    await bob.person.hubTicket();
  }
});

test('A moderator takes back their own, a senior also what others did', async () => {
  const [one, two, senior] = [await the('moderator'), await admin('moderator'), await the('senior')];
  const person = await guest();
  const { measureId } = await ban(one, person.id, { kind: 'warn', durationSeconds: undefined });
  await two.no('forbidden', 'DELETE', `/api/admin/measures/${measureId}`);
  await one.no('not_found', 'DELETE', `/api/admin/measures/${forgedId()}`);
  assert.equal((await senior.ok('DELETE', `/api/admin/measures/${measureId}`)).liftedBy.adminId, senior.id);
  const forGood = await ban(senior, person.id, { durationSeconds: undefined });
  assert.equal(forGood.until, undefined);
});

test('An appeal is decided by another than the one who banned', async () => {
  const [one, two] = [await the('senior'), await admin('senior')];
  const bob = await connect();
  const { measureId } = await ban(one, bob.id);
  await bob.expectClosed();
  const filed = await bob.person.http('POST', '/api/appeals', { text: 'That was my brother.\nI am sorry.' });
  assert.equal(filed.status, 201, filed.text);
  const { appealId } = filed.body;
  const seen = async by => {
    for (let cursor = ''; ;) {
      const page = await by.get(`/api/admin/appeals?limit=100${cursor}`);
      const found = page.appeals.find(a => a.appealId === appealId);
      if (found) {
        return found;
      }
      assert.ok(page.nextCursor, 'the appeal is not in the list');
      cursor = `&cursor=${page.nextCursor}`;
    }
  };
  const appeal = await seen(two);
  assertFields(appeal, ['appealId', 'user', 'text', 'createdAt', 'measure', 'mayDecide']);
  assert.deepEqual([appeal.user.id, appeal.measure.measureId, appeal.mayDecide], [bob.id, measureId, true]);
  assert.equal((await seen(one)).mayDecide, false);

  const path = `/api/admin/appeals/${appealId}/decide`;
  const granted = { outcome: 'granted', answer: 'We were wrong.' };
  await one.no('same_decider', 'POST', path, granted);
  await (await the('moderator')).no('forbidden', 'POST', path, granted);
  const decided = await two.ok('POST', path, granted);
  assert.deepEqual([decided.outcome, decided.decidedBy.adminId, decided.measure.inForce], ['granted', two.id, false]);
  assert.deepEqual(await two.ok('POST', path, granted), decided);
  await two.no('already_decided', 'POST', path, { outcome: 'upheld', answer: 'No.' });
  await bob.person.hubTicket();
  assert.equal((await bob.person.get('/api/me/standing')).appeal.answer, 'We were wrong.');
});

test('People are found by the beginning of their name and by id', async () => {
  const viewer = await the('viewer');
  const name = `Zoë ${randomBytes(6).toString('hex')}`;
  const person = await guest({ name });
  for (const q of [name.slice(0, 10).toUpperCase(), person.id]) {
    const { users } = await viewer.get(`/api/admin/users?q=${encodeURIComponent(q)}`);
    assert.deepEqual(users.map(u => u.card), [person.card]);
    assertTime(users[0].createdAt);
  }
  const all = await viewer.get(`/api/admin/users/${person.id}`);
  assertFields(all, [
    'card', 'createdAt', 'measures', 'appeals', 'reportsAgainst', 'reportsBy', 'calls', 'sharesAddressWith', 'sharesNetworkWith']);
  assert.ok(all.sharesAddressWith > 0, 'all tests come from one address');
  await viewer.no('not_found', 'GET', `/api/admin/users/${forgedId()}`);
  await viewer.no('not_found', 'GET', '/api/admin/users/nonsense');
});

test('An address is banned after a look at whom it hits, and opened again', async () => {
  const [senior, person] = [await the('senior'), await guest()];
  const path = '/api/admin/address-bans';
  const reach = query => senior.get(`${path}/reach?${query}`);
  assert.ok((await reach(`userId=${person.id}&scope=address`)).users > 0);
  assert.deepEqual(await reach('cidr=203.0.113.0/24'), { users: 0 });
  await senior.no('invalid_argument', 'GET', `${path}/reach?cidr=10.0.0.0/8`);
  await senior.no('not_found', 'GET', `${path}/reach?userId=${forgedId()}&scope=address`);
  await (await the('moderator')).no('forbidden', 'GET', path);

  const wish = { banId: forgedId(), cidr: '203.0.113.7', reason: 'spam', text: 'Too many accounts came from here.', durationSeconds: 3600 };
  await senior.no('invalid_argument', 'POST', path, { ...wish, durationSeconds: 31 * day });
  const made = await senior.ok('POST', path, wish);
  assert.deepEqual([made.banId, made.scope, made.label, made.inForce], [wish.banId, 'address', '203.0.113.7', true]);
  assertTime(made.until);
  await senior.ok('POST', path, wish);
  const listed = async state => (await senior.get(`${path}?state=${state}`)).bans.filter(b => b.banId === wish.banId);
  assert.equal((await listed('in_force')).length, 1);
  for (let i = 0; i < 2; i++) {
    assert.equal((await senior.ok('DELETE', `${path}/${wish.banId}`, { note: 'A library.' })).inForce, false);
  }
  assert.equal((await listed('in_force')).length, 0);
  const [over] = await listed('all');
  assert.equal(over.label, undefined);
  await senior.no('not_found', 'DELETE', `${path}/${forgedId()}`);
});

test('What is done is in the audit, whose chain holds and leaves the house whole', async () => {
  const [senior, moderator] = [await the('senior'), await the('moderator')];
  const person = await guest();
  const { measureId } = await ban(moderator, person.id);
  await moderator.ok('DELETE', `/api/admin/measures/${measureId}`, { note: 'A test.' });
  const { entries } = await senior.get(`/api/admin/audit?subject=${person.id}`);
  assert.deepEqual(entries.map(e => e.action), ['measure.lift', 'measure.ban']);
  assert.equal(entries[0].detail.note, 'A test.');
  assert.equal(entries[0].detail.measureId, measureId);
  assert.equal(entries[1].actor.adminId, moderator.id);
  assert.deepEqual((await senior.get(`/api/admin/audit?action=measure&subject=${person.id}&limit=1`)).entries, [entries[0]]);

  const verdict = await senior.get('/api/admin/audit/verify');
  assert.deepEqual({ holds: verdict.holds, findings: verdict.findings }, { holds: true, findings: [] });
  const { type, text } = await senior.http('GET', `/api/admin/audit/export?after=${entries[1].number - 1}`);
  assert.match(type, /x-ndjson/);
  const lines = text.trimEnd().split('\n').map(line => JSON.parse(line));
  assert.equal(lines[0].number, entries[1].number);
  for (let i = 1; i < lines.length; i++) {
    assert.deepEqual([lines[i].number, lines[i].previous], [lines[i - 1].number + 1, lines[i - 1].hash]);
  }
  await moderator.no('forbidden', 'GET', '/api/admin/audit');
});

test('The console hears that there is more to do', async () => {
  const viewer = await the('viewer');
  const hub = await viewer.connect();
  const before = await hub.expect(() => true);
  assertFields(before, ['open', 'urgent', 'appeals']);
  await reported(viewer, 'minor_safety');
  await hub.expect(now => now.urgent > before.urgent);
  const stats = await viewer.get('/api/admin/stats');
  assert.equal(stats.days.length, 14);
  assert.ok(stats.open >= 1 && stats.reports >= 1);
});

test('What is wrong in a request is named', async () => {
  const senior = await the('senior');
  for (const [field, path] of [
    ['state', 'cases?state=all'], ['reason', 'cases?reason=ugly'], ['limit', 'cases?limit=101'], ['cursor', 'cases?cursor=nonsense'],
    ['state', 'appeals?state=all'], ['cursor', 'appeals?cursor=-1'], ['limit', 'audit?limit=0'], ['scope', 'address-bans/reach?scope=world'],
  ]) {
    assert.equal((await senior.no('invalid_argument', 'GET', `/api/admin/${path}`)).field, field, path);
  }
});

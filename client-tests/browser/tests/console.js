import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atConsole, consoleApi, openCase, reportedCalls } from '../support/console.js';
import { pressAt } from '../support/keyboard.js';
import { Person, until } from '../support/person.js';

test('A ban that is taken back is over, and its case stays open', async () => {
  const dan = await Person.arrive('Dan Undone');
  const crowd = await reportedCalls([{ by: 'Eve Reports', about: 'Fin Undone', reason: 'spam', note: 'Sells watches.' }]);
  const mo = await atConsole('Mo Undoes', 'moderator');
  await openCase(mo, 'Fin Undone');
  const { case: { caseId } } = await theCase(mo, 'Fin Undone');
  await mo.page.keyboard.press('b');
  await mo.at('measure-dialog').waitFor();
  await mo.page.keyboard.press('Enter');
  await mo.at('undo-toast').waitFor();
  await until('the ban is there', async () => (await theCase(mo, 'Fin Undone')).case.standing?.kind === 'ban');
  await mo.page.keyboard.press('u');
  await until('the ban is lifted', async () => (await theCase(mo, 'Fin Undone')).case.standing === undefined);
  await mo.page.reload();
  await mo.at('case-pane').getByRole('heading', { name: 'Fin Undone', exact: true }).waitFor();
  assert.equal((await consoleApi(mo, `cases/${caseId}`)).body.case.outcome, undefined);
  await crowd.close();
  await Promise.all([dan, mo].map(person => person.leave()));
});

test('Nothing moves while somebody reads the queue: what is new is counted until they ask for it', async () => {
  const before = await reportedCalls([{ by: 'Gil Reports', about: 'Hal First', reason: 'hate' }]);
  const mo = await atConsole('Mo Reads', 'viewer');
  await mo.at('case').filter({ hasText: 'Hal First' }).waitFor();
  const shown = () => mo.at('case').evaluateAll(rows => rows.map(row => row.dataset.caseId));
  const first = await shown();
  const after = await reportedCalls([{ by: 'Ida Reports', about: 'Jo Second', reason: 'minor_safety' }]);
  await mo.at('new-cases').filter({ hasText: '1 new' }).waitFor();
  assert.deepEqual(await shown(), first);
  await mo.page.keyboard.press('n');
  await mo.at('case').filter({ hasText: 'Jo Second' }).waitFor();
  assert.match(await mo.at('case').first().innerText(), /Urgent/, 'the safety of a minor comes first');
  await mo.page.keyboard.press('j');
  await mo.page.keyboard.press('Enter');
  await mo.at('urgent').waitFor();
  await mo.page.keyboard.press('b');
  await mo.at('toast').filter({ hasText: 'Viewers only read' }).waitFor();
  await Promise.all([before.close(), after.close(), mo.leave()]);
});

test('A warning waits to be read, and a hold stands over the lobby until it is lifted', async () => {
  const [kit, mo] = await Promise.all([Person.arrive('Kit Warned'), atConsole('Mo Warns')]);
  const { body: { id } } = await kit.api('/api/me');
  await measures(mo, id, 'warn', 'Please do not advertise.');
  await kit.at('warning').filter({ hasText: 'Please do not advertise.' }).waitFor();
  await kit.page.reload();
  await pressAt(kit, kit.at('understood'));
  await kit.at('warning').waitFor({ state: 'detached' });
  await kit.page.reload();
  await kit.isOnline();
  assert.equal(await kit.at('warning').count(), 0);

  const hold = await measures(mo, id, 'hold', 'We look at it.');
  await kit.at('held').filter({ hasText: 'We look at it.' }).waitFor();
  assert.equal(await kit.at('meet-anyone').isDisabled(), true);
  await consoleApi(mo, `measures/${hold.measureId}`, 'DELETE');
  await kit.at('held').waitFor({ state: 'hidden' });
  await kit.at('meet-anyone').click();
  await kit.at('leave-queue').waitFor();
  await Promise.all([kit, mo].map(person => person.leave()));
});

test('A session that is over brings back the sign-in by itself', async () => {
  const mo = await atConsole('Mo Leaves', 'viewer');
  await mo.at('live').filter({ hasText: 'Live' }).waitFor();
  await mo.at('nav-stats').click();
  await mo.at('stats-page').waitFor();
  await consoleApi(mo, 'logout', 'POST');
  await mo.at('login').filter({ hasText: 'Your session has ended' }).waitFor();
  await mo.leave();
});

test('What the server keeps about somebody is theirs as a file', async () => {
  const lou = await Person.arrive('Lou Exports');
  await lou.at('account').click();
  const [download] = await Promise.all([lou.page.waitForEvent('download'), lou.at('export').click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) {
    chunks.push(chunk);
  }
  assert.match(Buffer.concat(chunks).toString(), /Lou Exports/);
  await lou.leave();
});

/** The detail of the open case about somebody. */
async function theCase(person, name) {
  const { body: { cases } } = await consoleApi(person, `cases?q=${encodeURIComponent(name)}`);
  return (await consoleApi(person, `cases/${cases[0].caseId}`)).body;
}

async function measures(person, userId, kind, text) {
  const { status, body } = await consoleApi(person, `users/${userId}/measures`, 'POST', { kind, reason: 'spam', text });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

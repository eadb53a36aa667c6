import { atConsole, beforeConsole, consoleApi, openCase, reportedCalls } from './console.js';
import { Person } from './person.js';

// The screens of the console and of those about whom something is done, as flows of screens.js. They need accounts, which
// only whoever controls the server can make.

const reports = [
  { by: 'Ann Reports', about: 'Bruno Reported', reason: 'harassment', note: 'He kept asking where I live, and did not stop when I said no.',
    chat: [['Ann Reports', 'Hello! Where are you?'], ['Bruno Reported', 'Tell me your street first, or I find it out.'], ['Ann Reports', 'No.']] },
  { by: 'Cleo Reports', about: 'Bruno Reported', reason: 'threats' },
  { by: 'Ann Reports', about: 'Dora Urgent', reason: 'minor_safety', note: 'Says that she is fifteen.' },
  { by: 'Cleo Reports', about: 'A Person with a Name that Is Rather Long', reason: 'spam', note: 'Sells watches.' },
];

async function* measured() {
  const [mo, ugo] = await Promise.all([atConsole('Mo Measures'), Person.arrive('Ugo Measured')]);
  const { body: { id } } = await ugo.api('/api/me');
  const measure = async kind => (await consoleApi(mo, `users/${id}/measures`, 'POST',
    { kind, reason: 'harassment', text: 'You have harassed people whom you met here.', ...kind === 'ban' && { durationSeconds: 6 * 86_400 } })).body;
  await measure('warn');
  await ugo.at('warning').waitFor();
  yield ['warning', ugo];
  await ugo.at('understood').click();
  const hold = await measure('hold');
  await ugo.at('held').waitFor();
  yield ['held', ugo];
  await ugo.at('held-appeal').click();
  await ugo.at('appeal-dialog').waitFor();
  yield ['appeal', ugo];
  await ugo.page.keyboard.press('Escape');
  await consoleApi(mo, `measures/${hold.measureId}`, 'DELETE');
  await measure('ban');
  await ugo.at('banned-why').waitFor();
  yield ['banned', ugo];
  await ugo.at('appeal-text').fill('It was my brother, at my computer.');
  await ugo.at('appeal-send').click();
  await ugo.at('appeal-state').filter({ hasText: 'was sent' }).waitFor();
  yield ['banned-appealed', ugo];

  await mo.at('nav-appeals').click();
  await mo.at('appeal').filter({ hasText: 'Ugo Measured' }).click();
  await mo.at('why-not').waitFor();
  yield ['console-appeal-own', mo];
  const vera = await atConsole('Vera Hears');
  await vera.at('nav-appeals').click();
  await vera.at('appeal').filter({ hasText: 'Ugo Measured' }).click();
  await vera.page.keyboard.press('r');
  await vera.at('decide-dialog').waitFor();
  yield ['console-decide', vera];
  await Promise.all([mo, ugo, vera].map(person => person.leave()));
}

async function* consolePanes() {
  const crowd = await reportedCalls(reports);
  const visitor = await beforeConsole('Mo Outside', 'viewer');
  yield ['console-login', visitor];
  await visitor.leave();

  const mo = await atConsole('Mo Moderates', 'admin');
  await mo.at('case').nth(2).waitFor();
  yield ['console-queue', mo];
  await openCase(mo, 'Dora Urgent');
  await mo.at('urgent').waitFor();
  yield ['console-urgent', mo];
  await openCase(mo, 'Bruno Reported');
  await mo.page.keyboard.press('a');
  await mo.at('case-state').filter({ hasText: 'yours' }).waitFor();
  await mo.at('read-chat').click();
  await mo.at('confirm').click();
  await mo.at('chat-lines').waitFor();
  yield ['console-case', mo];
  await mo.page.keyboard.press('b');
  await mo.at('measure-dialog').waitFor();
  yield ['console-ban', mo];
  await mo.page.keyboard.press('Enter');
  await mo.at('undo-toast').waitFor();
  yield ['console-banned', mo];
  await mo.page.setViewportSize({ width: 390, height: 844 });
  await mo.at('to-person').click();
  await mo.at('person-pane').getByRole('heading', { name: 'Bruno Reported' }).waitFor();
  yield ['console-person', mo];
  await mo.page.keyboard.press('r');
  await mo.page.keyboard.press('Control+k');
  await mo.at('palette').waitFor();
  yield ['console-palette', mo];
  await mo.page.keyboard.press('Escape');
  await mo.page.keyboard.press('?');
  await mo.at('keys').waitFor();
  yield ['console-keys', mo];
  await mo.leave();
  await crowd.close();
}

async function* consolePages() {
  const mo = await atConsole('Mo Manages', 'admin');
  const open = async (name, shows) => {
    await mo.at(`nav-${name}`).click();
    await mo.at(shows).first().waitFor();
  };
  await open('people', 'people-page');
  await mo.at('search').fill('Bruno');
  await mo.at('user').first().click();
  await mo.at('person-pane').getByRole('heading', { name: 'Bruno Reported' }).waitFor();
  yield ['console-people', mo];
  await open('addresses', 'addresses-page');
  await mo.at('new-address-ban').click();
  await mo.at('cidr').fill('203.0.113.0/24');
  await mo.at('reach').waitFor();
  yield ['console-address', mo];
  await mo.at('confirm').click();
  await mo.at('address-ban').first().waitFor();
  yield ['console-addresses', mo];
  await mo.page.keyboard.press('u');
  await open('audit', 'audit-entry');
  await mo.at('verify').click();
  await mo.at('verdict').waitFor();
  yield ['console-audit', mo];
  await open('stats', 'stats-page');
  await mo.page.locator('.chart').first().waitFor();
  yield ['console-stats', mo];
  await open('accounts', 'admin-account');
  yield ['console-accounts', mo];
  await mo.at('me').click();
  await mo.at('session').first().waitFor();
  yield ['console-me', mo];
  await mo.leave();
}

export const consoleFlows = { measured, consolePanes, consolePages };

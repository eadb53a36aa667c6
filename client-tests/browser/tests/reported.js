import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atConsole, consoleApi, openCase } from '../support/console.js';
import { keepsFocus } from '../support/keyboard.js';
import { inCall, until } from '../support/person.js';

test('Two taps report somebody, the keyboard alone bans them, they read why and appeal, and somebody else decides', async () => {
  const { first: ada, second: bob } = await inCall('Ada Reports', 'Bob Reported');
  await ada.at('report').click();
  await ada.at('report-harassment').click();
  await ada.at('notice').filter({ hasText: 'You will not meet Bob Reported again' }).waitFor();
  await Promise.all([ada, bob].map(person => person.at('after').waitFor()));
  await ada.at('after-reported').waitFor();
  await bob.at('after-lobby').click();
  await ada.at('after-lobby').click();
  await bob.at('lobby').waitFor();
  assert.equal(await ada.personCard('Bob Reported').count(), 0, 'they still see each other');

  const mo = await atConsole('Mo Moderator', 'moderator');
  const { keyboard } = mo.page;
  await openCase(mo, 'Bob Reported');
  await keyboard.press('a');
  await mo.at('case-state').filter({ hasText: 'yours' }).waitFor();
  await keyboard.press('b');
  await mo.at('measure-dialog').waitFor();
  await keyboard.press('5');
  assert.equal(await mo.at('length-5').isChecked(), false, 'a moderator may choose what needs a senior');
  await keyboard.press('3');
  await mo.at('confirm').filter({ hasText: 'Ban Bob Reported for 7 days' }).waitFor();
  await keyboard.press('Enter');
  await mo.at('undo-toast').filter({ hasText: 'Bob Reported is banned for 7 days' }).waitFor();
  await keepsFocus(mo, 'case-pane');

  await bob.at('banned-why').filter({ hasText: 'Harassment or insults' }).waitFor();
  await bob.at('banned-until').filter({ hasText: '(7 days)' }).waitFor();
  await bob.page.reload();
  await bob.at('appeal-text').fill('It was my brother.');
  await bob.at('appeal-send').click();
  await bob.at('appeal-state').filter({ hasText: 'Your appeal was sent' }).waitFor();

  await signsOut(mo); // which does not wait for the ten seconds
  const vera = await atConsole('Vera Senior');
  await seesDecided(vera, 'Bob Reported');
  await opensAppeal(vera, 'Bob Reported');
  await vera.page.keyboard.press('r');
  await vera.at('decide-dialog').waitFor();
  await vera.page.keyboard.press('1');
  await vera.page.keyboard.press('Enter');
  await vera.at('undo-toast').filter({ hasText: 'granted' }).waitFor();
  await signsOut(vera);
  await bob.at('look-again').click();
  await bob.isOnline();
  await Promise.all([ada, bob, mo, vera].map(person => person.leave()));
});

/** The case that a ban answers is closed with it, unless somebody takes it back within ten seconds. */
async function seesDecided(person, name) {
  await until('the case is closed', async () => (await consoleApi(person, `cases?state=closed&q=${encodeURIComponent(name)}`)).body.total === 1);
}

async function opensAppeal(person, name) {
  await person.page.keyboard.press('Control+k');
  await person.page.keyboard.type('go to appeals');
  await person.page.keyboard.press('Enter');
  const row = person.at('appeal').filter({ hasText: name });
  await row.waitFor();
  for (let i = 0; i < 50 && !await row.locator('a:focus').count(); i++) {
    await person.page.keyboard.press('j');
  }
  await person.page.keyboard.press('Enter');
  await person.at('appeal-pane').filter({ hasText: 'It was my brother.' }).waitFor();
}

async function signsOut(person) {
  await person.page.keyboard.press('Control+k');
  await person.page.keyboard.type('sign out');
  await person.page.keyboard.press('Enter');
  await person.at('login').waitFor();
}

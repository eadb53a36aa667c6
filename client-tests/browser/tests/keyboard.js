import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../support/person.js';
import { keepsFocus, pressAt, typeAt } from '../support/keyboard.js';

test('The keyboard alone is enough to sign in, meet anyone, mute, write, end a call and go on', async () => {
  const [kim, lee] = await Promise.all([signsIn('Kim Keys'), signsIn('Lee Keys')]);
  await pressAt(kim, kim.at('meet-anyone'));
  await kim.at('leave-queue').waitFor();
  await keepsFocus(kim, 'leave-queue');
  await pressAt(lee, lee.at('meet-anyone'));
  await Promise.all([kim, lee].map(person => keepsFocus(person, 'call')));
  await Promise.all([kim.seesPartner(), lee.seesPartner()]);

  await pressAt(kim, kim.at('mute'), 'Space');
  await kim.page.locator('[data-testid=mute][aria-pressed=true]').waitFor();
  await kim.page.keyboard.press('Space');
  await kim.page.locator('[data-testid=mute][aria-pressed=false]').waitFor();

  for (const [person, partner] of [[kim, lee], [lee, kim]]) {
    if (!await person.at('chat-input').isVisible()) {
      await pressAt(person, person.at('chat-toggle'));
    }
    await typeAt(person, person.at('chat-input'), `typed by ${person.name}`);
    await person.page.keyboard.press('Enter');
    await partner.reads(`typed by ${person.name}`);
    await keepsFocus(person, 'chat-input');
  }

  await pressAt(lee, lee.at('end-call'));
  await Promise.all([kim, lee].map(person => keepsFocus(person, 'after')));
  await pressAt(kim, kim.at('after-lobby'));
  await keepsFocus(kim, 'lobby');
  await pressAt(lee, lee.at('after-next'));
  await keepsFocus(lee, 'leave-queue');
  await Promise.all([kim.leave(), lee.leave()]);
});

test('The keyboard alone is enough to invite, decline, accept and block', async () => {
  const [mel, nat] = await Promise.all([signsIn('Mel Keys'), signsIn('Nat Keys')]);
  const other = await signsIn('Ori Keys');
  await invites(mel, other);
  await pressAt(other, other.at('decline'));
  await mel.at('outgoing').waitFor({ state: 'detached' });
  await Promise.all([mel, other].map(person => keepsFocus(person, 'lobby')));

  await invites(mel, nat);
  await pressAt(nat, nat.at('accept'));
  await Promise.all([mel, nat].map(person => keepsFocus(person, 'call')));
  await Promise.all([mel.seesPartner(), nat.seesPartner()]);

  await pressAt(nat, nat.at('block'));
  await nat.at('block').filter({ hasText: 'Really' }).waitFor();
  await nat.page.keyboard.press('Enter');
  await Promise.all([mel, nat].map(person => keepsFocus(person, 'after')));
  await pressAt(nat, nat.at('after-lobby'));
  await nat.personCard('Ori Keys').waitFor();
  assert.equal(await nat.personCard('Mel Keys').count(), 0, 'a blocked person is still there');
  await Promise.all([mel, nat, other].map(person => person.leave()));
});

async function signsIn(name) {
  const person = await Person.visit(name);
  await person.at('welcome').waitFor();
  await typeAt(person, person.at('name'), name);
  await typeAt(person, person.at('gender'), 'Non');
  await pressAt(person, person.at('adult'), 'Space');
  await pressAt(person, person.at('sign-in'));
  await person.isOnline();
  await keepsFocus(person, 'lobby');
  return person;
}

async function invites(one, other) {
  await one.personCard(other.name).waitFor();
  await pressAt(one, one.personCard(other.name).getByTestId('invite'));
  await keepsFocus(one, 'outgoing');
  await keepsFocus(other, 'incoming');
}

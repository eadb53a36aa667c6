import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCall, Person } from '../support/person.js';
import { control, store } from '../support/server.js';

/** Waiting times grow, and are spread so that a crowd does not return at once. */
const returning = { timeout: 40_000 };
const awayMs = 5000;

if (store === 'postgres') {
  test('A server that was stopped and started again finds its people back in their call and in the lobby', async () => {
    const { first, second, callId } = await inCall('Uma Stopped', 'Vin Stopped');
    const wes = await Person.arrive('Wes Lobby');
    const made = [await first.peersMade(), await second.peersMade()];
    await stopForAWhile([first, second], wes);

    await Promise.all([first, second, wes].map(person => person.isOnline(returning)));
    await wes.at('connection-notice').waitFor({ state: 'hidden' });
    await wes.at('lobby').waitFor();
    assert.deepEqual(await Promise.all([first.isInCall(), second.isInCall()]), [callId, callId]);
    assert.deepEqual([await first.peersMade(), await second.peersMade()], made);
    await Promise.all([first.seesPartner(), second.seesPartner()]);
    await first.say('was that you?');
    await second.reads('was that you?');
    await Promise.all([first, second, wes].map(person => person.leave()));
  });
} else {
  test('A server that forgot everything when it stopped asks its people to sign in again, and lets them', async () => {
    const { first, second } = await inCall('Uma Forgotten', 'Vin Forgotten');
    const wes = await Person.arrive('Wes Forgotten');
    await stopForAWhile([first, second], wes);

    await first.at('welcome-why').filter({ hasText: 'Your call with Vin Forgotten is over' }).waitFor(returning);
    await second.at('welcome-why').filter({ hasText: 'Your call with Uma Forgotten is over' }).waitFor(returning);
    await wes.at('welcome-why').filter({ hasText: /^Your sign-in has ended/ }).waitFor(returning);
    await Promise.all([first, second].map(person => person.signIn()));
    await Promise.all([first, second].map(person => person.at('lobby').waitFor()));
    await first.invite('Vin Forgotten');
    await second.at('accept').click();
    await Promise.all([first.seesPartner(), second.seesPartner()]);
    await Promise.all([first, second, wes].map(person => person.leave()));
  });
}

/** Meanwhile the pages say so and try again, and pictures move on. */
async function stopForAWhile(callers, bystander) {
  await control('stop');
  await Promise.all(callers.map(person => person.at('overlay').filter({ hasText: 'The call goes on' }).waitFor()));
  await bystander.at('connection-notice').filter({ hasText: 'Trying again' }).waitFor();
  await bystander.page.waitForTimeout(awayMs);
  await Promise.all(callers.map(person => person.seesPartner()));
  await control('start');
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCall, Person, until } from '../support/person.js';

/** Ten frames at the cameras' fifteen a second, and room for a machine that is busy. */
const stallLimitMs = 1500;

test('A cut socket does not touch the picture, and the call is the same afterwards', async t => {
  const { first, second, callId } = await inCall('Jo Cut', 'Kai Cut');
  const made = [await first.peersMade(), await second.peersMade()];
  await Promise.all([first.watchPicture(), second.watchPicture()]);

  const mend = await first.cutSocket();
  await first.at('overlay').filter({ hasText: 'The call goes on' }).waitFor();
  await second.at('overlay').filter({ hasText: 'has lost the connection' }).waitFor();
  await first.page.waitForTimeout(3000);
  await mend();
  await first.isOnline();
  await second.at('overlay').waitFor({ state: 'hidden' });

  assert.deepEqual([await first.peersMade(), await second.peersMade()], made);
  assert.equal(await first.isInCall(), callId);
  await first.say('still here');
  await second.reads('still here');
  await second.say('so am I');
  await first.reads('so am I');
  await Promise.all([first.seesPartner(), second.seesPartner()]);
  const stalls = [await first.longestStall(), await second.longestStall()].map(Math.round);
  t.diagnostic(`longest time without a new frame: ${stalls.join(' and ')} ms`);
  assert.ok(Math.max(...stalls) < stallLimitMs, `the picture stood still for ${stalls} ms`);
  await first.leave();
  await second.leave();
});

test('Both ends restart ICE at once, again and again, and agree', async t => {
  const { first, second } = await inCall('Wes Glare', 'Xia Glare');
  const made = [await first.peersMade(), await second.peersMade()];
  await Promise.all([first.watchPicture(), second.watchPicture()]);
  const restart = () => window.observed.peers.at(-1).restartIce();
  for (let round = 0; round < 20; round++) {
    await Promise.all([first.page.evaluate(restart), second.page.evaluate(restart)]);
    await first.page.waitForTimeout(20 * round);
  }
  const isStable = () => window.observed.peers.at(-1).signalingState === 'stable'
    && window.observed.peers.at(-1).connectionState === 'connected';
  for (const person of [first, second]) {
    await until(`${person.name} is stable`, () => person.page.evaluate(isStable));
    await person.seesPartner();
  }
  const stalls = [await first.longestStall(), await second.longestStall()].map(Math.round);
  t.diagnostic(`longest time without a new frame: ${stalls.join(' and ')} ms`);
  assert.ok(Math.max(...stalls) < stallLimitMs, `the picture stood still for ${stalls} ms`);
  assert.deepEqual([await first.peersMade(), await second.peersMade()], made);
  await first.leave();
  await second.leave();
});

test('A reloaded page comes back into its call, with picture on both sides', async () => {
  const { first, second, callId } = await inCall('Lea Reload', 'Mo Reload');
  // Both ways round: the one who offered, and the one who answered.
  for (const [person, partner] of [[first, second], [second, first]]) {
    const made = await partner.peersMade();
    await person.page.reload();
    assert.equal(await person.isInCall(), callId);
    await person.seesPartner();
    await until(`${partner.name} starts over`, async () => await partner.peersMade() > made);
    await partner.seesPartner();
  }
  await first.say('here again');
  await second.reads('here again');
  await first.leave();
  await second.leave();
});

test('Both pages reloaded at once find each other again', async () => {
  const { first, second, callId } = await inCall('Nia Both', 'Oz Both');
  await Promise.all([first.page.reload(), second.page.reload()]);
  assert.deepEqual(await Promise.all([first.isInCall(), second.isInCall()]), [callId, callId]);
  await Promise.all([first.seesPartner(), second.seesPartner()]);
  await first.leave();
  await second.leave();
});

test('A second tab leaves the call where it is, until it takes it over', async () => {
  const { first, second, callId } = await inCall('Pia Tabs', 'Quin Tabs');
  const made = await first.peersMade();
  const tab = await first.newTab();
  await tab.at('elsewhere').waitFor();
  assert.equal(await tab.peersMade(), 0);
  await first.seesPartner();
  assert.equal(await first.peersMade(), made);

  await tab.at('take-call').click();
  assert.equal(await tab.isInCall(), callId);
  await first.at('elsewhere').waitFor();
  await Promise.all([tab.seesPartner(), second.seesPartner()]);
  await tab.say('on the other tab');
  await second.reads('on the other tab');

  await second.at('end-call').click();
  await Promise.all([first, second, tab].map(each => each.at('after').waitFor()));
  await first.leave();
  await second.leave();
});

test('A third tab stops the oldest, which can be used again', async () => {
  const rae = await Person.arrive('Rae Three');
  const two = await rae.newTab();
  await two.isOnline(); // so that it is the older one
  const three = await rae.newTab();
  await three.isOnline();
  await rae.at('stopped').waitFor();
  await rae.page.waitForTimeout(2500);
  assert.equal(await rae.at('stopped').isVisible(), true, 'it came back by itself');
  await rae.at('use-here').click();
  await rae.isOnline();
  await rae.at('lobby').waitFor();
  await two.at('stopped').waitFor();
  await rae.leave();
});

test('A tab that the browser copied is a tab of its own', async () => {
  const sal = await Person.arrive('Sal Copy');
  const opened = sal.context.waitForEvent('page');
  await sal.page.evaluate(() => { window.open(location.href); });
  const copy = new Person('Sal Copy', sal.context, await opened);
  await copy.isOnline();
  await sal.page.waitForTimeout(1500);
  const tabs = await Promise.all([sal, copy].map(each => each.page.evaluate(() => sessionStorage.getItem('matchmaker.tab'))));
  assert.notEqual(tabs[0], tabs[1]);
  await sal.isOnline();
  await sal.leave();
});

test('A full server is told with the time of the next attempt, and a banned person is not let in again', async () => {
  const vic = await Person.arrive('Vic Full');
  const mend = await vic.cutSocket({ status: 503, code: 'server_full', retryAfterSeconds: 3 });
  await vic.at('connection-notice').filter({ hasText: /The server is full. Trying again in [34] s/ }).waitFor();
  await mend();
  await vic.isOnline();
  await vic.at('connection-notice').waitFor({ state: 'hidden' });
  await vic.cutSocket({ status: 403, code: 'banned', reason: 'spam', appealable: true });
  await vic.at('stopped').filter({ hasText: 'You cannot take part' }).waitFor();
  await vic.leave();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, until } from '../support/person.js';

/** Keeps hold of every track that the page was given; the camera is allowed, and asked for only when the page has to. */
const watchCamera = () => {
  navigator.permissions.query = () => Promise.resolve({ state: 'prompt' });
  const { mediaDevices } = navigator;
  const give = mediaDevices.getUserMedia.bind(mediaDevices);
  window.tracks = [];
  window.allowed = Promise.resolve();
  mediaDevices.getUserMedia = async wish => {
    await window.allowed;
    const stream = await give(wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
};
const camera = person => person.page.evaluate(() => [...new Set(window.tracks.map(track => track.readyState))].join());

async function calls(name, other) {
  const people = await Promise.all([Person.arrive(name, { before: watchCamera }), Person.arrive(other, { before: watchCamera })]);
  await people[0].invite(other);
  await people[1].at('accept').click();
  await Promise.all(people.map(person => person.seesPartner()));
  return people;
}

test('Hanging up works while the server is away, which hears of it when it is back', async () => {
  const [una, vic] = await calls('Una Away', 'Vic Away');
  const mend = await una.cutSocket();
  await una.at('overlay').filter({ hasText: 'The call goes on' }).waitFor();
  await una.at('end-call').click();
  await una.at('after-reason').filter({ hasText: 'You hung up' }).waitFor();
  assert.equal(await camera(una), 'ended');
  await mend();
  await vic.at('after-reason').filter({ hasText: 'The call was ended.' }).waitFor();
  await una.isOnline();
  assert.equal(await una.at('call').count(), 0, 'the call came back');
  await Promise.all([una.leave(), vic.leave()]);
});

test('Signing out of a call turns the camera off at once, whether or not the server answers', async () => {
  const [ken, liz] = await calls('Ken Out', 'Liz Out');
  await ken.page.route('**/api/auth/logout', () => {});
  await ken.at('account').click();
  await ken.at('sign-out').click();
  await ken.at('welcome').waitFor();
  assert.equal(await camera(ken), 'ended');
  await Promise.all([ken.leave(), liz.leave()]);
});

test('A camera that is allowed after the page gave up on it stays dark', async () => {
  const joe = await Person.visit('Joe Late', { before: watchCamera });
  await joe.page.evaluate(() => { window.allowed = new Promise(resolve => { window.allow = resolve; }); });
  await joe.at('preview-ask').click();
  await joe.at('preview').locator('..').getByText('Your browser asks').waitFor();
  await joe.signIn();
  await joe.isOnline();
  await joe.at('account').click();
  await joe.at('sign-out').click();
  await joe.at('welcome').waitFor();
  await joe.page.evaluate(() => window.allow());
  await until('the camera was given and let go', async () => await camera(joe) === 'ended');
  await joe.at('preview-ask').waitFor();
  await joe.leave();
});

test('Who is muted stays muted when the camera is opened again', async () => {
  const [mia, ned] = await calls('Mia Muted', 'Ned Muted');
  await mia.at('mute').click();
  await mia.page.evaluate(() => window.tracks.find(track => track.kind === 'video').stop());
  await mia.at('camera').click();
  await until('a new camera', () => mia.page.evaluate(() => window.tracks.at(-1).readyState === 'live' && window.tracks.length > 2));
  const sound = await mia.page.evaluate(() => window.tracks.filter(track => track.kind === 'audio' && track.readyState === 'live').map(track => track.enabled));
  assert.deepEqual(sound, [false]);
  await ned.seesPartner();
  await Promise.all([mia.leave(), ned.leave()]);
});

test('An invite can be answered over an open dialog, which is gone when the call begins', async () => {
  const [pia, quin] = await Promise.all([Person.arrive('Pia Asks'), Person.arrive('Quin Busy')]);
  await quin.at('account').click();
  await quin.at('name').fill('Quin Renamed');
  await quin.at('save-me').click();
  await quin.at('me-name').filter({ hasText: 'Quin Renamed' }).waitFor();
  await quin.at('account').click();
  await pia.invite('Quin Renamed');
  await quin.at('accept').click();
  await Promise.all([pia.isInCall(), quin.isInCall()]);
  assert.equal(await quin.at('account-dialog').count(), 0);
  assert.equal(await quin.page.locator('body > #dialogs').count(), 1);
  await Promise.all([pia.leave(), quin.leave()]);
});

test('Next pressed twice leads to a lobby that lives', async () => {
  const rob = await Person.arrive('Rob Here');
  const [sal, tom] = await calls('Sal Twice', 'Tom Twice');
  await sal.at('next').evaluate(button => { button.click(); button.click(); });
  await sal.at('leave-queue').waitFor();
  await sal.personCard('Rob Here').waitFor();
  await Promise.all([rob.leave(), sal.leave(), tom.leave()]);
});

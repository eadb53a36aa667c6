import { consoleFlows } from './console-screens.js';
import { inCall, Person, recordedMs } from './person.js';
import { isControlled } from './server.js';

// Every screen and every state of trouble, with the way there. A flow yields `[name, person]` at each one and goes on
// when it has been looked at, so that a call is made once for all that can be seen in it.

const refuseCamera = error => `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '${error}'));`;
const hideDevices = 'navigator.mediaDevices.enumerateDevices = () => Promise.resolve([]);';
/** An answer that is never taken: the call stays as it is before there is a picture. */
const neverConnect = () => { RTCPeerConnection.prototype.setRemoteDescription = () => new Promise(() => {}); };

async function* welcome() {
  const person = await Person.visit('Wim Welcome');
  await person.at('welcome').waitFor();
  yield ['welcome', person];

  await person.page.route('**/api/auth/guest', route => route.fulfill({
    status: 400, contentType: 'application/problem+json',
    body: JSON.stringify({ status: 400, code: 'invalid_name', detail: 'This name cannot be used.', field: 'name' }),
  }));
  await person.signIn();
  await person.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  yield ['welcome-error', person];
  await person.leave();
}

async function* lobby() {
  const person = await Person.arrive('Lou Lobby');
  await person.at('lobby').waitFor();
  yield ['lobby-empty', person];

  const others = await Promise.all(['Mia Here', 'Noor Here', 'Ola Declines'].map(name => Person.arrive(name)));
  await person.invite('Ola Declines');
  await others[2].at('decline').click();
  await person.personCard('Ola Declines').getByTestId('cooldown').filter({ hasText: 'again in' }).waitFor();
  yield ['lobby', person];

  await person.invite('Mia Here');
  await person.at('outgoing').waitFor();
  yield ['outgoing', person];
  await others[0].at('incoming').waitFor();
  yield ['incoming', others[0]];
  await person.at('rescind').click();

  await Promise.all(others.map(other => other.leave()));
  await person.at('meet-anyone').click();
  await person.at('leave-queue').waitFor();
  yield ['queued', person];
  await person.leave();
}

async function* call() {
  const { first, second } = await inCall('Cas Call', 'Dot Call');
  const recorded = first.page.waitForTimeout(recordedMs);
  await first.closeChat();
  yield ['call', first];
  await first.say('Hello! Where are you?');
  await second.say('On a train. The picture may freeze.');
  await first.reads('On a train.');
  yield ['call-chat', first];
  await first.closeChat();
  await first.page.setViewportSize({ width: 390, height: 844 });
  await first.at('more').click();
  yield ['call-more', first];
  await first.at('report').click();
  await first.at('report-more').click();
  yield ['report', first];
  await first.page.keyboard.press('Escape');
  await first.page.setViewportSize({ width: 390, height: 844 });
  await first.at('share-socials').click();
  await first.at('socials-dialog').waitFor();
  yield ['socials', first];
  await first.at('social-mastodon').fill('@cas@example.social');
  await first.at('socials-send').click();
  await second.openChat();
  await second.at('socials-received').waitFor();
  yield ['socials-received', second];
  await second.closeChat();

  const mend = await second.cutSocket();
  await first.at('overlay').filter({ hasText: 'has lost the connection' }).waitFor();
  yield ['call-partner-away', first];
  yield ['call-hub-away', second];
  await mend();
  await second.isOnline();

  const tab = await second.newTab();
  await tab.at('elsewhere').waitFor();
  yield ['elsewhere', tab];
  await tab.page.close();

  await recorded;
  await second.at('end-call').click();
  await first.at('after').waitFor();
  yield ['after', first];
  await first.at('after-report').click();
  await first.at('report-other').click();
  await first.at('after-reported').waitFor();
  yield ['after-reported', first];
  await first.at('after-lobby').click();
  await first.at('lobby-history').click();
  await first.at('history-item').first().waitFor();
  yield ['history', first];
  await first.page.keyboard.press('Escape');
  await first.at('account').click();
  await first.at('account-dialog').waitFor();
  yield ['account', first];
  await first.leave();
  await second.leave();
}

async function* callsWithTrouble() {
  const [first, second] = await Promise.all([
    Person.arrive('Eli Blind', { before: refuseCamera('NotAllowedError') }),
    Person.arrive('Fay Slow', { before: neverConnect }),
  ]);
  await first.invite('Fay Slow');
  await second.at('accept').click();
  await first.at('media-trouble').waitFor();
  await first.closeChat();
  yield ['call-camera-denied', first];
  await second.isInCall();
  await second.closeChat();
  yield ['call-connecting', second];
  await first.leave();
  await second.leave();
}

async function* noCamera() {
  const denied = await Person.visit('Gil Denied', { before: refuseCamera('NotAllowedError') });
  await denied.at('preview-trouble').waitFor();
  yield ['welcome-camera-denied', denied];
  await denied.leave();
  const asked = await Person.visit('Oda Asked', { before: `navigator.permissions.query = () => Promise.resolve({ state: 'prompt' });` });
  await asked.at('preview-ask').waitFor();
  yield ['welcome-camera-not-asked', asked];
  await asked.leave();
  const missing = await Person.visit('Han Missing', { before: refuseCamera('NotFoundError') + hideDevices });
  await missing.at('preview-trouble').waitFor();
  yield ['welcome-no-camera', missing];
  await missing.leave();
}

/** Before the server was ever heard. */
async function* noConnection() {
  const person = await Person.visit('Ira Outside');
  let mend = await person.refuseTicket({ status: 503, code: 'server_full', retryAfterSeconds: 60 });
  await person.signIn();
  await person.hearsWhyNot('server_full');
  yield ['server-full', person];
  await mend();
  mend = await person.refuseTicket({ status: 503, code: 'draining', retryAfterSeconds: 60 });
  await person.page.reload();
  await person.hearsWhyNot('draining');
  yield ['draining', person];
  await mend();
  mend = await person.refuseTicket();
  await person.page.reload();
  await person.hearsWhyNot('unreachable');
  yield ['unreachable', person];
  await mend();
  await person.page.reload();
  await person.isOnline();
  await person.leave();

  const old = await Person.visit('Ned Old', { before: 'delete window.RTCPeerConnection;' });
  await old.at('too-old').waitFor();
  yield ['too-old', old];
  await old.leave();
}

async function* connectionLost() {
  const person = await Person.arrive('Jan Trouble');
  const mend = await person.cutSocket();
  await person.at('connection-notice').filter({ hasText: 'Trying again' }).waitFor();
  yield ['no-network', person];
  await mend();
  await person.page.reload();
  await person.isOnline();

  const tabs = [await person.newTab(), await person.newTab()];
  await person.at('stopped').waitFor();
  yield ['replaced', person];
  await Promise.all(tabs.map(tab => tab.page.close()));
  await person.at('use-here').click();
  await person.isOnline();

  await person.api('/api/auth/logout', 'POST');
  await (await person.cutSocket())();
  await person.at('welcome').waitFor();
  yield ['signed-out', person];
  await person.leave();
}

export const flows = {
  welcome, noCamera, lobby, call, callsWithTrouble, noConnection, connectionLost, ...isControlled && consoleFlows,
};

const widths = { 1440: 900, 390: 844 };

/** Calls `look` with every way to look at a page: a wide and a narrow window, light and dark. Nothing moves. */
export const lookAround = (page, look) => lookAt(page, ['light', 'dark'], ['light', 'dark'], look);

/** The same with each width and each scheme once: colours do not depend on the width, nor sizes on the colours. */
export const glanceAt = (page, look) => lookAt(page, ['light'], ['dark'], look);

async function lookAt(page, wide, narrow, look) {
  for (const [width, height] of Object.entries(widths)) {
    await page.setViewportSize({ width: Number(width), height });
    for (const colorScheme of width === '1440' ? wide : narrow) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await look(`${width}-${colorScheme}`);
    }
  }
}

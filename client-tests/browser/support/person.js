import assert from 'node:assert/strict';
import { baseUrl, browser } from './browser.js';
import { diaries, keepDiary } from './diary.js';
import { observe } from './observe.js';

const patience = 15_000;
/** A call that is shorter is in no history. */
export const recordedMs = 5500;
const contexts = new Set();

/** What a failed test left behind would meet and call in the next one. */
export async function everybodyLeaves() {
  await Promise.all([...contexts].map(context => context.close()));
  contexts.clear();
}

/** Somebody at the demo page. One instance is one tab. */
export class Person {
  constructor(name, context, page) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.errors = [];
    /** The events that the server has sent to this page, `{ name, payload }`. */
    this.heard = [];
    page.setDefaultTimeout(patience);
    page.on('pageerror', error => this.errors.push(error));
    page.on('websocket', socket => socket.on('framereceived', ({ payload }) => this.#hear(payload)));
  }

  #hear(frame) {
    for (const { target, arguments: sent, result } of frame.split('\u001e').filter(Boolean).map(each => JSON.parse(each))) {
      if (target) {
        this.heard.push({ name: target, payload: sent[0] });
      }
      /** The server that this page is connected to. */
      this.instance = result?.value?.instance ?? this.instance;
    }
  }

  /** Somebody who is signed in and online. */
  static async arrive(name, options = {}) {
    const person = await Person.visit(name, options);
    await person.signIn();
    await person.isOnline();
    for (const gender of options.wants ?? []) {
      await person.at(`want-${gender}`).check();
    }
    return person;
  }

  /**
   * Somebody who has just opened the page. `before` runs in it before its own scripts; `path` is the only one for the
   * media.
   */
  static async visit(name, { before, path, url = baseUrl } = {}) {
    const context = await browser.newContext({ locale: 'en-GB', permissions: ['camera', 'microphone'] });
    contexts.add(context);
    await context.addInitScript(keepDiary);
    await context.addInitScript(observe);
    await path?.lead(context);
    if (before) {
      await context.addInitScript(before);
    }
    const person = new Person(name, context, await context.newPage());
    await person.page.goto(url);
    return person;
  }

  async signIn() {
    await this.at('name').fill(this.name);
    await this.at('gender').selectOption('nonbinary');
    await this.at('adult').check();
    await this.at('sign-in').click();
  }

  /** Another tab of the same browser. */
  async newTab() {
    const tab = new Person(this.name, this.context, await this.context.newPage());
    await tab.page.goto(baseUrl);
    return tab;
  }

  all(name) {
    return this.heard.filter(event => event.name === name).map(event => event.payload);
  }

  at(testId) {
    return this.page.getByTestId(testId);
  }

  personCard(name) {
    return this.at('person').filter({ hasText: name });
  }

  async isOnline(options) {
    await this.page.locator('[data-testid=connection-state][data-state=online]').waitFor(options);
  }

  async isInCall() {
    await this.at('call').waitFor();
    return this.at('call').getAttribute('data-call-id');
  }

  async invite(name) {
    await this.personCard(name).getByTestId('invite').click();
  }

  async say(text) {
    await this.openChat();
    await this.at('chat-input').fill(text);
    await this.at('chat-send').click();
  }

  /** It is open from the start in a wide window. */
  async openChat() {
    if (!await this.at('chat-input').isVisible()) {
      await this.at('chat-toggle').click();
    }
  }

  async closeChat() {
    if (await this.at('chat-input').isVisible()) {
      await this.at('chat-toggle').click();
    }
  }

  async reads(text) {
    await this.at('chat-message').filter({ hasText: text }).waitFor();
  }

  /** Frames of the partner's video come in, are decoded and get to the screen: more of them a moment later. */
  async seesPartner() {
    let first;
    let now;
    await until(`${this.name} sees a moving picture`, async () => {
      now = await this.frames();
      // Counted from a look at which there were both, so not from a first frame that is not shown yet; and another
      // connection or element counts from the start.
      const counts = first?.decoded > 0 && first.shown > 0 && now.decoded >= first.decoded && now.shown >= first.shown;
      first = counts ? first : now;
      return now.decoded > first.decoded + 5 && now.shown > first.shown + 5;
    }, async () => `, from ${JSON.stringify(first)} to ${JSON.stringify(now)} frames${await everybodysDiaries()}`);
  }

  frames() {
    return this.page.evaluate(async () => ({ decoded: await window.observed.decoded(), shown: window.observed.shown() }));
  }

  /** How many RTCPeerConnections this page has made; one more means that the media was built anew. */
  peersMade() {
    return this.page.evaluate(() => window.observed.peers.length);
  }

  watchPicture() {
    return this.page.evaluate(() => window.observed.watchPicture());
  }

  /** The longest time in ms without a new frame since `watchPicture`. */
  longestStall() {
    return this.page.evaluate(() => window.observed.stopWatching());
  }

  watchTrouble() {
    return this.page.evaluate(() => window.observed.watchTrouble());
  }

  /** What the page has said of trouble with a connection since `watchTrouble`. */
  trouble() {
    return this.page.evaluate(() => [...window.observed.trouble]);
  }

  /**
   * Keeps the page from connecting until the returned function is called: the server answers with this problem, or the
   * network is away.
   */
  async refuseTicket(problem) {
    const ticket = '**/api/auth/ticket';
    await this.page.route(ticket, route => problem
      ? route.fulfill({ status: problem.status, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      : route.abort());
    return () => this.page.unroute(ticket);
  }

  /** Closes the socket under the page and refuses another one until the returned function is called. */
  async cutSocket(problem) {
    const mend = await this.refuseTicket(problem);
    await this.page.evaluate(() => window.observed.sockets.at(-1).close());
    return mend;
  }

  /** There has been no connection yet, and the page says why. */
  async hearsWhyNot(code) {
    await this.page.locator(`[data-testid=no-connection][data-code=${code}]`).waitFor();
  }

  async seesInHistory(callId) {
    await this.page.locator(`[data-testid=history-item][data-call-id="${callId}"]`).waitFor();
  }

  /** Every request with the page's own login. */
  api(path, method = 'GET') {
    return this.page.evaluate(async ([path, method]) => {
      const { token } = JSON.parse(localStorage.getItem('matchmaker.session'));
      const response = await fetch(path, { method, headers: { authorization: `Bearer ${token}` } });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : undefined };
    }, [path, method]);
  }

  async leave() {
    contexts.delete(this.context);
    await this.context.close();
    assert.deepEqual(this.errors, [], `errors in the page of ${this.name}`);
  }
}

/** Asks again and again until it is so; `why` has more to say when it is not. */
export async function until(what, isSo, why = () => '') {
  const deadline = performance.now() + patience;
  while (!await isSo()) {
    if (performance.now() >= deadline) {
      assert.fail(`not within ${patience} ms: ${what}${await why()}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** The picture that one does not see is the other one's to send. */
function everybodysDiaries() {
  return diaries([...contexts].flatMap(context => context.pages()));
}

/** Two people who see each other, as the tests of a running call need them; the first one may have a line of its own. */
export async function inCall(firstName, secondName, { path, url } = {}) {
  const [first, second] = await Promise.all([Person.arrive(firstName, { path, url }), Person.arrive(secondName, { path })]);
  await first.invite(secondName);
  await second.at('accept').click();
  const [callId, same] = await Promise.all([first.isInCall(), second.isInCall()]);
  assert.equal(same, callId);
  await Promise.all([first.seesPartner(), second.seesPartner()]);
  return { first, second, callId };
}

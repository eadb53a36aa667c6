// People with a login, and their tabs on the hub through the official client.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach } from 'node:test';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import WebSocket from 'ws';
import { baseUrl, http, inTurn, isOneInstance } from './http.js';
import { assertCard, assertFields, assertTime } from './shapes.js';

const eventNames = [
  'lobbyChanged', 'queueStatus', 'inviteReceived', 'inviteExtended', 'inviteEnded', 'callStarted', 'signal', 'chat',
  'socialsShared', 'partnerStatus', 'callMoved', 'callEnded', 'replaced', 'draining', 'banned', 'standingChanged', 'notification',
];

const open = new Set();
afterEach(() => Promise.all([...open].map(tab => tab.leave())));

/** An id of our form that names nothing. */
export const forgedId = () => randomBytes(16).toString('base64url');

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** What one instance knows, the others know a moment later: people in the lobby, an end, a block. */
export const everywhere = () => isOneInstance ? Promise.resolve() : sleep(1000);

function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

let count = 0;

// Of two people who connect one after the other, each is on another instance; so are two tabs of one.
const nextUrl = inTurn();

/** A new account. Its name is its own, so that tests beside each other do not take one for another. */
export async function guest(fields = {}) {
  const answer = await http('POST', '/api/auth/guest', {
    body: { name: `Guest ${++count} ${randomBytes(3).toString('hex')}`, gender: 'unspecified', adult: true, ...fields },
  });
  assert.equal(answer.status, 201, answer.text);
  assertFields(answer.body, ['token', 'expiresAt', 'user']);
  assertTime(answer.body.expiresAt);
  assertCard(answer.body.user);
  return new Guest(answer.body.token, answer.body.user, answer.body.expiresAt);
}

class Guest {
  constructor(token, card, expiresAt) {
    this.token = token;
    this.card = card;
    this.expiresAt = expiresAt;
    this.id = card.id;
  }

  http(method, path, body) {
    return http(method, path, { token: this.token, body });
  }

  /** The value of a request that must succeed. */
  async get(path) {
    const answer = await this.http('GET', path);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  async hubTicket(tab = forgedId()) {
    const answer = await this.http('POST', '/api/auth/ticket', { tab });
    assert.equal(answer.status, 200, answer.text);
    assertFields(answer.body, ['ticket', 'expiresAt']);
    return answer.body.ticket;
  }
}

/** A new account (or the given one) in a new tab that has resumed. */
export async function connect(who, { tab = forgedId(), resume = true } = {}) {
  const person = who instanceof Guest ? who : await guest(who);
  const connected = new Tab(person, tab, await person.hubTicket(tab));
  await connected.start();
  if (resume) {
    connected.resumed = await connected.ok('Resume');
  }
  return connected;
}

/** The answer of a WebSocket upgrade that is refused, as `http` answers. */
export function upgradeRefusal(query) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${nextUrl().replace(/^http/, 'ws')}/hub${query}`, { handshakeTimeout: 5000 });
    socket.on('unexpected-response', async (request, response) => {
      const connection = response.socket; // which the request gives up once all is read
      const text = (await response.toArray()).join('');
      connection.destroy();
      resolve({ status: response.statusCode, headers: new Headers(response.headers), type: response.headers['content-type'] ?? '', text, body: JSON.parse(text) });
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('It was let in.'));
    });
    socket.on('error', reject);
  });
}

/** A bare WebSocket upgrade; answers the HTTP status, 101 when it was let in. */
export function upgrade(query, headers = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/hub${query}`, { headers, handshakeTimeout: 5000 });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

class Tab {
  #connection;
  #socket;
  #events = [];
  #waiting = new Set();

  /** What came over the socket, as it came. */
  frames = [];

  constructor(person, name, ticket) {
    this.person = person;
    this.id = person.id;
    this.card = person.card;
    this.name = name;
    const tab = this;
    class CapturedSocket extends WebSocket {
      constructor(...args) {
        super(...args);
        tab.#socket = this;
        this.on('message', data => tab.frames.push(data.toString()));
      }
    }
    this.#connection = new HubConnectionBuilder()
      .withUrl(`${nextUrl()}/hub?access_token=${encodeURIComponent(ticket)}`, {
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        WebSocket: CapturedSocket,
      })
      .configureLogging(LogLevel.None)
      .build();
    for (const name of eventNames) {
      this.#connection.on(name, (...args) => this.#heard(name, args));
    }
    this.closed = new Promise(resolve => this.#connection.onclose(resolve));
  }

  async start() {
    await within(10_000, 'the connection', this.#connection.start());
    open.add(this);
  }

  /** The whole answer of a hub method; an answer that does not come is a failure. */
  invoke(method, ...args) {
    return within(10_000, `the answer to ${method}`, this.#connection.invoke(method, ...args));
  }

  /** The value of a hub method that must succeed. */
  async ok(method, ...args) {
    const reply = await this.invoke(method, ...args);
    assert.equal(reply?.ok, true, `${method}: ${JSON.stringify(reply)}`);
    assertFields(reply, ['ok', 'value']);
    return reply.value;
  }

  /** The error of a hub method that must be refused with this code. */
  async no(code, method, ...args) {
    const reply = await this.invoke(method, ...args);
    assert.equal(reply?.ok, false, `${method} ${JSON.stringify(args).slice(0, 300)} was not refused: ${JSON.stringify(reply)}`);
    assertFields(reply, ['ok', 'error']);
    assertFields(reply.error, ['code', 'message'], ['retryAfterSeconds', 'field']);
    assert.equal(reply.error.code, code, `${method} ${JSON.stringify(args).slice(0, 300)}: ${JSON.stringify(reply.error)}`);
    assert.ok(reply.error.message.length > 0);
    return reply.error;
  }

  /** The payload of the first event of this name that fits and was not taken before; of `signal`, its three arguments. */
  expect(name, fits = () => true, timeout = 5000) {
    const known = this.#events.find(e => e.name === name && !e.taken && fits(e.payload));
    if (known) {
      known.taken = true;
      return Promise.resolve(known.payload);
    }
    return new Promise((resolve, reject) => {
      const wait = { name, fits, resolve: payload => { clearTimeout(timer); resolve(payload); } };
      const timer = setTimeout(() => {
        this.#waiting.delete(wait);
        const heard = this.#events.map(e => `${e.name} ${JSON.stringify(e.payload)?.slice(0, 200)}`).join('\n  ');
        reject(new Error(`No fitting ${name} within ${timeout} ms; heard:\n  ${heard || 'nothing'}`));
      }, timeout);
      this.#waiting.add(wait);
    });
  }

  /** Nothing of the kind was heard, nor is within the time. */
  async expectNone(name, fits = () => true, milliseconds = 400) {
    await sleep(milliseconds);
    const heard = this.#events.filter(e => e.name === name && !e.taken && fits(e.payload));
    assert.deepEqual(heard.map(e => e.payload), [], `${name} was not to be heard`);
  }

  /** Everything of this name that was heard so far, taken or not. */
  all(name) {
    return this.#events.filter(e => e.name === name).map(e => e.payload);
  }

  /** A frame of our own making, past the client library. */
  sendFrame(text) {
    this.#socket.send(text);
  }

  /** The network goes away: no close frame. */
  async cut() {
    this.#socket.terminate();
    await this.closed;
    open.delete(this);
  }

  /** The server ends the connection within the time. */
  async expectClosed(timeout = 5000) {
    await within(timeout, 'the end of the connection', this.closed);
    open.delete(this);
  }

  async leave() {
    open.delete(this);
    await within(5000, 'the end of the connection', this.#connection.stop());
  }

  #heard(name, args) {
    const payload = name === 'signal' ? args : args[0];
    const event = { name, payload, taken: false };
    this.#events.push(event);
    for (const wait of this.#waiting) {
      if (wait.name === name && wait.fits(payload)) {
        event.taken = true;
        this.#waiting.delete(wait);
        wait.resolve(payload);
        return;
      }
    }
  }
}

/** Asks somebody who is made available for it; answers what both were told. */
export async function invite(from, to, callSeconds = 300) {
  await to.ok('SetAvailable', true);
  const sent = await from.ok('Invite', to.id, callSeconds);
  const received = await to.expect('inviteReceived', i => i.inviteId === sent.inviteId);
  return { id: sent.inviteId, sent, received };
}

/** A call of the two by an invite; answers its id and what each was told. */
export async function callOf(inviter, invited, callSeconds = 300) {
  const asked = await invite(inviter, invited, callSeconds);
  const { callId } = await invited.ok('AcceptInvite', asked.id, callSeconds);
  const theirs = await invited.expect('callStarted', c => c.callId === callId);
  const mine = await inviter.expect('callStarted', c => c.callId === callId);
  return { id: callId, mine, theirs };
}

/** Two new people in a call. */
export async function couple() {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  return { ann, bob, call: await callOf(ann, bob) };
}

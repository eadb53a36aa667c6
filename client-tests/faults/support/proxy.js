// The line between a server and its PostgreSQL, which can be slow, deaf or cut, and can stop at one step of one statement;
// or between servers and their Redis, which can be the same without knowing what it carries.
import { createServer, connect } from 'node:net';
import { Framer, Statements, Unframed } from './wire.js';

export class Proxy {
  #listener;
  #target;
  #links = new Set();
  #stops = new Set();

  /** Whether what passes is PostgreSQL's protocol. */
  isFramed;

  /** Milliseconds that every answer comes late. */
  delay = 0;

  /** From now on nothing passes any more, and no socket is closed: a network that went away. */
  #isSilent = false;

  static async open(target, { isFramed = true } = {}) {
    const proxy = new Proxy();
    proxy.#target = target;
    proxy.isFramed = isFramed;
    proxy.#listener = createServer(client => proxy.#links.add(new Link(proxy, client, connect(target))));
    await new Promise(resolve => proxy.#listener.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port() {
    return this.#listener.address().port;
  }

  get isSilent() {
    return this.#isSilent;
  }

  /** Connections of a silent time stay deaf after it: what was lost on them does not come again. */
  set isSilent(value) {
    this.#isSilent = value;
    for (const link of value ? this.#links : []) {
      link.isDeaf = true;
    }
  }

  /**
   * Stops the next statement that the pattern fits. `arrives`: it has come from the server and PostgreSQL has not seen
   * it, until `release`; `answered`: PostgreSQL has done it, and the server does not know.
   */
  stopAt(pattern, step) {
    const stop = { pattern, step };
    stop.reached = new Promise(resolve => { stop.reach = resolve; });
    this.#stops.add(stop);
    return stop;
  }

  /** The stop for this statement, which is used up by it. */
  take(text) {
    for (const stop of this.#stops) {
      if (stop.pattern.test(text)) {
        this.#stops.delete(stop);
        return stop;
      }
    }
    return undefined;
  }

  /** Every connection ends without a goodbye. */
  reset() {
    for (const link of this.#links) {
      link.reset();
    }
  }

  forget(link) {
    this.#links.delete(link);
  }

  async close() {
    this.reset();
    await new Promise(resolve => this.#listener.close(resolve));
  }
}

class Link {
  #proxy;
  #client;
  #server;
  #asked;
  #answered;
  #statements = new Statements();
  #unanswered = [];
  #stop;
  #held;
  #isWithheld = false;
  #due = 0;

  isDeaf;

  constructor(proxy, client, server) {
    [this.#proxy, this.#client, this.#server, this.isDeaf] = [proxy, client, server, proxy.isSilent];
    [this.#asked, this.#answered] = proxy.isFramed
      ? [new Framer({ isClient: true }), new Framer({ isClient: false })]
      : [new Unframed(), new Unframed()];
    client.on('data', chunk => this.#ask(chunk));
    server.on('data', chunk => this.#answer(chunk));
    // Whichever end goes first, and with or without an error: the other one goes too, and what is held is lost.
    for (const socket of [client, server]) {
      socket.setNoDelay();
      socket.on('error', () => this.#end());
      socket.on('close', () => this.#end());
    }
  }

  reset() {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #ask(chunk) {
    if (this.isDeaf) {
      return;
    }
    for (const message of this.#asked.push(chunk)) {
      if (message.asksForEncryption) {
        this.#answered.expectBareAnswer();
      }
      const text = this.#statements.textOf(message);
      const stop = text === undefined || this.#held ? undefined : this.#proxy.take(text);
      if (stop?.step === 'arrives') {
        this.#held = [];
        stop.release = () => this.#release();
        stop.reach();
      } else if (stop) {
        this.#stop = stop;
        this.#isWithheld = true;
      }
      if (message.type === 'Q' || message.type === 'S') {
        this.#unanswered.push(this.#stop);
        this.#stop = undefined;
      }
      if (this.#held) {
        this.#held.push(message.bytes);
      } else {
        this.#server.write(message.bytes);
      }
    }
  }

  #release() {
    this.#server.write(Buffer.concat(this.#held));
    this.#held = undefined;
  }

  // Done is what PostgreSQL is ready after, not what it has answered: it commits in between.
  #answer(chunk) {
    for (const message of this.#answered.push(chunk)) {
      if (message.type === 'Z') {
        this.#unanswered.shift()?.reach();
      }
    }
    if (this.isDeaf || this.#isWithheld) {
      return;
    }
    // Nothing overtakes what is still on its way when the delay ends.
    const now = performance.now();
    this.#due = Math.max(now + this.#proxy.delay, this.#due);
    if (this.#due > now) {
      setTimeout(() => this.#client.write(chunk), this.#due - now);
    } else {
      this.#client.write(chunk);
    }
  }

  #end() {
    this.#client.destroy();
    this.#server.destroy();
    this.#proxy.forget(this);
  }
}

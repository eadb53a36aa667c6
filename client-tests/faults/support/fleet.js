// Servers as shipped, side by side: one PostgreSQL and one Redis of this file's own, a line to the former that can be cut,
// and a front that sends people to any of them. They are children of the test, which sees with which code they end.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Front } from './front.js';
import { eventually } from './patience.js';
import { Proxy } from './proxy.js';

const run = promisify(execFile);
const controlScript = fileURLToPath(new URL('../../../infra/lib/control', import.meta.url));
const published = fileURLToPath(new URL('../../../.run/published/', import.meta.url));
const foreign = ['ASPNETCORE_URLS', 'ASPNETCORE_HTTP_PORTS', 'DATABASE_URL', 'REDIS_URL', 'OPERATOR_TOKEN'];

const settings = {
  ASPNETCORE_ENVIRONMENT: 'Development',
  Calls__HistoryFromSeconds: '0',
  Matching__Ring: '00:05:00',
  RateLimits__GuestsPerMinutePerAddress: '100000',
  RateLimits__RequestsPerMinutePerAddress: '100000',
};

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !foreign.includes(name));
  return { ...Object.fromEntries(own), ...settings, ...more };
}

export class Instance {
  #child;
  #log;

  /** Resolves to `{ code, signal }`. */
  ended;

  static async start(log, more = {}) {
    const instance = new Instance();
    instance.#log = log;
    instance.port = await freePort();
    // On loopback in any environment.
    const where = { PORT: String(instance.port), ASPNETCORE_URLS: instance.url };
    instance.#child = spawn('./Matchmaker', [], { cwd: published, env: environment({ ...more, ...where }), stdio: ['ignore', 'pipe', 'pipe'] });
    const file = createWriteStream(log);
    instance.#child.stdout.pipe(file);
    instance.#child.stderr.pipe(file);
    instance.ended = new Promise(resolve => instance.#child.on('exit', (code, signal) => resolve({ code, signal })));
    await eventually(`an instance that is ready (${log})`, async () => {
      const answer = await fetch(`${instance.url}/health/ready`).catch(() => undefined);
      return answer?.ok || undefined;
    }, 60);
    instance.name = (await (await fetch(`${instance.url}/version`)).json()).instance;
    return instance;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** The code with which it ends by itself within the time. */
  async exits(seconds = 40) {
    const late = Symbol('late');
    let timer;
    const end = await Promise.race([this.ended, new Promise(resolve => { timer = setTimeout(resolve, seconds * 1000, late); })]);
    clearTimeout(timer);
    assert.notEqual(end, late, `still there after ${seconds} s: ${this.#log}`);
    return end;
  }

  async end() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.signal('SIGKILL');
    }
    await this.ended;
  }

  /** What it logged as a mistake of its own. */
  errorsLogged() {
    return readFileSync(this.#log, 'utf8').match(/^(fail|crit):.*(\n {6}.*){0,4}|^\{"timestamp":"[^"]*","level":"error".*/gm) ?? [];
  }
}

class Fleet {
  #folder;
  #name;
  #started = [];

  constructor(folder, name) {
    [this.#folder, this.#name] = [folder, name];
  }

  async control(...verb) {
    const { stdout } = await run(controlScript, [this.#folder, this.#name, ...verb], { timeout: 60_000 });
    return stdout.trim();
  }

  async start(more = {}) {
    const log = `${this.#folder}/${this.#name}-${this.#started.length}.log`;
    const instance = await Instance.start(log, { ...this.variables, ...more });
    this.#started.push(instance);
    return instance;
  }

  /** The rules of the database, asked by the server's own command. */
  async verify() {
    await run('./Matchmaker', ['verify'], { cwd: published, env: environment(this.variables) });
  }

  errorsLogged() {
    return this.#started.flatMap(instance => instance.errorsLogged());
  }

  async close() {
    await Promise.all(this.#started.map(instance => instance.end()));
    await this.front.close();
    await this.line.close();
    await this.control('redis-stop');
    await this.control('postgres-stop');
  }
}

/** A fleet without an instance yet, with these settings of every one of them. */
export async function openFleet(name, more = {}) {
  const folder = `${process.env.FAULT_RUN}/${name}`;
  mkdirSync(folder, { recursive: true });
  const fleet = new Fleet(folder, name);
  const database = new URL(await fleet.control('database'));
  fleet.line = await Proxy.open({ host: database.hostname, port: Number(database.port) });
  database.port = String(fleet.line.port);
  database.search = '?sslmode=disable';
  fleet.front = await Front.open();
  fleet.variables = { ...more, DATABASE_URL: database.href, REDIS_URL: await fleet.control('redis') };
  await run('./Matchmaker', ['migrate'], { cwd: published, env: environment(fleet.variables) });
  return fleet;
}

/** Somebody whose page runs the client library, connected through the front. */
export class Visitor {
  /** Each with why, if there is an error. */
  states = [];
  heard = [];
  signals = [];
  lines = [];

  static async enter(library, front, fields = {}) {
    const visitor = new Visitor();
    let session;
    const client = visitor.client = library.createClient({
      baseUrl: front.url,
      tab: randomBytes(16).toString('base64url'),
      sessionStore: { load: () => session, save: saved => { session = saved; } },
    });
    client.on('state', ({ state, error }) => visitor.states.push(error ? `${state} (${error.code}, ${error.cause?.message})` : state));
    client.on('resumed', resumed => {
      visitor.resumed = resumed;
      visitor.signals.push(...resumed.missed.signals.map(({ data }) => data));
      visitor.lines.push(...resumed.missed.chat.map(({ text }) => text));
    });
    client.on('signal', ({ data }) => visitor.signals.push(data));
    client.on('chat', ({ text }) => visitor.lines.push(text));
    for (const name of ['draining', 'inviteReceived', 'inviteEnded', 'callStarted', 'callEnded', 'partnerStatus']) {
      client.on(name, payload => visitor.heard.push({ name, payload }));
    }
    client.on('lobby', lobby => { visitor.lobby = lobby; });
    await client.signInAsGuest({ name: `Visitor ${randomBytes(3).toString('hex')}`, gender: 'unspecified', adult: true, ...fields });
    client.connect();
    await eventually('a connection', () => client.state.state === 'online' || undefined);
    return visitor;
  }

  get id() {
    return this.client.session.user.id;
  }

  all(name) {
    return this.heard.filter(event => event.name === name).map(event => event.payload);
  }

  expect(name, seconds) {
    return eventually(name, () => this.all(name)[0], seconds);
  }
}

/** A call of the two by an invite; its id. */
export async function callOf(inviter, invited) {
  await invited.client.setAvailable(true);
  const { inviteId } = await inviter.client.invite(invited.id, 300);
  const { callId } = await invited.client.acceptInvite(inviteId, 300);
  await Promise.all([inviter.expect('callStarted'), invited.expect('callStarted')]);
  return callId;
}

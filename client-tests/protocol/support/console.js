// Admins at the console: a cookie, an authenticator, and the hub that tells how much there is to do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { afterEach } from 'node:test';
import { promisify } from 'node:util';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import WebSocket from 'ws';
import { http, inTurn } from './http.js';
import { sleep } from './people.js';
import { assertFields, assertId, assertTime } from './shapes.js';

const nextUrl = inTurn();
const open = new Set();
afterEach(() => Promise.all([...open].map(hub => hub.stop())));

const step = () => Math.floor(Date.now() / 30_000);

/** RFC 6238 with SHA-1, six digits, 30 s, on its own. */
function codeOf(secret, at) {
  let bits = '';
  for (const letter of secret) {
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  }
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(at));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The command `admin` beside the server. */
export async function adminCommand(...args) {
  assert.ok(process.env.SERVER_CONTROL, 'SERVER_CONTROL is needed to make an admin');
  const { stdout } = await promisify(execFile)('bash', ['-c', `${process.env.SERVER_CONTROL} admin "$@"`, 'control', ...args], { timeout: 60_000 });
  return stdout;
}

export const newEmail = () => `${randomBytes(8).toString('hex')}@example.org`;

const those = new Map();

/** An admin with this role who is signed in, for all tests of the file that need no new one. The command makes the first. */
export function the(role) {
  if (!those.has(role)) {
    those.set(role, role === 'admin' ? byCommand() : admin(role));
  }
  return those.get(role);
}

async function byCommand() {
  const email = newEmail();
  const said = await adminCommand('create', email, '--role', 'admin', '--name', 'Grace');
  const made = new Admin(email, /^Password: (\S+)$/m.exec(said)[1], /^Authenticator: (\S+)$/m.exec(said)[1]);
  await made.signIn();
  return made;
}

/** A new account at the console that has not signed in. */
export async function newAdmin(role) {
  const email = newEmail();
  const { account, password, otpauth } = await (await the('admin')).ok('POST', '/api/admin/accounts', { email, role });
  return new Admin(email, password, otpauth, account.adminId);
}

/** A new account at the console that is signed in. */
export async function admin(role) {
  const made = await newAdmin(role);
  await made.signIn();
  return made;
}

class Admin {
  #secret;
  #used = 0;

  constructor(email, password, otpauth, id) {
    this.email = email;
    this.password = password;
    this.id = id;
    this.#secret = new URL(otpauth).searchParams.get('secret');
  }

  /** A code that was not used yet. Codes of the step before and of the next one are good too; after these it takes a while. */
  async newCode() {
    this.#used = Math.max(this.#used + 1, step());
    while (this.#used > step() + 1) {
      await sleep(500);
    }
    return codeOf(this.#secret, this.#used);
  }

  /** The code that was used last. */
  usedCode() {
    return codeOf(this.#secret, this.#used);
  }

  async trySignIn({ password = this.password, code } = {}) {
    return http('POST', '/api/admin/login', { page: true, body: { email: this.email, password, code: code ?? await this.newCode() } });
  }

  async signIn() {
    const answer = await this.trySignIn();
    assert.equal(answer.status, 200, answer.text);
    assertFields(answer.body, [
      'adminId', 'email', 'name', 'role', 'sessionId', 'expiresAt', 'idleSeconds', 'maxBanSeconds', 'mayBanForGood']);
    assertId(answer.body.adminId);
    assertTime(answer.body.expiresAt);
    this.id = answer.body.adminId;
    this.cookie = answer.headers.get('set-cookie').split(';')[0];
    return answer;
  }

  /** A request as the page makes it: with the cookie, its own origin and the type of JSON, with a body or without. */
  http(method, path, body) {
    return http(method, path, {
      page: true,
      body: body ?? (method === 'GET' ? undefined : ''),
      headers: { cookie: this.cookie ?? '' },
    });
  }

  /** The body of a request that must succeed. */
  async ok(method, path, body) {
    const answer = await this.http(method, path, body);
    assert.ok(answer.status >= 200 && answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  get(path) {
    return this.ok('GET', path);
  }

  /** The problem of a request that must be refused with this code. */
  async no(code, method, path, body) {
    const answer = await this.http(method, path, body);
    assert.equal(answer.body?.code, code, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Connects to the hub of consoles; collects what it is told. */
  async connect() {
    const url = nextUrl();
    const told = [];
    const waiting = new Set();
    const hub = new HubConnectionBuilder()
      .withUrl(`${url}/hubs/admin`, {
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        WebSocket,
        headers: { cookie: this.cookie, origin: new URL(url).origin },
      })
      .configureLogging(LogLevel.None)
      .build();
    hub.on('casesChanged', counts => {
      told.push(counts);
      waiting.forEach(look => look());
    });
    const closed = new Promise(resolve => hub.onclose(resolve));
    await hub.start();
    open.add(hub);
    return {
      closed,
      /** The first that was told and fits. */
      expect: (fits, milliseconds = 10_000) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Nothing fitting within ${milliseconds} ms; told: ${JSON.stringify(told)}`)), milliseconds);
        const look = () => {
          const found = told.find(fits);
          if (found) {
            clearTimeout(timer);
            waiting.delete(look);
            resolve(found);
          }
        };
        waiting.add(look);
        look();
      }),
    };
  }
}

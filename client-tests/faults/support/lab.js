// A server, its PostgreSQL and the proxy between them, all of this file's own: what dies here is nobody else's.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from './patience.js';
import { Proxy } from './proxy.js';

const run = promisify(execFile);
const controlScript = fileURLToPath(new URL('../../../infra/lib/control', import.meta.url));

// What a minute would show no better: leases and graces are short, and a call of no length is in the history.
const settings = {
  Presence__Lease: '00:00:03',
  Presence__Grace: '00:00:03',
  Calls__HistoryFromSeconds: '0',
  RateLimits__GuestsPerMinutePerAddress: '100000',
  RateLimits__RequestsPerMinutePerAddress: '100000',
};

class Lab {
  #folder;
  #name;

  constructor(folder, name) {
    [this.#folder, this.#name] = [folder, name];
  }

  /** The servers of this lab by name, with their addresses. */
  servers = [];

  /** The command that does so, for support that is not a lab's. */
  get command() {
    return [controlScript, this.#folder, this.#name].map(part => `'${part}'`).join(' ');
  }

  /** Does one of the things that infra/lib/control knows, of a server or of what it stands on; answers what was printed. */
  control(...verb) {
    return this.#control(this.#name, ...verb);
  }

  async #control(name, ...verb) {
    const { stdout } = await run(controlScript, [this.#folder, name, ...verb], { timeout: 60_000, maxBuffer: 16 << 20 });
    return stdout.trim();
  }

  /** Begins one more server with these settings. */
  async begin(name, settings) {
    const variables = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const server = { name, url: await this.#control(name, 'begin', ...variables), control: (...verb) => this.#control(name, ...verb) };
    this.servers.push(server);
    return server;
  }

  /** A PostgreSQL behind a proxy; answers the address that the proxy has. */
  async openDatabase() {
    const database = new URL(await this.control('database'));
    this.proxy = await Proxy.open({ host: database.hostname, port: Number(database.port) });
    database.port = String(this.proxy.port);
    database.search = '?sslmode=disable';
    return database.href;
  }

  /** The same of a Redis. */
  async openRedis() {
    const redis = new URL(await this.control('redis'));
    this.redis = await Proxy.open({ host: redis.hostname, port: Number(redis.port) }, { isFramed: false });
    return `redis://127.0.0.1:${this.redis.port}`;
  }

  /** What the statements answer, past the proxy and with every right. */
  sql(text) {
    return this.control('sql', text);
  }

  /** Kills the server or PostgreSQL and brings it back. */
  async killAndRestart(victim) {
    const prefix = victim === 'postgres' ? 'postgres-' : '';
    await this.control(`${prefix}kill`);
    await this.control(`${prefix}start`);
  }

  /**
   * A disk of a few megabytes under the chat, which can be filled. Where nothing may be mounted, PostgreSQL is made to
   * refuse with the same code instead.
   */
  async smallDisk() {
    const mounted = await this.control('disk').catch(error => error);
    if (mounted instanceof Error) {
      return {
        how: `53100 by a trigger: ${mounted.stderr.trim()}`,
        fill: () => this.sql(`
          create function is_full() returns trigger language plpgsql as 'begin raise disk_full; end';
          create trigger is_full before insert on chat_message execute function is_full()`),
        empty: () => this.sql('drop function is_full cascade'),
      };
    }
    await this.sql(`create tablespace small location '${mounted}'`);
    await this.sql('alter table chat_message set tablespace small');
    return {
      how: 'a small one of its own',
      fill: () => appendFile(`${mounted}/filler`, Buffer.alloc(64 << 20)).catch(({ code }) => assert.equal(code, 'ENOSPC')),
      empty: () => rm(`${mounted}/filler`),
    };
  }

  /** PostgreSQL is there and has again what the server holds; somebody has to be connected. */
  isWhole() {
    return eventually('what was written back', async () => await this.sql(`
      select 1 from connection c join instance i using (instance_id, generation)
      where c.closed_at is null and i.expires_at > clock_timestamp() limit 1`).catch(() => undefined) || undefined);
  }

  pidOf(server) {
    return readFileSync(`${this.#folder}/${server.name}.pid`, 'utf8').trim();
  }

  logOf(server) {
    return readFileSync(`${this.#folder}/${server.name}.log`, 'utf8');
  }

  /** What the servers logged as a mistake of their own. */
  errorsLogged() {
    return this.servers.flatMap(server => this.logOf(server).match(/^(fail|crit):.*(\n {6}.*){0,4}|^\{"timestamp":"[^"]*","level":"error".*/gm) ?? []);
  }

  async close() {
    await Promise.all(this.servers.map(server => server.control('stop')));
    await Promise.all([this.proxy.close(), this.redis?.close()]);
    await Promise.all([this.control('postgres-stop'), this.redis && this.control('redis-stop')]);
  }
}

/**
 * Opens a lab whose folder is RUN/NAME, with these settings of the server besides; answers it with `people`, which are
 * those of the protocol tests, at this lab's server.
 */
export async function openLab(name, more = {}) {
  const lab = enter(name);
  process.env.BASE_URL = (await lab.begin(name, { ...settings, ...more, DATABASE_URL: await lab.openDatabase() })).url;
  process.env.SERVER_CONTROL = lab.command;
  lab.people = await import('../../protocol/support/people.js');
  return lab;
}

/** The same with two servers that share a PostgreSQL and a Redis; one person after the other comes to each in turn. */
export async function openTwins(name, more = {}) {
  const lab = enter(name);
  const [database, redis] = [await lab.openDatabase(), await lab.openRedis()];
  for (const server of [`${name}-one`, `${name}-two`]) {
    await lab.begin(server, { ...settings, ...more, DATABASE_URL: database, REDIS_URL: redis });
  }
  process.env.BASE_URL = lab.servers.map(server => server.url).join(',');
  lab.people = await import('../../protocol/support/people.js');
  return lab;
}

function enter(name) {
  const folder = `${process.env.FAULT_RUN}/${name}`;
  mkdirSync(folder, { recursive: true });
  return new Lab(folder, name);
}

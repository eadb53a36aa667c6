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

  /** Does one of the things that infra/lib/control knows; answers what was printed. */
  async control(...verb) {
    const { stdout } = await run(controlScript, [this.#folder, this.#name, ...verb], { timeout: 60_000, maxBuffer: 16 << 20 });
    return stdout.trim();
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

  /** What the server logged as a mistake of its own. */
  errorsLogged() {
    return readFileSync(`${this.#folder}/${this.#name}.log`, 'utf8').match(/^(fail|crit):.*(\n {6}.*){0,4}/gm) ?? [];
  }

  async close() {
    await this.control('stop');
    await this.proxy.close();
    await this.control('postgres-stop');
  }
}

/**
 * Opens a lab whose folder is RUN/NAME, with these settings of the server besides; answers it with `people`, which are
 * those of the protocol tests, at this lab's server.
 */
export async function openLab(name, more = {}) {
  const folder = `${process.env.FAULT_RUN}/${name}`;
  mkdirSync(folder, { recursive: true });
  const lab = new Lab(folder, name);
  const database = new URL(await lab.control('database'));
  lab.proxy = await Proxy.open({ host: database.hostname, port: Number(database.port) });
  database.port = String(lab.proxy.port);
  database.search = '?sslmode=disable';
  const variables = Object.entries({ ...settings, ...more, DATABASE_URL: database.href }).map(([key, value]) => `${key}=${value}`);
  process.env.BASE_URL = await lab.control('begin', ...variables);
  lab.people = await import('../../protocol/support/people.js');
  return lab;
}

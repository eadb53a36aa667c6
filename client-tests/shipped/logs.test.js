// The log of the published server in Production: lines that hosts understand, few of a kind, and nobody waits for them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { eventually } from '../faults/support/patience.js';
import { freePort, spawnPublished } from './support/published.js';

const children = [];
after(() => children.forEach(child => child.kill('SIGKILL')));

/** A server whose standard output nobody reads yet. */
async function start(settings = {}) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawnPublished({
    EMBEDDED: 'true', ASPNETCORE_URLS: url, OPERATOR_TOKEN: 'an operator, who looks', MEMORY_LIMIT_MB: '1024',
    RateLimits__GuestsPerMinutePerAddress: '100000', RateLimits__RequestsPerMinutePerAddress: '100000', ...settings });
  children.push(child);
  const errors = [];
  child.stderr.on('data', chunk => errors.push(chunk));
  await eventually('a server that is ready', async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok || undefined, 60);
  return {
    url,
    async signUp() {
      const answer = await fetch(`${url}/api/auth/guest`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Ann', gender: 'female', adult: true }) });
      assert.equal(answer.status, 201);
    },
    async bound(name) {
      const answer = await fetch(`${url}/api/monitoring/memory`, { headers: { authorization: 'Bearer an operator, who looks' } });
      return (await answer.json()).bounds.find(bound => bound.name === name);
    },
    /** Reads from now on to the end, which it brings about; the lines, parsed. */
    async stop() {
      const chunks = [];
      child.stdout.on('data', chunk => chunks.push(chunk));
      child.kill('SIGTERM');
      await once(child, 'close');
      assert.deepEqual([child.exitCode, Buffer.concat(errors).toString()], [0, '']);
      return Buffer.concat(chunks).toString().split('\n').slice(0, -1).map(line => JSON.parse(line));
    },
  };
}

test('Each line is an object with time, level and message, and of one kind few are written', async () => {
  const server = await start();
  for (let i = 0; i < 60; i++) {
    await server.signUp();
  }
  const lines = await server.stop();
  for (const line of lines) {
    assert.match(line.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(['debug', 'info', 'warn', 'error'].includes(line.level), line.level);
    assert.equal(typeof line.message, 'string');
    assert.equal(typeof line.category, 'string');
  }
  const signUps = lines.filter(line => line.event === 2000);
  assert.ok(signUps.length >= 10 && signUps.length < 60, `${signUps.length} lines of 60 sign-ups`);
  assert.equal(signUps[0].eventName, 'SignedUp');
  assert.match(signUps[0].state.userId, /^[0-9a-f-]{36}$/);
  const told = signUps.reduce((sum, line) => sum + 1 + (line.suppressed ?? 0), 0);
  assert.ok(told <= 60, `${told} told of 60`);
});

test('A server whose output nobody reads goes on, and says afterwards how many lines are missing', async () => {
  const server = await start({ Logs__LinesAtOnce: '10000', Logs__MaxQueuedLines: '50' });
  let dropped = 0;
  for (let i = 0; i < 3000 && dropped === 0; i++) {
    await server.signUp();
    if (i % 100 === 99) {
      ({ dropped } = await server.bound('log_lines'));
    }
  }
  assert.ok(dropped > 0, 'nothing was dropped: somebody reads');
  await server.signUp();
  const lines = await server.stop();
  const missing = lines.filter(line => line.event === 1700);
  assert.ok(missing.length > 0 && missing[0].state.lines > 0, JSON.stringify(missing));
});

test('Where the framework would tell what people say, it is left out, and said so', async () => {
  const server = await start({ 'Logging__LogLevel__Microsoft.AspNetCore': 'Debug', Logging__LogLevel__Default: 'Debug' });
  await server.signUp();
  const lines = await server.stop();
  assert.deepEqual(lines.filter(line => line.event === 1702).map(line => line.state.category), ['Microsoft.AspNetCore']);
  assert.deepEqual(lines.filter(line => /^Microsoft\.AspNetCore/.test(line.category) && !['warn', 'error'].includes(line.level)), []);
  assert.ok(lines.some(line => line.level === 'debug'), 'the rest of Debug is there');
});

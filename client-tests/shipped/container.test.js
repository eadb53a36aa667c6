// The server as the image, docker-compose.yml and railway.json would run it: as nobody, on files that nobody can write, in 512 MB;
// first the command before the deploy, then two replicas, of which one is asked to stop with people on it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { callOf, Visitor } from '../faults/support/fleet.js';
import { Front } from '../faults/support/front.js';
import { eventually } from '../faults/support/patience.js';
import * as library from '../../server/web/sdk/dist/index.js';
import { Container, isRoot } from './support/container.js';
import { compose, environmentOf, image, railway } from './support/files.js';

const run = promisify(execFile);
const folder = `${process.env.FAULT_RUN}/container`;
mkdirSync(folder, { recursive: true });
const control = async (...verb) => (await run(
  fileURLToPath(new URL('../../infra/lib/control', import.meta.url)), [folder, 'container', ...verb], { timeout: 60_000 })).stdout.trim();

const { services } = compose();
const { deploy } = railway();
const stores = { DATABASE_URL: `${await control('database')}?sslmode=disable`, REDIS_URL: await control('redis') };
const front = await Front.open();
const started = [];
const visitors = [];
after(async () => {
  await Promise.all(visitors.map(visitor => visitor.client.disconnect()));
  await Promise.all(started.map(container => container.end()));
  await front.close();
  await control('redis-stop');
  await control('postgres-stop');
});

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** The service of docker-compose.yml, with this machine's stores and on loopback only, where the file has all addresses. */
async function start(name, more = {}) {
  const port = await freePort();
  const container = Container.run({
    service: services[name],
    environment: { ...environmentOf(services[name]), ...stores, ASPNETCORE_URLS: `http://127.0.0.1:${port}`, ...more },
  });
  started.push(container);
  return Object.assign(container, { port, url: `http://127.0.0.1:${port}` });
}

const ready = ({ url }) => fetch(`${url}/health/ready`).catch(() => undefined);
const isReady = container => eventually('a server that is ready', async () => (await ready(container))?.ok || undefined, 60)
  .catch(error => assert.fail(`${error.message}\n${container.stdout}${container.stderr}`));
const asOperator = async ({ url }, path) => (await fetch(`${url}${path}`, {
  headers: { authorization: `Bearer ${environmentOf(services['server-1']).OPERATOR_TOKEN}` },
})).json();

const replicas = [];
let sinceReady;

test('Until the command before the deploy has run, no server is ready; then they are, without a restart', async t => {
  replicas.push(await start('server-1'));
  t.diagnostic(`memory is limited ${replicas[0].memory}${isRoot ? '' : '; without root: files and rights are those of the user'}`);
  const refused = await eventually('an answer', () => ready(replicas[0]), 60);
  assert.equal(refused.status, 503);
  assert.deepEqual((await refused.json()).reasons, ['not_migrated']);

  const before = Container.run({ command: deploy.preDeployCommand[0].split(' '), service: services.migrate, environment: { DATABASE_URL: stores.DATABASE_URL } });
  assert.deepEqual(await before.ended, { code: 0, signal: null }, before.stderr);
  assert.match(before.stdout, /^Applied 0001/);
  assert.equal(before.stderr, '');
  replicas.push(await start('server-2'));
  await Promise.all(replicas.map(isReady));
  await eventually('both registered', async () => await control('sql', 'select count(*) from instance') === '2' || undefined);
  sinceReady = new Date().toISOString();
});

test('Nobody in particular runs it, with no rights, on files that nobody can write, and it sees its 512 MB', { skip: !isRoot && 'only root can take rights away' }, async () => {
  for (const replica of replicas) {
    assert.match(replica.status('Uid'), new RegExp(`^${image().user}\\s`));
    assert.deepEqual([replica.status('CapEff'), replica.status('CapBnd'), replica.status('NoNewPrivs')], ['0000000000000000', '0000000000000000', '1']);
  }
  const { memory } = await asOperator(replicas[0], '/health');
  assert.equal(memory.limit, '512.00 MB');
  await assert.rejects(run('nsenter', ['--mount', '--target', String(replicas[0].pid), 'touch', `/proc/${replicas[0].pid}/cwd/x`]), /Read-only file system/);
});

test('Each bears the name of its replica, serves the pages with all that they name, and answers the host that asks for health', async () => {
  for (const [at, replica] of replicas.entries()) {
    assert.equal((await (await fetch(`${replica.url}/version`)).json()).instance, environmentOf(services[`server-${at + 1}`]).RAILWAY_REPLICA_ID);
    for (const page of ['/', '/admin']) {
      const html = await (await fetch(replica.url + page)).text();
      const named = [...html.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)].map(([, path]) => path);
      assert.ok(named.length >= 3, html);
      for (const path of named) {
        assert.equal((await fetch(replica.url + path)).status, 200, path);
      }
    }
    const { stdout } = await run('curl', ['-sS', '-H', 'Host: healthcheck.railway.app', '-o', '/dev/null', '-w', '%{http_code}', replica.url + deploy.healthcheckPath]);
    assert.equal(stdout, '200');
  }
});

test('PORT is where it listens, on every address of both kinds; without MEMORY_LIMIT_MB the limit is the container’s', { skip: !isRoot && 'only root can make a network of its own' }, async t => {
  const port = '9137';
  const { MEMORY_LIMIT_MB: _, ...settings } = environmentOf(services['server-2']);
  const container = Container.run({ isAlone: true, service: services['server-2'], environment: { ...settings, PORT: port, EMBEDDED: 'true', DATABASE_URL: '', REDIS_URL: '' } });
  started.push(container);
  const ask = async (url, ...options) =>
    (await run('nsenter', ['--net', '--target', String(container.pid), 'curl', '-sS', '-m', '5', '-w', '%{http_code}', ...options, url]).catch(error => error)).stdout;
  const health = host => ask(`http://${host}:${port}${deploy.healthcheckPath}`, '-H', 'Host: healthcheck.railway.app', '-o', '/dev/null');
  await eventually('an answer over IPv4', async () => await health('127.0.0.1') === '200' || undefined, 60);
  assert.equal(await health('[::1]'), '200');
  const { memory } = JSON.parse((await ask(`http://[::1]:${port}/health`, '-H', `Authorization: Bearer ${settings.OPERATOR_TOKEN}`)).replace(/200$/, ''));
  t.diagnostic(`memory is limited ${container.memory}: ${memory.limit}, resident ${memory.rss}`);
  assert.equal(memory.limit, container.memory === 'by a control group' ? '512.00 MB' : '384.00 MB');
  container.signal(image().stopSignal);
  assert.deepEqual(await container.ended, { code: 0, signal: null });
  assert.equal(container.stderr, '');
  assert.doesNotMatch(container.stdout, /Overriding/);
});

const enter = async fields => {
  const visitor = await Visitor.enter(library, front, fields);
  visitors.push(visitor);
  return visitor;
};

test('Names are kept as Unicode composes them', async () => {
  front.to = [replicas[0].port];
  const { client } = await enter({ name: 'Zoe\u0308 Ke\u0301rt' });
  assert.equal(client.session.user.name, 'Zo\u00eb K\u00e9rt');
});

test('Asked to stop with forty people on it, a replica is gone in time, and no call ends, no request of a page fails', async t => {
  const [first, second] = replicas;
  front.to = [first.port];
  const people = await Promise.all(Array.from({ length: 40 }, () => enter()));
  const pairs = Array.from({ length: 10 }, (_, at) => people.slice(2 * at, 2 * at + 2));
  const [waiting, seen, looking] = [people.slice(20, 28), people.slice(28, 34), people.slice(34)];
  const calls = await Promise.all(pairs.map(([a, b]) => callOf(a, b)));
  await Promise.all([
    ...waiting.map(({ client }) => client.joinQueue({ wants: ['male'] })),
    ...seen.map(({ client }) => client.setAvailable(true)),
    ...looking.map(({ client }) => client.watchLobby()),
  ]);
  const places = () => control('sql', 'select user_id, joined_at from ticket where ticket_id is not null order by user_id');
  const before = await places();
  assert.equal(before.split('\n').length, waiting.length);

  // Whatever a page does meanwhile, it does again and again.
  front.to = [first.port, second.port];
  const failed = [];
  let done = 0;
  let goesOn = true;
  const often = async (action, every = 250) => {
    for (let n = 0; goesOn; n++) {
      await action(n).then(() => done++, error => failed.push(`${error.code} ${error.message}`));
      await sleep(every);
    }
  };
  const acting = Promise.all([
    ...pairs.map(([{ client }], at) => often(n => client.signal(calls[at], 'ice', { candidate: '', n }))),
    ...pairs.map(([, { client }], at) => often(n => client.sendChat(calls[at], `line ${n}`), 1000)),
    ...[...waiting, ...looking].map(({ client }) => often(() => client.history(), 1000)),
  ]);
  await sleep(500);
  const asked = performance.now();
  first.signal(image().stopSignal);
  const end = await Promise.race([first.ended, sleep(deploy.drainingSeconds * 1000, 'killed by the host', { ref: false })]);
  const took = (performance.now() - asked) / 1000;
  await sleep(500);
  goesOn = false;
  await acting;

  assert.deepEqual(end, { code: 0, signal: null });
  t.diagnostic(`gone after ${took.toFixed(1)} s of ${deploy.drainingSeconds}; meanwhile ${done} requests of pages`);
  assert.deepEqual(failed, []);
  assert.ok(done > 100);
  for (const person of people) {
    assert.deepEqual(person.states.slice(person.states.indexOf('online')), ['online'], 'a page noticed');
    assert.equal(person.resumed.instance, environmentOf(services['server-2']).RAILWAY_REPLICA_ID);
    assert.deepEqual([...person.all('callEnded'), ...person.all('partnerStatus')], []);
  }
  assert.equal(await places(), before, 'a place in the queue was not kept');
  const lobby = new Set(seen.map(({ id }) => id));
  await eventually('the lobby', () => looking.every(person => person.lobby?.people.filter(({ id }) => lobby.has(id)).length === seen.length) || undefined);
  const partner = await enter({ gender: 'male' });
  await partner.client.joinQueue();
  await partner.expect('callStarted');
  assert.equal(await control('sql', 'select count(*) from call where ended_at is not null'), '0');
  await partner.client.endCall((await partner.expect('callStarted')).callId);
});

test('Nothing was written to standard error, which hosts take for errors, and no trouble to standard output', async () => {
  const [first, second] = replicas;
  await Promise.all(visitors.splice(0).map(visitor => visitor.client.disconnect()));
  second.signal(image().stopSignal);
  assert.deepEqual(await second.ended, { code: 0, signal: null });
  assert.deepEqual([first.stderr, second.stderr], ['', '']);
  const said = ({ stdout }) => stdout.trim().split('\n').map(line => JSON.parse(line)).filter(({ level }) => level !== 'info');
  assert.deepEqual(said(second), []);
  // Of the first one, once there was a schema and it had said that it begins anew (3002).
  assert.deepEqual(said(first).filter(({ timestamp, event }) => timestamp > sinceReady && event !== 3002), []);
});

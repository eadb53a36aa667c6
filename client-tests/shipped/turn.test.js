// coturn with the configuration that is shipped, and credentials of a server as shipped: who may have an allocation, and
// where nobody is relayed to. All of it on loopback, where only addresses, ports, the secret and the realm differ.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Instance } from '../faults/support/fleet.js';
import { eventually } from '../faults/support/patience.js';
import { credentials, TurnClient } from './support/turn.js';

const folder = `${process.env.FAULT_RUN}/turn`;
mkdirSync(folder, { recursive: true });
const run = promisify(execFile);
const controlScript = fileURLToPath(new URL('../../infra/lib/control', import.meta.url));
const control = async (...verb) => (await run(controlScript, [folder, 'turn', ...verb], { timeout: 60_000 })).stdout.trim();

/** A certificate of this machine's address, which only whoever is given it trusts. */
async function certificate() {
  const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=relay', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
  return { cert, key };
}

/** From where the kernel takes none for others, so that it is free again when the relay comes back. */
async function freePort() {
  const port = randomInt(20_000, 30_000);
  const listener = createServer();
  const isFree = await new Promise(resolve => listener.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
  await new Promise(resolve => isFree ? listener.close(resolve) : resolve());
  return isFree ? port : freePort();
}

const oldSecret = 'the secret before this one';
const [{ cert, key }, tlsPort] = await Promise.all([certificate(), freePort()]);
const options = [`--static-auth-secret=${oldSecret}`, `--tls-listening-port=${tlsPort}`, `--cert=${cert}`, `--pkey=${key}`];
const [plainUrls, secret] = (await control('turn', ...options)).split('\n');
const urls = [...plainUrls.split(','), `turns:127.0.0.1:${tlsPort}`];
const settings = { TURN_URLS: urls.join(','), Signaling__TurnCheckEvery: '00:00:00.5' };
const server = await Instance.start(`${folder}/turn.log`, { ...settings, TURN_SECRET: secret, SSL_CERT_FILE: cert });
process.env.BASE_URL = server.url;
const { couple, guest } = await import('../protocol/support/people.js');

const clients = [];
afterEach(() => Promise.all(clients.splice(0).map(client => client.close())));
after(async () => {
  await server.end();
  await control('turn-stop');
});

async function turn(who) {
  const client = await TurnClient.open(who?.urls ?? urls, who);
  clients.push(client);
  return client;
}

/** What somebody in a call is given. */
async function inCall() {
  const { ann } = await couple();
  return relayOf(ann.person);
}

/** What the operator sees of it, when it has come to be so. */
const health = (of, isSo) => eventually('that state of the relay', async () => {
  const { turn: section } = await (await fetch(`${of.url}/health`)).json();
  return isSo(section) ? section : undefined;
});

const relayOf = async person => (await person.get('/api/ice-servers')).iceServers.find(entry => entry.username);

// Every range of the configuration: its edges or what is best known of it.
const denied = [
  '0.0.0.1', '10.1.2.3', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.8.8.8', '169.254.169.254', '172.16.0.1',
  '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1',
  '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
];
const deniedIPv6 = [
  '::1', '::', '64:ff9b::a01:203', '64:ff9b:1::a01:203', '100::1', '2001::1', '2001:1ff::1', '2001:db8::1', '2002:a01:203::1', 'fc00::1', 'fd00::1', 'fe80::1', 'fec0::1',
  'ff02::1',
];
const allowed = ['9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255', '198.17.0.1', '1.1.1.1'];
const allowedIPv6 = ['2001:200::1', '2606:4700:4700::1111', '2a00::1'];

test('whoever is in a call is given credentials that the relay takes, for any address of the internet', async () => {
  const relay = await inCall();
  assert.deepEqual(relay.urls, urls);
  const client = await turn(relay);
  assert.equal(await client.allocate(), 200);
  assert.equal(client.relayed.address, '127.0.0.1');
  for (const peer of allowed) {
    assert.equal(await client.permit(peer), 200, peer);
  }
});

test('nobody is relayed into this machine, a private network, or whatever else is no place of the internet', async () => {
  const client = await turn(await inCall());
  assert.equal(await client.allocate(), 200);
  for (const peer of denied) {
    assert.equal(await client.permit(peer), 403, peer);
  }
});

test('nor by IPv6', async () => {
  const client = await turn(await inCall());
  assert.equal(await client.allocate({ isIPv6: true }), 200);
  for (const peer of deniedIPv6) {
    assert.equal(await client.permit(peer), 403, peer);
  }
  for (const peer of allowedIPv6) {
    assert.equal(await client.permit(peer), 200, peer);
  }
});

test('nothing reaches a service of this machine', async () => {
  const service = dgram.createSocket('udp4');
  await new Promise(resolve => service.bind(0, '127.0.0.1', resolve));
  const { port } = service.address();
  const heard = [];
  const isOver = new Promise(resolve => service.on('message', packet => heard.push(packet.toString()) && String(packet) === 'over' && resolve()));
  const client = await turn(await inCall());
  assert.equal(await client.allocate(), 200);
  assert.equal(await client.permit('127.0.0.1', port), 403);
  client.send('127.0.0.1', port, 'from a stranger');
  assert.equal(await client.permit('1.1.1.1'), 200, 'an answer that comes after what was sent');
  service.send('over', port, '127.0.0.1');
  await isOver;
  service.close();
  assert.deepEqual(heard, ['over']);
});

test('without credentials, with wrong ones or old ones there is no allocation', async () => {
  const relay = await inCall();
  const now = Math.floor(Date.now() / 1000);
  const refused = {
    none: {},
    'a wrong password': { username: relay.username, credential: credentials('another secret 16', 'ann').credential },
    'a name that was lengthened': { ...relay, username: `9${relay.username}` },
    'of somebody else': { ...relay, username: relay.username.replace(/:.*/, ':somebody') },
    'run out': credentials(secret, 'ann', now - 5),
  };
  for (const [what, who] of Object.entries(refused)) {
    assert.equal(await (await turn(who)).allocate(), 401, what);
  }
});

test('while the secret is changed, the old one is taken too', async () => {
  assert.equal(await (await turn(credentials(oldSecret, 'ann'))).allocate(), 200);
});

test('a user has twelve allocations, whatever the credentials', async () => {
  const { ann } = await couple();
  const relay = await relayOf(ann.person);
  const [, user] = relay.username.split(':');
  const others = credentials(secret, user);
  const answers = [];
  for (let n = 0; n < 12; n++) {
    answers.push(await (await turn(n % 2 ? relay : others)).allocate());
  }
  assert.deepEqual(new Set(answers), new Set([200]));
  const more = await turn(relay);
  assert.equal(await more.allocate(), 486);
  await clients[0].close();
  clients.shift();
  await eventually('a place that is free again', async () => await more.allocate() === 200 || undefined);
});

test('it relays no TCP, and tells strangers nothing but their address', async () => {
  assert.equal(await (await turn(await inCall())).allocate({ transport: 6 }), 442);
  const answer = await (await turn()).binding();
  assert.equal(answer.code, 200);
  assert.deepEqual(TurnClient.named(answer), ['mapped']);
});

// Before 4.9 coturn compares these with no range of IPv4 (CVE-2026-27624); then one line of the file alone refuses them.
test('an IPv4 address that is written as an IPv6 one is no way around', async () => {
  const client = await turn(await inCall());
  assert.equal(await client.allocate({ isIPv6: true }), 200);
  for (const peer of ['::ffff:127.0.0.1', '::ffff:10.1.2.3', '::ffff:169.254.169.254', '::ffff:192.168.1.1']) {
    assert.equal(await client.permit(peer), 403, peer);
  }
});

test('a user is given credentials six times a minute, in a call, and nobody outside of one', async () => {
  const outside = await (await guest()).get('/api/ice-servers');
  assert.equal(outside.provider, 'coturn');
  assert.deepEqual(outside.iceServers, []);
  const { ann, bob } = await couple();
  for (let n = 0; n < 6; n++) {
    assert.ok(await relayOf(ann.person));
  }
  const { status, body } = await ann.person.http('GET', '/api/ice-servers');
  assert.deepEqual([status, body.code], [429, 'rate_limited']);
  assert.ok(body.retryAfterSeconds > 0 && body.retryAfterSeconds <= 60, `${body.retryAfterSeconds}`);
  assert.ok(await relayOf(bob.person));
});

test('a server whose secret is another one, or that does not trust the certificate, says so, and sends nobody to the relay', async () => {
  const other = await Instance.start(`${folder}/other.log`, { ...settings, TURN_SECRET: 'not the secret of this coturn' });
  try {
    const seen = await health(other, section => section.up === false);
    const [byUdp, byTcp, byTls] = seen.servers;
    for (const { state, why } of [byUdp, byTcp]) {
      assert.deepEqual([state, why], ['refused', 'Allocate answers 401']);
    }
    assert.equal(byTls.state, 'unreachable', 'whose certificate this one does not trust');
    assert.match(byTls.why, /certificate/);
    assert.equal(seen.provider, 'coturn');
    assert.match(readFileSync(`${folder}/other.log`, 'utf8'), /is Refused \(Allocate answers 401\); 0 are left/);
  } finally {
    await other.end();
  }
});

test('a relay that goes away is given to nobody, and to everybody again when it is back', async () => {
  await health(server, section => section.servers.every(({ state }) => state === 'up'));
  const { ann } = await couple();
  await control('turn-stop');
  const gone = await health(server, section => section.up === false);
  assert.deepEqual(gone.servers.map(({ state, why }) => [state, why]), Array(3).fill(['unreachable', 'ConnectionRefused']));
  const answer = await ann.person.get('/api/ice-servers');
  assert.equal(answer.provider, 'stun');
  assert.deepEqual(answer.iceServers, [{ urls: [urls[0].replace('turn:', 'stun:').replace(/\?.*/, '')] }]);

  await control('turn-start', ...options);
  await health(server, section => section.servers.every(({ state }) => state === 'up'));
  assert.equal((await ann.person.get('/api/ice-servers')).provider, 'coturn');
  assert.equal(await (await turn(await relayOf(ann.person))).allocate(), 200);
});

test('no secret is in a log', () => {
  for (const log of ['turn.log', 'other.log', 'coturn.log']) {
    const text = readFileSync(`${folder}/${log}`, 'utf8');
    assert.ok(text.length > 0);
    assert.deepEqual([secret, oldSecret].filter(word => text.includes(word)), [], log);
  }
  assert.deepEqual(server.errorsLogged(), []);
});

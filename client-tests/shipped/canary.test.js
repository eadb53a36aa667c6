// Marked values of every kind go through published servers in Production, while all is well and while it is not, at an ordinary
// log level and at the loudest. Afterwards none of them is in a log, in the metrics, in health, or in an error's answer.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { after, test } from 'node:test';
import { openFleet } from '../faults/support/fleet.js';
import { eventually } from '../faults/support/patience.js';
import { published, runPublished } from './support/published.js';

const address = '203.0.113.77';
const bannedAddress = '198.51.100.77';
const marks = new Map();
const flows = [];
const told = []; // answers that tell of an error: [what was asked, the text]

function remember(name, value) {
  marks.set(`${name} (${marks.size})`, value);
  return value;
}

/** A value like no other, of at most 24 characters; by its name it is looked for at the end. */
const mark = name => remember(name, `canary${randomBytes(8).toString('hex')}`);

/** A value that the server made and that is nobody else's business. */
function secret(name, value) {
  assert.ok(value.length >= 16, `${name}: ${value}`);
  remember(name, value);
}

async function flow(name, action) {
  await action();
  flows.push(name);
}

// Whoever asks comes from the marked address; what was handed out is remembered, and what was refused.
const { fetch } = globalThis;
globalThis.fetch = async (url, options = {}) => {
  const answer = await fetch(url, { ...options, headers: { ...Object.fromEntries(new Headers(options.headers)), 'x-real-ip': address } });
  const text = await answer.clone().text();
  if (answer.status >= 400) {
    told.push([`${options.method ?? 'GET'} ${new URL(url).pathname}`, text]);
  } else if (/json/.test(answer.headers.get('content-type') ?? '') && !/\/health|\/version|monitoring/.test(url)) {
    const { token, ticket, password, otpauth, iceServers } = JSON.parse(text);
    token && secret('a session', token);
    ticket && secret('a hub ticket', ticket);
    password && secret('a password', password);
    otpauth && secret('an authenticator key', new URL(otpauth).searchParams.get('secret'));
    iceServers?.filter(server => server.credential).forEach(server => secret('a TURN credential', server.credential));
  }
  const cookie = /admin_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '');
  cookie && secret('a session of the console', cookie[1]);
  return answer;
};
remember('an address', address);
remember('a banned address', bannedAddress);

const operator = mark('OPERATOR_TOKEN');
const fleet = await openFleet('canary', {
  ASPNETCORE_ENVIRONMENT: 'Production', OPERATOR_TOKEN: operator, CLIENT_IP_HEADER: 'X-Real-IP',
  TURN_URLS: 'turn:127.0.0.1:9?transport=udp', TURN_SECRET: mark('TURN_SECRET'), Signaling__TurnCheckEvery: '00:00:00',
  Admin__PasswordIterations: '10000', Logs__LinesAtOnce: '10000', Logs__LinesPerSecond: '10000',
});
after(() => fleet.close());

const database = new URL(fleet.variables.DATABASE_URL);
database.password = mark('the password of PostgreSQL');
await fleet.control('sql', `alter role ${database.username} password '${database.password}'`);
const redisPassword = mark('the password of Redis');
await fleet.control('redis-cli', 'config', 'set', 'requirepass', redisPassword);
fleet.variables.DATABASE_URL = database.href;
fleet.variables.REDIS_URL = fleet.variables.REDIS_URL.replace('://', `://:${redisPassword}@`);

const loud = { Logging__LogLevel__Default: 'Trace', 'Logging__LogLevel__Microsoft.AspNetCore': 'Trace', Logging__LogLevel__Npgsql: 'Trace' };
const instances = [await fleet.start(), await fleet.start(loud)];
process.env.BASE_URL = instances.map(({ url }) => url).join(',');
process.env.SERVER_CONTROL = `env DATABASE_URL='${database.href}' '${published}Matchmaker'`;
const { callOf, connect, forgedId, guest, upgradeRefusal } = await import('../protocol/support/people.js');
const { http } = await import('../protocol/support/http.js');
const { admin, the } = await import('../protocol/support/console.js');

const somebody = () => ({ name: mark('a name'), interests: [mark('an interest')], languages: ['en'] });
const signUp = () => http('POST', '/api/auth/guest', { body: { ...somebody(), gender: 'female', adult: true } });
const guess = () => http('POST', '/api/admin/login', {
  page: true, body: { email: `${mark('an e-mail')}@example.org`, password: mark('a wrong password'), code: '123456' } });

/** Bytes of our own making on a bare connection. */
async function raw(url, text) {
  const socket = connectSocket({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const chunks = [];
  socket.on('error', () => {});
  socket.on('data', chunk => chunks.push(chunk));
  socket.end(text);
  await once(socket, 'close');
  told.push(['bytes', Buffer.concat(chunks).toString()]);
}

/** Two who meet and say what people say. */
async function everybody() {
  const [ann, bob] = [await connect(somebody()), await connect(somebody())];
  const call = await callOf(ann, bob);
  await ann.invoke('Signal', call.id, 'offer', { type: 'offer', sdp: `v=0 ${mark('a description')} ${address}` });
  await bob.invoke('SendChat', call.id, forgedId(), mark('a line of chat'));
  await ann.invoke('ShareSocials', call.id, { instagram: mark('a social') });
  await ann.person.http('GET', '/api/ice-servers');
  return { ann, bob, call };
}

async function statusIs(status) {
  const answers = await Promise.all(instances.map(({ url }) => fetch(`${url}/health/ready`).then(answer => answer.json())));
  return answers.every(answer => answer.status === status) || undefined;
}

test('People meet, talk, report, are banned and appeal; moderators decide', async () => {
  let world;
  await flow('sign up, hub tickets, sockets, an invite, a call, signals, chat, socials, TURN credentials', async () => {
    world = await everybody();
  });
  const { ann, bob, call } = world;
  await flow('a queue with wishes', async () => {
    const waiting = await connect(somebody());
    await waiting.ok('JoinQueue', { interests: [mark('a wish')], languages: ['en'] });
    await waiting.ok('LeaveQueue');
  });
  await flow('profile, lobby, history, export, blocks', async () => {
    await ann.person.http('PATCH', '/api/me', { name: mark('another name') });
    for (const path of ['/api/me', '/api/lobby', '/api/history', '/api/me/export', '/api/blocks']) {
      await ann.person.get(path);
    }
    await ann.person.http('PUT', `/api/blocks/${forgedId()}`, {});
  });
  const chief = await the('admin');
  const moderator = await admin('moderator');
  remember('an e-mail of the console', chief.email);
  remember('another e-mail', moderator.email);
  remember('the first password', chief.password);
  await flow('a report, its case and its chat, a ban, an appeal, an address ban, the audit', async () => {
    const report = await ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'threats', note: mark('a note') });
    assert.equal(report.status, 201, report.text);
    const { cases } = await moderator.get(`/api/admin/cases?q=${bob.id}`);
    const chat = await moderator.http('POST', `/api/admin/cases/${cases[0].caseId}/chat`, {
      reportId: report.body.reportId, reason: mark('why the chat was read') });
    assert.equal(chat.status, 200, chat.text);
    const ban = await moderator.http('POST', `/api/admin/users/${bob.id}/measures`, {
      kind: 'ban', reason: 'threats', text: mark('what a ban says'), durationSeconds: 86_400 });
    assert.equal(ban.status, 201, ban.text);
    const appeal = await bob.person.http('POST', '/api/appeals', { text: mark('an appeal') });
    assert.equal(appeal.status, 201, appeal.text);
    const banned = await chief.http('POST', '/api/admin/address-bans', {
      scope: 'address', cidr: bannedAddress, reason: 'threats', text: mark('why an address'), durationSeconds: 3600 });
    assert.equal(banned.status, 201, banned.text);
    await chief.get('/api/admin/audit');
  });
  await flow('wrong passwords and codes', async () => {
    await moderator.trySignIn({ password: mark('a wrong password'), code: '000000' });
    await guess();
  });
  await flow('an erased account', async () => (await guest(somebody())).http('DELETE', '/api/me'));
});

test('Strangers send marks wherever something can be sent', async () => {
  await flow('bodies that are wrong', async () => {
    for (const body of [
      `{"name":"${mark('half a body')}`, `{"name":{"${mark('a key')}":1}}`, { name: 'Ann', gender: mark('a gender'), adult: true },
      { name: 'Ann', gender: 'female', adult: mark('a flag') }, { [mark('an unknown key')]: 1 }, `["${mark('a list')}"]`,
      { name: `${mark('a long name')} `.repeat(60_000) },
    ]) {
      await http('POST', '/api/auth/guest', { body });
    }
  });
  const ann = await guest(somebody());
  await flow('paths and queries', async () => {
    for (const path of [
      `/${mark('a path')}`, `/api/${mark('a path')}`, `/api/blocks/${mark('an id')}`, `/api/history/${mark('an id')}?cursor=${mark('a cursor')}`,
      `/api/history?cursor=${mark('a cursor')}`, `/api/lobby?limit=${mark('a limit')}`, `/api/admin/cases/${mark('an id')}`, `/hub/${mark('a path')}`,
    ]) {
      await ann.http('GET', path);
      await ann.http('PUT', path, {});
    }
  });
  await flow('tokens, tickets, cookies, origins and agents', async () => {
    const headers = { cookie: `admin_session=${mark('a cookie')}`, origin: `https://${mark('an origin')}.example`, 'user-agent': mark('an agent') };
    await http('GET', '/api/me', { token: mark('a wrong token'), headers });
    await http('GET', '/health', { token: mark('a wrong operator'), headers });
    await http('GET', '/api/admin/me', { headers });
    const right = await ann.hubTicket();
    for (const ticket of [mark('a wrong hub ticket'), `${right}x`]) {
      told.push(['/hub', (await upgradeRefusal(`?access_token=${encodeURIComponent(ticket)}`)).text]);
    }
  });
  await flow('requests that are no HTTP', async () => {
    for (const { url } of instances) {
      for (const head of [
        `GET /${mark('a path')} HTTP/9.9`, `${mark('a method')} /api/me HTTP/1.1\r\nHost: a`, `GET /hub?access_token=${mark('a ticket')} HTTP/1.1`,
        `GET / HTTP/1.1\r\nHost: a\r\n${mark('a header')} \u0001: x`, `GET /api/me HTTP/1.1\r\nHost: ${mark('a host')}\r\nContent-Length: ${mark('a length')}`,
      ]) {
        await raw(url, `${head}\r\n\r\n`);
      }
    }
  });
  await flow('hub methods and frames that are wrong', async () => {
    for (const { url } of instances) {
      const tab = await connect(somebody());
      for (const [method, ...args] of [
        [mark('a method')], ['Invite', { [mark('an argument')]: 1 }, mark('a length')], ['Signal', mark('an id'), mark('a kind'), mark('data')],
        ['SendChat', mark('an id'), mark('an id'), mark('a line')], ['JoinQueue', { wants: mark('a wish') }], ['EndCall', mark('an id')],
      ]) {
        const reply = await tab.invoke(method, ...args).catch(error => error.message);
        told.push([`a hub method, ${url}`, JSON.stringify(reply)]);
      }
      tab.sendFrame(`{"type":1,"target":"${mark('a target')}","arguments":["${mark('half a frame')}\u001e`);
      await tab.expectClosed();
    }
  });
});

test('What cannot be served says nothing of it', async () => {
  await flow('rows that the database refuses', async () => {
    const { ann, bob, call } = await everybody();
    const tables = ['chat_message', 'app_user', 'report'];
    await fleet.control('sql', tables.map(table => `alter table ${table} add constraint refuses check (false) not valid;`).join('\n'));
    await bob.invoke('SendChat', call.id, forgedId(), mark('a line that is refused'));
    await signUp();
    await ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'threats', note: mark('a note that is refused') });
    await ann.person.http('PATCH', '/api/me', { name: mark('a name that is refused') });
    await fleet.control('sql', tables.map(table => `alter table ${table} drop constraint refuses;`).join('\n'));
  });
  await flow('PostgreSQL away', async () => {
    const { ann, bob, call } = await everybody();
    await fleet.control('postgres-kill');
    await bob.invoke('SendChat', call.id, forgedId(), mark('a line in an outage'));
    await ann.invoke('JoinQueue', { interests: [mark('a wish in an outage')] });
    await signUp();
    await http('GET', '/api/me', { token: mark('a token in an outage') });
    await ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'threats', note: mark('a note in an outage') });
    await ann.person.http('GET', `/api/history/${forgedId()}?cursor=${mark('a cursor in an outage')}`);
    await guess();
    await ann.invoke('EndCall', call.id);
    await fleet.control('postgres-start');
    await eventually('servers that are ready', () => statusIs('ok'), 60);
  });
  await flow('Redis away, and back without its password', async () => {
    // The instances have to write back first what the crash took from the unlogged tables.
    const { ann, call } = await eventually('people who meet again', () => everybody().catch(() => undefined), 60);
    const signal = () => ann.invoke('Signal', call.id, 'ice', { candidate: mark('a candidate') });
    await fleet.control('redis-kill');
    await signal();
    await eventually('servers that miss Redis', () => statusIs('degraded'), 60);
    await fleet.control('redis-start');
    await signal();
    await fleet.control('redis-cli', 'config', 'set', 'requirepass', mark('another password of Redis'));
    await signal();
    await ann.invoke('EndCall', call.id);
  });
  await flow('commands that fail', async () => {
    for (const args of [['migrate'], ['verify'], ['admin', 'list']]) {
      const wrong = new URL(database);
      wrong.password = mark('a wrong password of PostgreSQL');
      const { code, err, out } = await runPublished({ DATABASE_URL: wrong.href }, { args });
      assert.equal(code, 1, out);
      told.push([args.join(' '), err + out]);
    }
  });
});

test('None of the marks is in a log, in the metrics, in health or in an answer about an error', async t => {
  const texts = told.map(([what, text]) => [`the answer to ${what}`, text]);
  for (const { url } of instances) {
    for (const path of ['/metrics', '/health', '/api/monitoring/memory', '/version', '/health/ready']) {
      const answer = await fetch(url + path, { headers: { authorization: `Bearer ${operator}` } });
      assert.equal(answer.status, 200, path);
      texts.push([`${path} of ${url}`, await answer.text()]);
    }
  }
  for (const instance of instances) {
    instance.signal('SIGTERM');
    assert.deepEqual(await instance.exits(), { code: 0, signal: null });
  }
  const logs = instances.map((_, number) => readFileSync(`${process.env.FAULT_RUN}/canary/canary-${number}.log`, 'utf8'));
  logs.forEach((log, number) => texts.push([`log ${number}`, log]));

  const kinds = new Set([...marks.keys()].map(name => name.replace(/ \(\d+\)$/, '')));
  for (const kind of ['a session', 'a hub ticket', 'a password', 'an authenticator key', 'a TURN credential', 'a session of the console']) {
    assert.ok(kinds.has(kind), `${kind} was never handed out`);
  }

  // It could be found: what was logged is there, and what had to fail has failed.
  const events = new Set(logs.join('').split('\n').filter(line => line !== '').map(line => JSON.parse(line).event));
  for (const event of [1000, 1001, 1100, 1101, 1501, 1702, 2000, 2101, 6000, 7000, 7001]) {
    assert.ok(events.has(event), `event ${event} is not in the logs: ${[...events].sort((a, b) => a - b)}`);
  }
  assert.ok(logs[1].includes('"level":"debug"'));
  assert.ok(texts.some(([what, text]) => what.startsWith('/metrics') && text.includes('matchmaker_')));

  const found = [];
  for (const [where, text] of texts) {
    for (const [name, value] of marks) {
      const bytes = Buffer.from(value);
      for (const written of new Set([value, encodeURIComponent(value), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')])) {
        const at = text.indexOf(written);
        if (at >= 0) {
          found.push(`${name} is in ${where}: ${text.slice(Math.max(0, at - 200), at + written.length + 40)}`);
        }
      }
    }
  }
  const searched = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  t.diagnostic(`${marks.size} marks in ${texts.length} texts of ${searched} bytes (the logs: ${logs.map(log => log.length).join(' and ')})`);
  flows.forEach(name => t.diagnostic(`flow: ${name}`));
  assert.deepEqual(found, []);
});

// Two servers as shipped, people who meet on them, and a real Prometheus with what infra/prometheus ships: whatever the dashboard
// and the alerts ask for is there under that name, and every panel has something to show.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { openFleet } from '../faults/support/fleet.js';
import { eventually } from '../faults/support/patience.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = path => readFileSync(root + path, 'utf8');
const token = 'the operator of this test';
const MaxSeries = 2000;

// What needs something broken, or a moderator. Their names are held to operations.md, and that to the code, by other tests.
const rare = {
  matchmaker_hub_failed_total: 'a hub method fails when the database is away, or by a bug',
  matchmaker_outbox_slow_consumers_total: 'nobody here reads too slowly',
  matchmaker_log_suppressed_total: 'little is logged here',
  matchmaker_log_dropped_total: 'the log is read',
  matchmaker_redis_dropped_total: 'Redis is there',
  matchmaker_redis_lost_total: 'Redis is there',
  matchmaker_safety_measures_total: 'no moderator is here',
  matchmaker_safety_lifted_total: 'no moderator is here',
};

const dashboard = JSON.parse(read('infra/grafana/dashboard.json'));
const alerts = read('infra/prometheus/alerts.yml');
const panels = dashboard.panels.filter(panel => panel.targets);
const queries = panels.flatMap(panel => panel.targets.map(({ expr }) => ({ panel: panel.title, expr })));
/** The metrics of an expression; what stands after `by` are labels. */
const namesIn = text => new Set(text.replaceAll(/\bby \([^)]*\)/g, '').match(/\b(?:matchmaker|http_server|kestrel|signalr|db_client|dotnet|aspnetcore)_[a-z0-9_]+(?=[[{) ]|$)/gm));

const fleet = await openFleet('metrics', {
  OPERATOR_TOKEN: token, RateLimits__RequestsPerMinutePerUser: '60', TURN_URLS: 'turn:127.0.0.1:9', TURN_SECRET: 'a secret that no relay knows', Signaling__StunUrls__0: 'stun:127.0.0.1:9',
});
const folder = `${process.env.FAULT_RUN}/metrics`;
const instances = [await fleet.start({ RAILWAY_REPLICA_ID: 'one' }), await fleet.start({ RAILWAY_REPLICA_ID: 'two' })];
process.env.BASE_URL = instances.map(({ url }) => url).join(',');
const { connect, couple, guest, upgrade } = await import('../protocol/support/people.js');
const { http } = await import('../protocol/support/http.js');
after(async () => {
  await fleet.control('prometheus-stop');
  await fleet.close();
});

/** Ids of people and calls, and logins, that were here. */
const people = new Set();
let last;

const scrape = async (accept = '*/*', { url } = instances[0]) => {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}`, accept } });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

test('What is shipped for Prometheus and Grafana is sound', async t => {
  t.diagnostic((await run('promtool', ['check', 'config', '--syntax-only', `${root}infra/prometheus/prometheus.yml`])).stdout.trim());
  t.diagnostic((await run('promtool', ['test', 'rules', `${root}infra/prometheus/alerts.test.yml`])).stdout.trim());
  assert.equal(dashboard.uid, 'matchmaker');
  for (const panel of panels) {
    assert.ok(panel.description && panel.title, `a panel without title or description: ${panel.id}`);
    assert.ok(panel.type === 'table' || panel.fieldConfig.defaults.unit, `${panel.title} has no unit`);
    assert.deepEqual([...new Set([panel, ...panel.targets].map(({ datasource }) => datasource.uid))], ['${datasource}'], panel.title);
    panel.targets.forEach(({ expr }) => assert.match(expr, /instance=~"\$instance"/, panel.title));
  }
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
});

test('A real Prometheus finds every name that the dashboard and the alerts ask for, and every panel shows something', async t => {
  const { ann, call } = await couple();
  await ann.person.http('POST', '/api/reports', { callId: call.id, reason: 'spam' });
  await strangers();

  const url = await startPrometheus();
  const ask = async (path, parameters) => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await answer.json();
    assert.equal(status, 'success', `${error}: ${JSON.stringify(parameters)}`);
    return data;
  };
  // Every so often somebody meets, calls, says something and ends, so that there is a rate of everything.
  const empty = await eventually('something in every panel', async () => {
    await meet();
    const answers = await Promise.all(queries.map(async ({ panel, expr }) => {
      const query = expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '15s');
      const { result } = await ask('query', { query });
      return { panel, expr, has: result.some(({ value }) => value[1] !== 'NaN') };
    }));
    const without = answers.filter(({ has, expr }) => !has && ![...namesIn(expr)].some(name => name in rare));
    last = without;
    return without.length === 0 ? answers.filter(({ has }) => !has) : undefined;
  }, 45).catch(error => assert.fail(`${error.message}: ${JSON.stringify(last, null, 1)}`));
  t.diagnostic(`${queries.length} queries of ${panels.length} panels; empty, because nothing of the kind happens here: ${empty.map(({ expr }) => [...namesIn(expr)]).flat().join(', ')}`);

  const there = new Set(await ask('label/__name__/values', {}));
  const asked = new Set([...queries.flatMap(({ expr }) => [...namesIn(expr)]), ...namesIn(alerts)]);
  assert.deepEqual([...asked].filter(name => !there.has(name) && !(name in rare)), []);
  const told = new Set(read('server/docs/operations.md').match(/(?<=^\| `)matchmaker\.[a-z_.]+/gm).map(name => name.replaceAll('.', '_')));
  assert.deepEqual(Object.keys(rare).filter(name => !told.has(name.replace(/_total$/, '')) || !asked.has(name)), []);

  const { groups } = await ask('rules', {});
  assert.deepEqual(groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok'), []);
  const states = Object.fromEntries(groups.flatMap(({ rules }) => rules).map(({ name, state }) => [name, state]));
  assert.notEqual(states.TurnAway, 'inactive', 'its TURN server answers nobody');
  // A slow machine may make one of these pending for a moment.
  assert.deepEqual(['InstanceDown', 'DatabaseAway', 'NobodyLeads', 'MemoryCritical'].filter(name => states[name] === 'firing'), []);

  const samples = (await ask('query', { query: 'scrape_samples_scraped{job="matchmaker"}' })).result;
  assert.equal(samples.length, 2);
  for (const { value } of samples) {
    assert.ok(value[1] > 100 && value[1] <= MaxSeries, `${value[1]} series`);
  }
  const [{ value: took }] = (await ask('query', { query: 'avg(avg_over_time(scrape_duration_seconds{job="matchmaker"}[1m]))' })).result;
  const { text } = await scrape();
  t.diagnostic(`${samples.map(({ value }) => value[1]).join(' and ')} series, ${Math.round(text.length / 1024)} KB, ${Math.round(took[1] * 1000)} ms a scrape on this machine`);
});

test('No metric tells who, what for or with which secret', async () => {
  assert.ok(people.size > 8);
  const secrets = [token, 'a secret that no relay knows', 'Invented', '127.0.0.1', 'member', ...people];
  const { status, type, text } = await scrape('application/openmetrics-text;version=1.0.0');
  assert.equal(status, 200);
  assert.match(type, /^application\/openmetrics-text; version=1\.0\.0/);
  const labels = text.split('\n').filter(line => line && !line.startsWith('#')).map(line => line.replace(/[^}]*$/, ''));
  assert.deepEqual(labels.filter(line => secrets.some(secret => line.includes(secret))), []);
});

/** Whatever somebody may invent, and everything that is refused by a rate. */
async function strangers() {
  const tab = await connect({ name: 'Invented Name' });
  people.add(tab.id).add(tab.person.token);
  await Promise.all(Array.from({ length: 80 }, () => tab.invoke('UnwatchLobby')));
  for (let i = 0; i < 100; i++) {
    await http(`INVENTED${i}`, `/Invented${i}`, {});
  }
  await Promise.all(Array.from({ length: 150 }, (_, i) => tab.person.http('GET', `/api/history/Invented${i}`)));
  await upgrade('?access_token=Invented');
  await http('POST', '/api/admin/login', { page: true, body: { email: 'invented@example.org', password: 'Invented', code: '123456' } });
  for (let i = 0; i < 700; i++) {
    tab.sendFrame('{"type":6}\u001e');
  }
  await tab.expectClosed();
}

async function meet() {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  await eve.ok('JoinQueue', { wants: ['male'], languages: ['de'] });
  await Promise.all([ann.ok('JoinQueue', {}), bob.ok('JoinQueue', {})]);
  const [{ callId }] = await Promise.all([ann.expect('callStarted', undefined, 15_000), bob.expect('callStarted', undefined, 15_000)]);
  people.add(callId);
  [ann, bob, eve].forEach(({ id, person }) => people.add(id).add(person.token));
  await ann.ok('Signal', callId, 'offer', { sdp: 'v=0' });
  await bob.expect('signal');
  await ann.person.http('GET', '/api/ice-servers');
  await ann.person.http('POST', '/api/reports', { callId, reason: 'other' });
  await eve.ok('LeaveQueue');
  await Promise.all([ann, bob, eve].map(tab => tab.leave()));
  await guest();
}

/** With the shipped configuration, but for where the servers and the token are, and how often it asks. */
function startPrometheus() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/operator.token`, token, { mode: 0o600 });
  const places = {
    'server-1:8080': `127.0.0.1:${instances[0].port}`,
    'server-2:8080': `127.0.0.1:${instances[1].port}`,
    '/tmp/operator.token': `${folder}/operator.token`,
    '- alerts.yml': `- ${root}infra/prometheus/alerts.yml`,
    'scrape_interval: 15s': 'scrape_interval: 1s',
    'evaluation_interval: 15s': 'evaluation_interval: 1s',
  };
  const configuration = Object.entries(places).reduce((text, [shipped, here]) => {
    assert.ok(text.includes(shipped), `prometheus.yml has no ${shipped}`);
    return text.replace(shipped, here);
  }, read('infra/prometheus/prometheus.yml'));
  writeFileSync(`${folder}/prometheus.yml`, configuration);
  return fleet.control('prometheus', `${folder}/prometheus.yml`);
}

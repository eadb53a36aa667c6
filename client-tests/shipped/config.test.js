// Whoever sets something wrongly is told in one line. The table of operations.md, on the published server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { freePort, published, runPublished, takePort } from './support/published.js';

const document = readFileSync(new URL('../../server/docs/operations.md', import.meta.url), 'utf8');
const atOnce = 4;

const marked = cell => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]);

const rows = document.split(/^## /m).find(section => section.startsWith('Wrong settings')).split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => {
    const [, settings, said] = line.split(' | ').length === 2 ? ['', ...line.slice(2, -2).split(' | ')] : assert.fail(line);
    return { settings: marked(settings), said: marked(said) };
  });

/** Runs them all, a few at a time. */
async function each(items, action) {
  const waiting = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (waiting.length > 0) {
      await action(waiting.shift());
    }
  }));
}

test('Every wrong setting of the table stops the start, and is named in one line', async () => {
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  const wrong = [];
  await each(rows, async ({ settings, said }) => {
    const { code, out, err } = await runPublished({
      EMBEDDED: 'true', PORT: '8080', ...Object.fromEntries(settings.map(setting => setting.split(/=(.*)/s, 2))) });
    const lines = err.split('\n').filter(line => line !== '');
    if (code !== 1 || out !== '' || lines.join('\n') !== said.join('\n')) {
      wrong.push({ settings, expected: said, code, out, lines });
    }
  });
  assert.deepEqual(wrong, []);
});

test('A line never tells what may be a secret', () => {
  const secrets = rows.flatMap(({ settings, said }) => settings
    .map(setting => /:([^:@]+)@|^(?:OPERATOR_TOKEN|TURN_SECRET)=(.+)/.exec(setting)).filter(match => match !== null)
    .map(([, inUrl, whole]) => ({ secret: inUrl ?? whole, said: said.join(' ').replace(/needs a TURN_SECRET|TURN_SECRET/g, '') })));
  assert.ok(secrets.length >= 5);
  // (The form of an address has the word password in it; the rows do not.)
  assert.deepEqual(secrets.filter(({ secret, said }) => said.includes(secret)), []);
});

test('A command that reads fewer settings minds only those', async () => {
  const { code, err } = await runPublished({ MAX_CONNECTIONS: 'many', DATABASE_URL: 'nonsense' }, { args: ['verify'] });
  assert.deepEqual([code, err], [1, 'DATABASE_URL must look like postgres://user:password@host:port/database\n']);
  const migrate = await runPublished({ DATABASE_URL: 'nonsense' }, { args: ['migrate'] });
  assert.deepEqual([migrate.code, migrate.err], [1, 'DATABASE_URL must look like postgres://user:password@host:port/database\n']);
});

test('A file of settings that is no JSON is named with its line', async () => {
  const file = `${published}appsettings.NoJson.json`;
  await writeFile(file, '{\n  "Presence": {\n    "MaxConnections" 5\n');
  try {
    const { code, out, err } = await runPublished({ EMBEDDED: 'true', ASPNETCORE_ENVIRONMENT: 'NoJson' });
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^[^\n]*appsettings\.NoJson\.json[^\n]*LineNumber: 2[^\n]*\n$/);
  } finally {
    await rm(file);
  }
});

test('A port that is taken is named', async () => {
  const taken = await takePort();
  const { code, err } = await runPublished({ EMBEDDED: 'true', ASPNETCORE_URLS: `http://127.0.0.1:${taken.port}` });
  await taken.close();
  assert.equal(code, 1);
  assert.match(err, new RegExp(`^[^\\n]*:${taken.port}[^\\n]*already in use[^\\n]*ASPNETCORE_URLS[^\\n]*\\n$`));
});

test('check-config says what is in force and who set it, and hides what is secret', async () => {
  const { code, out, err } = await runPublished({
    DATABASE_URL: 'postgres://member:hidden-one@db.example/app', REDIS_URL: 'redis://:hidden-two@cache.example',
    OPERATOR_TOKEN: 'hidden-three-and-long', TURN_URLS: 'turn:turn.example', TURN_SECRET: 'hidden-four-and-long',
    MAX_CONNECTIONS: '700', Presence__Grace: '00:00:20', PORT: String(await freePort()),
  }, { args: ['check-config'] });
  assert.deepEqual([code, err], [0, '']);
  assert.doesNotMatch(out, /hidden-(one|two|three|four)/);
  const said = out.split('\n');
  for (const line of [
    'Presence:MaxConnections = 700 (from MAX_CONNECTIONS)', 'Presence:Grace = 00:00:20 (from Presence__Grace)',
    'Presence:Lease = 00:00:12', 'Http:OperatorToken = (hidden) (from OPERATOR_TOKEN)',
    'Postgres:Url = postgres://member:(hidden)@db.example:5432/app (from DATABASE_URL)',
    'Redis:Url = redis://:(hidden)@cache.example/0 (from REDIS_URL)',
  ]) {
    assert.ok(said.includes(line), `${line} is not in\n${out}`);
  }
});

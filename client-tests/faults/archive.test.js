// An old call is moved to the archive, or is where it was: whatever dies at whatever step, everybody still reads it whole.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLab } from './support/lab.js';
import { Ledger } from './support/ledger.js';
import { outcome } from './support/patience.js';

const lab = await openLab('archive');
const { couple } = lab.people;
const { http } = await import('../protocol/support/http.js');
after(() => lab.close());

const cleanUp = () => http('POST', '/api/cleanup/aggressive');

async function endedCall() {
  const ledger = new Ledger();
  const { ann, bob, call } = await couple();
  for (const [at, tab] of [ann, bob, ann].entries()) {
    const text = `line ${at}`;
    ledger.line(call.id, (await tab.ok('SendChat', call.id, `c${at}`, text)).id, text);
  }
  assert.equal((await ann.ok('EndCall', call.id)).recorded, 'yes');
  ledger.call(call.id, ann.person, bob.person);
  return ledger;
}

/** The call that ended last did so eight days ago. */
const makeOneOld = () => lab.sql(`
  with old as (
    update call set started_at = started_at - interval '8 days', ends_at = ends_at - interval '8 days', ended_at = ended_at - interval '8 days'
    where call_id = (select call_id from call order by ended_at desc limit 1) returning call_id)
  update history h set started_at = started_at - interval '8 days' from old where h.call_id = old.call_id`);

const countRows = async () => (await lab.sql(`
  select count(*) from call; select count(*) from history; select count(*) from chat_message; select count(*) from archived_call`))
  .split('\n').map(Number);

/** The steps of a move, each by the statement that it is. */
const steps = {
  'the old calls are looked up': /^select call_id from call where ended_at </,
  'their chat is read': /from chat_message[^]*for update skip locked/,
  'the archive is written': /^insert into archived_call /,
  'the rows are removed': /^delete from history h using/,
  'it is committed': /^COMMIT$/,
};

const places = Object.entries(steps).flatMap(([what, statement]) => ['arrives', 'answered'].flatMap(step =>
  ['server', 'postgres'].map(victim => ({ what, statement, step, victim }))));
const ended = [];

before(async () => {
  for (const _ of places) {
    ended.push(await endedCall());
  }
});

for (const { what, statement, step, victim } of places) {
  test(`${victim} dies ${step === 'arrives' ? 'before' : 'after'} ${what}`, async () => {
    const rowsOf = moved => [places.length - moved, 2 * (places.length - moved), 3 * (places.length - moved), moved];
    const archived = (await countRows()).at(-1);
    await makeOneOld();
    const stop = lab.proxy.stopAt(statement, step);
    const cleaning = outcome(cleanUp());
    await stop.reached;
    await lab.killAndRestart(victim);
    await cleaning;
    const isMoved = what === 'it is committed' && step === 'answered';
    assert.deepEqual(await countRows(), rowsOf(isMoved ? archived + 1 : archived));
    await ended.at(-1 - archived).audit();

    assert.equal((await cleanUp()).status, 200);
    assert.deepEqual(await countRows(), rowsOf(archived + 1));
  });
}

test('After all of it every call is there once, with its chat', () => Promise.all(ended.map(ledger => ledger.audit())));

test('No rule of the database is broken', () => lab.control('verify'));

test('The server has logged no mistake of its own', () => assert.deepEqual(lab.errorsLogged(), []));

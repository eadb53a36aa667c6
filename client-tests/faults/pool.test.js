// Two connections to PostgreSQL for everybody: people wait for them or are refused, and nothing waits for ever.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLab } from './support/lab.js';
import { historyOf } from './support/ledger.js';
import { eventually, insist } from './support/patience.js';

const lab = await openLab('pool', { Postgres__PoolSize: '2' });
const { connect } = lab.people;
after(() => lab.close());

async function crowd(size) {
  const tabs = [];
  while (tabs.length < size) {
    tabs.push(...await Promise.all(Array.from({ length: 20 }, () => eventually('a connection', () => connect().catch(() => undefined)))));
  }
  return tabs;
}

const allow = reply => {
  const code = reply.error?.code ?? reply.body?.code;
  assert.ok(code === undefined || code === 'unavailable', JSON.stringify(reply));
};

test('Two hundred people search, look and search again at once: only `unavailable`, and then each has one call', async () => {
  const tabs = await crowd(200);
  // The first call of two of them may come before the last joins: whoever is in it is busy.
  await Promise.all(tabs.flatMap(tab => [
    tab.invoke('JoinQueue').then(reply => reply.error?.code === 'busy' || allow(reply)),
    tab.person.http('GET', '/api/history').then(allow),
    tab.person.http('GET', '/api/blocks').then(allow),
    tab.person.http('GET', '/api/lobby').then(allow),
  ]));

  const calls = await Promise.all(tabs.map(async tab => {
    const { call, queue } = await insist(tab, 'Resume');
    if (!call && !queue) {
      await insist(tab, 'JoinQueue');
    }
    return call?.callId ?? (await tab.expect('callStarted', undefined, 15_000)).callId;
  }));
  assert.equal(new Set(calls).size, tabs.length / 2);

  await Promise.all(tabs.map((tab, at) => insist(tab, 'EndCall', calls[at])));
  for (const [at, tab] of tabs.entries()) {
    await eventually('the call in the history', async () => (await historyOf(tab.person)).length === 1 || undefined);
    assert.deepEqual(await historyOf(tab.person), [calls[at]]);
  }
});

test('No rule of the database is broken', () => lab.control('verify'));

test('The server has logged no mistake of its own', () => assert.deepEqual(lab.errorsLogged(), []));

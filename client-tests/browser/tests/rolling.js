import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, until } from '../support/person.js';
import { control } from '../support/server.js';

/** A picture that is built anew counts its frames from none and stands for as long as it takes to have more than before. */
const stallLimitMs = 1500;
const tries = 20;

test('Servers that are updated one after the other are not seen in a call', async t => {
  const { first, second } = await onTwoInstances('Yan Rolling', 'Zoe Rolling');
  await first.invite('Zoe Rolling');
  await second.at('accept').click();
  const callId = await first.isInCall();
  const both = [first, second];
  const all = what => Promise.all(both.map(what));
  await all(person => person.seesPartner());
  const made = await all(person => person.peersMade());
  await all(person => person.watchTrouble());
  await all(person => person.watchPicture());
  both.forEach(person => person.heard.splice(0));

  for (const server of ['1', '2']) {
    await control('stop', server);
    await until('both are at the server that is left', () => first.instance === second.instance);
    await first.say(`from ${first.name} without ${server}`);
    await second.reads(`from ${first.name} without ${server}`);
    await second.say(`from ${second.name} without ${server}`);
    await first.reads(`from ${second.name} without ${server}`);
    await control('start', server);
  }
  await first.page.waitForTimeout(3000); // ICE restarts, if any, have run, and whoever was thought lost was called so

  const stalls = (await all(person => person.longestStall())).map(Math.round);
  t.diagnostic(`longest time without a new frame: ${stalls.join(' and ')} ms`);
  assert.ok(Math.max(...stalls) < stallLimitMs, `the picture stood still for ${stalls} ms`);
  assert.deepEqual(await all(person => person.peersMade()), made);
  assert.deepEqual(await all(person => person.isInCall()), [callId, callId]);
  assert.deepEqual(await all(person => person.trouble()), [[], []]);
  const moves = both.map(person => person.all('draining').length);
  assert.deepEqual(moves.sort(), [1, 2], 'who was at the first server moves twice, and the other one once');
  assert.deepEqual(both.flatMap(person => person.all('partnerStatus')), []);
  await all(person => person.seesPartner());
  await all(person => person.leave());
});

/** Two people of whom each is at another one of the two servers. */
async function onTwoInstances(...names) {
  const [first, second] = await Promise.all(names.map(name => Person.arrive(name)));
  for (let left = tries; first.instance === second.instance; left--) {
    assert.ok(left > 0, `${tries} times in a row at the same server`);
    await second.page.reload();
    await second.isOnline();
  }
  return { first, second };
}

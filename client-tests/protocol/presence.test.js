import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, connect, everywhere, sleep } from './support/people.js';
import { assertFields, assertId, assertPerson } from './support/shapes.js';

const watchAll = { limit: 100 };

async function lobbyOf(tab) {
  const lobby = await tab.person.get('/api/lobby?limit=100');
  assertFields(lobby, ['total', 'people']);
  lobby.people.forEach(assertPerson);
  assert.ok(lobby.total >= lobby.people.length);
  return lobby.people;
}

const shows = (people, tab) => people.some(p => p.id === tab.id);

test('Who is available is in the lobby of others and not in their own', async () => {
  const [ann, bob] = await Promise.all([connect({ languages: ['de'], interests: ['chess'] }), connect()]);
  assert.ok(!shows(await lobbyOf(bob), ann));
  assert.deepEqual(await ann.ok('SetAvailable', true), {});
  await everywhere();
  assert.deepEqual((await lobbyOf(bob)).find(p => p.id === ann.id), ann.card);
  assert.ok(!shows(await lobbyOf(ann), ann));
  assert.equal((await ann.ok('Resume')).status, 'available');
  assert.deepEqual(await ann.ok('SetAvailable', true), {}, 'twice is once');
  assert.deepEqual(await ann.ok('SetAvailable', false), {});
  assert.equal((await ann.ok('Resume')).status, 'idle');
  await everywhere();
  assert.ok(!shows(await lobbyOf(bob), ann));
});

test('A watch starts with version 1 and counts each change by one', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const watch = await bob.ok('WatchLobby', watchAll);
  assertFields(watch, ['version', 'total', 'people']);
  assert.equal(watch.version, 1);
  watch.people.forEach(assertPerson);
  await ann.ok('SetAvailable', true);
  const added = await bob.expect('lobbyChanged', c => c.added?.some(p => p.id === ann.id));
  assertFields(added, ['version', 'total'], ['added', 'changed', 'removed']);
  added.added.forEach(assertPerson);
  assert.deepEqual(added.added.find(p => p.id === ann.id), ann.card);
  await ann.ok('SetAvailable', false);
  const removed = await bob.expect('lobbyChanged', c => c.removed?.includes(ann.id));
  removed.removed.forEach(assertId);
  assert.deepEqual(bob.all('lobbyChanged').map(c => c.version), bob.all('lobbyChanged').map((_, i) => i + 2));
});

test('A change of the card reaches the watchers', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.ok('SetAvailable', true);
  await everywhere();
  await bob.ok('WatchLobby', watchAll);
  await ann.person.http('PATCH', '/api/me', { interests: ['sailing'] });
  const change = await bob.expect('lobbyChanged', c => c.changed?.some(p => p.id === ann.id));
  assert.deepEqual(change.changed.find(p => p.id === ann.id), { ...ann.card, interests: ['sailing'] });
});

test('Changes that undo each other within the merging time are not told', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await bob.ok('WatchLobby', watchAll);
  await Promise.all([true, false, true, false].map(on => ann.ok('SetAvailable', on)));
  await sleep(1000);
  const about = bob.all('lobbyChanged').filter(c => c.added?.some(p => p.id === ann.id) || c.removed?.includes(ann.id));
  assert.ok(about.length <= 2, `${about.length} changes for one quarter of a second`);
});

test('Only the wished genders are shown', async () => {
  const [ann, bob, eve] = await Promise.all([connect({ gender: 'female' }), connect({ gender: 'male' }), connect()]);
  await ann.ok('SetAvailable', true);
  await everywhere();
  const watch = await eve.ok('WatchLobby', { genders: ['female'], limit: 100 });
  assert.ok(shows(watch.people, ann));
  assert.ok(watch.people.every(p => p.gender === 'female'));
  await bob.ok('SetAvailable', true);
  await eve.expectNone('lobbyChanged', c => c.added?.some(p => p.gender !== 'female'), 700);
});

test('A limit bounds the window and not the total', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  await ann.ok('SetAvailable', true);
  await bob.ok('SetAvailable', true);
  await everywhere();
  const watch = await eve.ok('WatchLobby', { limit: 1 });
  assert.equal(watch.people.length, 1);
  assert.ok(watch.total >= 2);
});

test('A watch needs no argument, and a new one begins again at version 1', async () => {
  const ann = await connect();
  assert.equal((await ann.ok('WatchLobby')).version, 1);
  assert.equal((await ann.ok('WatchLobby', {})).version, 1);
});

test('After UnwatchLobby nothing more is told', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await bob.ok('WatchLobby', watchAll);
  assert.deepEqual(await bob.ok('UnwatchLobby'), {});
  await sleep(300);
  const before = bob.all('lobbyChanged').length;
  await ann.ok('SetAvailable', true);
  await sleep(800);
  assert.equal(bob.all('lobbyChanged').length, before);
  assert.deepEqual(await bob.ok('UnwatchLobby'), {}, 'twice is once');
});

test('Whoever leaves or is in a call is not in the lobby', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  await eve.ok('WatchLobby', watchAll);
  await ann.ok('SetAvailable', true);
  await bob.ok('SetAvailable', true);
  await eve.expect('lobbyChanged', c => c.added?.some(p => p.id === bob.id));
  const call = await callOf(ann, bob);
  await eve.expect('lobbyChanged', c => c.removed?.includes(bob.id));
  await everywhere();
  assert.ok(!shows(await lobbyOf(eve), ann));
  await ann.ok('EndCall', call.id);
  await bob.ok('SetAvailable', true);
  await eve.expect('lobbyChanged', c => c.added?.some(p => p.id === bob.id));
  await bob.cut();
  await eve.expect('lobbyChanged', c => c.removed?.includes(bob.id));
});

test('SetAvailable in a call takes effect after it', async () => {
  const [ann, bob, eve] = await Promise.all([connect(), connect(), connect()]);
  const call = await callOf(ann, bob);
  await ann.ok('SetAvailable', true);
  await bob.ok('SetAvailable', false);
  assert.equal((await ann.ok('Resume')).status, 'in_call');
  assert.ok(!shows(await lobbyOf(eve), ann));
  await ann.ok('EndCall', call.id);
  await bob.expect('callEnded');
  assert.equal((await ann.ok('Resume')).status, 'available');
  assert.equal((await bob.ok('Resume')).status, 'idle');
});

test('The lobby says until when a pair has to wait', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const call = await callOf(ann, bob);
  await bob.ok('SetAvailable', true);
  await ann.ok('EndCall', call.id);
  const { cooldownUntil } = await ann.expect('callEnded');
  await everywhere();
  const seen = (await lobbyOf(ann)).find(p => p.id === bob.id);
  assert.equal(seen?.cooldownUntil, cooldownUntil);
});

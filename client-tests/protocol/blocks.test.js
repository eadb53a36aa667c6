import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, everywhere, forgedId, guest, invite } from './support/people.js';
import { assertCallEnded, assertProblem } from './support/shapes.js';

const block = (who, id) => who.person.http('PUT', `/api/blocks/${id}`);
const unblock = (who, id) => who.person.http('DELETE', `/api/blocks/${id}`);
const shows = async (who, other) => (await who.person.get('/api/lobby?limit=100')).people.some(p => p.id === other.id);

test('A block ends the running call', async () => {
  const { ann, bob, call } = await couple();
  assert.equal((await block(ann, bob.id)).status, 204);
  for (const person of [ann, bob]) {
    assertCallEnded(await person.expect('callEnded'), { callId: call.id, reason: 'blocked', recorded: 'no' });
  }
});

test('Neither sees, meets or reaches the other', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await Promise.all([ann.ok('SetAvailable', true), bob.ok('SetAvailable', true)]);
  await everywhere();
  assert.ok(await shows(ann, bob) && await shows(bob, ann));
  await block(ann, bob.id);
  assert.ok(!await shows(ann, bob) && !await shows(bob, ann));
  await ann.no('unavailable', 'Invite', bob.id, 300);
  await bob.no('unavailable', 'Invite', ann.id, 300);
});

test('A block shows in a running watch', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await ann.ok('SetAvailable', true);
  await everywhere();
  await bob.ok('WatchLobby', { limit: 100 });
  await block(ann, bob.id);
  await bob.expect('lobbyChanged', c => c.removed?.includes(ann.id));
});

test('A block ends a live invite without saying why', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  const { id } = await invite(ann, bob);
  await block(bob, ann.id);
  const ended = await ann.expect('inviteEnded', e => e.inviteId === id);
  assert.equal(ended.outcome, 'unavailable');
  await bob.no('invite_gone', 'AcceptInvite', id, 300);
});

test('The list has those whom I blocked, and not those who blocked me', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  assert.equal((await block(ann, bob.id)).status, 204);
  assert.equal((await block(ann, bob.id)).status, 204, 'twice is once');
  assert.deepEqual(await ann.person.get('/api/blocks'), { people: [bob.card] });
  assert.deepEqual(await bob.person.get('/api/blocks'), { people: [] });
});

test('Unblocking opens the way again', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await block(ann, bob.id);
  assert.equal((await unblock(ann, bob.id)).status, 204);
  assert.equal((await unblock(ann, bob.id)).status, 204, 'twice is once');
  await invite(ann, bob);
});

test('The blocked cannot lift the block', async () => {
  const [ann, bob] = await Promise.all([connect(), connect()]);
  await block(ann, bob.id);
  await unblock(bob, ann.id);
  await ann.ok('SetAvailable', true);
  await bob.no('unavailable', 'Invite', ann.id, 300);
});

test('Neither oneself nor nobody can be blocked', async () => {
  const ann = await guest();
  assertProblem(await ann.http('PUT', `/api/blocks/${ann.id}`), 400, 'self');
  assertProblem(await ann.http('PUT', `/api/blocks/${forgedId()}`), 404, 'not_found');
  assertProblem(await ann.http('PUT', '/api/blocks/nonsense'), 404, 'not_found');
});

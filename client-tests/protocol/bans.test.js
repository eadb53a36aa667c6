// A ban from the console reaches a person in mid-call, wherever they are. Then they try everything that lets somebody in:
// all of it answers the same, and the appeal is what works.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { the } from './support/console.js';
import { connect, couple, everywhere, forgedId, sleep, upgradeRefusal } from './support/people.js';
import { assertProblem } from './support/shapes.js';

const day = 86_400;
const why = 'You threatened somebody.';

const measure = async (role, userId, more = {}) => (await the(role)).ok('POST', `/api/admin/users/${userId}/measures`, {
  kind: 'ban', reason: 'threats', text: why, durationSeconds: day, ...more,
});

function assertBanned(answer, more = {}) {
  assertProblem(answer, 403, 'banned');
  assert.equal(answer.body.reason, more.reason ?? 'threats', answer.text);
  assert.equal(answer.body.text, more.text ?? why);
  assert.ok(answer.body.until || more.forGood, answer.text);
}

/** Both tabs may have been at one instance; another one knows a moment later. */
async function untilBarred(person) {
  const refused = async () => (await person.http('POST', '/api/auth/ticket', { tab: forgedId() })).status === 403;
  for (let looks = 0; looks < 100; looks++) {
    if (await refused() && await refused()) { // in turn by each instance
      return;
    }
    await sleep(100);
  }
  assert.fail('An instance still lets them in.');
}

const reasonOf = ({ callId, reason }) => [callId, reason];

/** Everything by which somebody gets in, or does something once in, by name. */
function waysIn(person, { oldTickets, tab, callId, otherId }) {
  const ask = (method, path, body) => () => person.http(method, path, body);
  return {
    'a hub ticket from before': () => upgradeRefusal(`?access_token=${oldTickets[0]}`),
    'another one, at the other instance': () => upgradeRefusal(`?access_token=${oldTickets[1]}`),
    'a new hub ticket': ask('POST', '/api/auth/ticket', { tab: forgedId() }),
    'a new one at the other instance': ask('POST', '/api/auth/ticket', { tab: forgedId() }),
    'a hub ticket for the tab that was in the call': ask('POST', '/api/auth/ticket', { tab }),
    'the profile': ask('GET', '/api/me'),
    'another name': ask('PATCH', '/api/me', { name: 'Somebody else' }),
    'the lobby': ask('GET', '/api/lobby'),
    'the history': ask('GET', '/api/history'),
    'one call of the history': ask('GET', `/api/history/${callId}`),
    'ways through a firewall': ask('GET', '/api/ice-servers'),
    'the list of blocks': ask('GET', '/api/blocks'),
    'a block': ask('PUT', `/api/blocks/${otherId}`),
    'a block taken back': ask('DELETE', `/api/blocks/${otherId}`),
    'a report in return': ask('POST', '/api/reports', { callId, reason: 'other' }),
    'a warning acknowledged': ask('POST', `/api/measures/${forgedId()}/seen`),
  };
}

test('A ban reaches somebody in mid-call on any instance, every way in is shut, and the appeal works', async () => {
  const { ann, bob, call } = await couple();
  const second = await connect(bob.person); // at the other instance, if there is one
  const oldTickets = [await bob.person.hubTicket(), await bob.person.hubTicket()];

  await the('moderator'); // made and signed in before the clock runs
  const begin = performance.now();
  const taken = await measure('moderator', bob.id);
  const [told, toldToo] = await Promise.all([bob.expect('banned'), second.expect('banned'),
    ...[ann, bob, second].map(async tab => assert.deepEqual(reasonOf(await tab.expect('callEnded')), [call.id, 'banned'])),
    bob.expectClosed(), second.expectClosed(),
  ]);
  assert.deepEqual(told, toldToo);
  assert.deepEqual({ reason: told.reason, text: told.text, appealable: told.appealable }, { reason: 'threats', text: why, appealable: true });
  console.log(`# told, call ended and both tabs closed ${Math.round(performance.now() - begin)} ms after the ban was asked for`);
  assert.equal(bob.all('replaced').length, 0);

  await untilBarred(bob.person);
  const ways = waysIn(bob.person, { oldTickets, tab: bob.name, callId: call.id, otherId: ann.id });
  for (const [name, way] of Object.entries(ways)) {
    assertBanned(await way().catch(error => assert.fail(`${name}: ${error}`)));
  }
  for (const [method, ...args] of [['Resume'], ['JoinQueue'], ['Invite', ann.id, 300], ['SetAvailable', true]]) {
    await assert.rejects(() => bob.invoke(method, ...args), undefined, `${method} over a connection that is closed`);
  }

  // Nobody meets them meanwhile, not even by an invite of one's own.
  await ann.no('unavailable', 'Invite', bob.id, 300);

  const { status, body } = await bob.person.http('GET', '/api/me/standing');
  assert.equal(status, 200);
  assert.equal(body.standing.measureId, taken.measureId);
  const appeal = await bob.person.http('POST', '/api/appeals', { text: 'It was a joke.' });
  assert.equal(appeal.status, 201, appeal.text);
  assertProblem(await bob.person.http('POST', '/api/appeals', { text: 'Once more.' }), 409, 'appeal_exists');

  const senior = await the('senior');
  const { appeals } = await senior.get('/api/admin/appeals?limit=100');
  const mine = appeals.find(a => a.user.id === bob.id);
  assert.equal(mine.text, 'It was a joke.');
  await senior.ok('POST', `/api/admin/appeals/${mine.appealId}/decide`, { outcome: 'granted', answer: 'So it was.' });
  const back = await connect(bob.person);
  await back.ok('JoinQueue');
});

test('A ban that came while somebody waited, rang and was shown takes them out of all three', async () => {
  const [ann, bob, cara] = await Promise.all([connect(), connect(), connect()]);
  await bob.ok('SetAvailable', true);
  await everywhere();
  await ann.ok('WatchLobby', { limit: 100 });
  const { inviteId } = await cara.ok('Invite', bob.id, 300);
  await bob.expect('inviteReceived');
  await bob.ok('JoinQueue', { languages: [], interests: [`only ${randomBytes(4).toString('hex')}`] });
  await measure('moderator', bob.id);
  await Promise.all([
    ann.expect('lobbyChanged', c => c.removed?.includes(bob.id)),
    cara.expect('inviteEnded', e => e.inviteId === inviteId && e.outcome === 'unavailable'),
    bob.expectClosed(),
  ]);
  assertBanned(await bob.person.http('POST', '/api/auth/ticket', { tab: bob.name }));
});

test('Whoever is held stays connected and in the call, and meets nobody new', async () => {
  const { ann, bob, call } = await couple();
  await measure('moderator', bob.id, { kind: 'hold' });
  const { standing } = await bob.expect('standingChanged');
  assert.equal(standing.kind, 'hold');
  await ann.ok('Signal', call.id, 'ice', { candidate: 'still here' });
  await bob.expect('signal');
  await bob.ok('EndCall', call.id);
  await bob.no('held', 'JoinQueue');
  await bob.no('held', 'SetAvailable', true);
  await bob.no('held', 'Invite', (await connect()).id, 300);
});

test('An undone ban lets them in at once, and a warning is heard and acknowledged', async () => {
  const bob = await connect();
  const { measureId } = await measure('moderator', bob.id);
  await bob.expectClosed();
  await (await the('moderator')).ok('DELETE', `/api/admin/measures/${measureId}`, { note: 'The wrong person.' });
  const again = await connect(bob.person);
  assert.equal(again.resumed.standing, undefined);

  const warned = await measure('moderator', bob.id, { kind: 'warn', text: 'Be kind.', durationSeconds: undefined });
  assert.equal((await again.expect('standingChanged')).standing.text, 'Be kind.');
  assert.equal((await bob.person.http('POST', `/api/measures/${warned.measureId}/seen`)).status, 204);
  assert.equal((await connect(bob.person)).resumed.standing, undefined);
});

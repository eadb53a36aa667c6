import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, forgedId, sleep } from './support/people.js';

test('A method that is none is refused and the connection stays', async () => {
  const ann = await connect();
  for (const method of ['Nothing', '', 'ResumeAsync', 'OnConnectedAsync', 'OnDisconnectedAsync', 'Dispose', 'ToString', 'GetType', 'get_Context', 'Ｒesume']) {
    await ann.no('unknown_method', method);
    await ann.no('unknown_method', method, 1, 'two');
  }
  await ann.ok('Resume');
});

test('Wrong types are refused with invalid_argument', async () => {
  const { ann, call } = await couple();
  const wrong = [
    ['SetAvailable', 'yes'], ['SetAvailable', 1], ['SetAvailable', null], ['SetAvailable', {}],
    ['Invite', 7, 300], ['Invite', null, 300], ['Invite', {}, 300], ['Invite', forgedId(), '300'], ['Invite', forgedId(), null],
    ['Invite', forgedId(), 300.5], ['Invite', forgedId(), 1e300], ['Invite', forgedId(), [300]],
    ['AcceptInvite', [], 300], ['AcceptInvite', forgedId(), 'x'], ['DeclineInvite', 7], ['RescindInvite', {}], ['ExtendInvite', null],
    ['EndCall', 7], ['Next', null], ['EndCall', ['x']],
    ['SendChat', call.id, 'c', 7], ['SendChat', call.id, 'c', null], ['SendChat', 7, 'c', 'x'],
    ['Signal', 7, 'offer', 'x'], ['ShareSocials', 7, {}],
    ['Resume', 'x'], ['Resume', [1]], ['Resume', { takeCall: 'yes' }],
    ['WatchLobby', 7], ['WatchLobby', { genders: 'female' }], ['WatchLobby', { genders: ['robot'] }], ['WatchLobby', { limit: 'x' }],
    ['JoinQueue', 'x'], ['JoinQueue', { wants: ['robot'] }], ['JoinQueue', { wants: 'female' }], ['JoinQueue', { languages: 6 }],
    ['JoinQueue', { interests: [7] }], ['JoinQueue', { callSeconds: 'long' }],
  ];
  for (const [method, ...args] of wrong) {
    await ann.no('invalid_argument', method, ...args);
  }
  assert.equal((await ann.ok('Resume')).call.callId, call.id);
});

test('Missing and surplus arguments are refused with invalid_argument', async () => {
  const ann = await connect();
  const wrong = [
    ['SetAvailable'], ['Invite'], ['Invite', forgedId()], ['AcceptInvite', forgedId()], ['DeclineInvite'], ['RescindInvite'],
    ['ExtendInvite'], ['Signal'], ['Signal', forgedId(), 'offer'], ['SendChat', forgedId(), 'c'], ['ShareSocials', forgedId()],
    ['EndCall'], ['Next'], ['EndCall', forgedId(), 1], ['LeaveQueue', 1], ['SetAvailable', true, true], ['Resume', {}, {}],
  ];
  for (const [method, ...args] of wrong) {
    await ann.no('invalid_argument', method, ...args);
  }
  await ann.ok('Resume');
});

test('Numbers and lists out of bounds are refused', async () => {
  const ann = await connect();
  const wrong = [
    ['JoinQueue', { languages: ['en', 'de', 'fr', 'it', 'es', 'pt'] }], ['JoinQueue', { languages: ['not a language!'] }],
    ['JoinQueue', { interests: Array.from({ length: 11 }, (_, i) => `i${i}`) }], ['JoinQueue', { interests: ['x'.repeat(25)] }],
    ['JoinQueue', { wants: Array.from({ length: 1000 }, () => 'female') }],
    ['WatchLobby', { limit: 0 }], ['WatchLobby', { limit: 101 }], ['WatchLobby', { limit: -1 }],
  ];
  for (const [method, ...args] of wrong) {
    await ann.no('invalid_argument', method, ...args);
  }
  await ann.no('invalid_duration', 'JoinQueue', { callSeconds: 59 });
  await ann.no('invalid_duration', 'JoinQueue', { callSeconds: 1801 });
  assert.equal((await ann.ok('Resume')).status, 'idle');
});

test('Unknown fields are ignored', async () => {
  const ann = await connect();
  await ann.ok('Resume', { takeCall: false, more: { than: ['known'] } });
  await ann.ok('WatchLobby', { limit: 1, nothing: null });
});

test('Frames that are not of the protocol hurt nobody but their sender', async () => {
  const frames = [
    'not json\u001e', '{"type":1\u001e', '[]\u001e', '{"type":99}\u001e', '{"type":"x"}\u001e', '{"target":"Resume"}\u001e', '{}\u001e',
    `${'['.repeat(1000)}${']'.repeat(1000)}\u001e`, '{"type":4,"invocationId":"mine","target":"Resume","arguments":[]}\u001e',
    '{"type":3,"invocationId":"77","result":1}\u001e', '{"type":1,"invocationId":"mine","target":"Resume","arguments":[],"streamIds":["1"]}\u001e',
    '\u001e\u001e\u001e', '{"type":5,"invocationId":"mine"}\u001e',
  ];
  const bob = await connect();
  for (const frame of frames) {
    const ann = await connect();
    ann.sendFrame(frame);
    // Closed, still serving, or deaf until its next frame: all of that is the sender's own matter.
    await Promise.race([ann.closed, ann.invoke('Resume').catch(() => {}), sleep(1000)]);
    await bob.ok('Resume');
  }
});

test('A flood of frames closes the connection, whatever is in them', async () => {
  for (const frame of ['{"type":6}\u001e', '{"type":1,"target":"Nothing","arguments":[]}\u001e']) {
    const [ann, bob] = await Promise.all([connect(), connect()]);
    for (let i = 0; i < 1200; i++) {
      ann.sendFrame(frame);
    }
    await ann.expectClosed();
    await bob.ok('Resume');
  }
});

test('A flood of commands is refused and told when to come back', async () => {
  const ann = await connect();
  const replies = await Promise.all(Array.from({ length: 120 }, (_, i) => ann.invoke('SetAvailable', i % 2 === 0)));
  const refused = replies.filter(r => !r.ok);
  assert.ok(refused.length >= 20, `${refused.length} of 120 refused`);
  for (const { error } of refused) {
    assert.equal(error.code, 'rate_limited');
    assert.ok(error.retryAfterSeconds >= 1);
  }
});

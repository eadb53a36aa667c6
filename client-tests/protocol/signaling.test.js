import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, everywhere } from './support/people.js';

const sdp = 'v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n';

/** JSON that takes this many bytes: one string with its quotes. */
const jsonOf = bytes => 'a'.repeat(bytes - 2);

test('Signals of every kind reach the partner unchanged and in order', async () => {
  const { ann, bob, call } = await couple();
  const signals = [
    ['offer', { type: 'offer', sdp }],
    ['answer', { type: 'answer', sdp }],
    ['ice', { candidate: 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host', sdpMid: '0', sdpMLineIndex: 0 }],
    ['ice', null],
    ['restart', {}],
    ['offer', 'a string'],
    ['offer', [1, 2.5, -3e-7, true, false, null, [], {}]],
    ['offer', ''],
    ['offer', 0],
  ];
  for (const [kind, data] of signals) {
    assert.deepEqual(await ann.ok('Signal', call.id, kind, data), {});
  }
  for (const [kind, data] of signals) {
    assert.deepEqual(await bob.expect('signal'), [call.id, kind, data]);
  }
  await ann.expectNone('signal', undefined, 100);
});

test('Unicode, escapes, numbers and spaces come out byte for byte', async () => {
  const { ann, bob, call } = await couple();
  const texts = [
    '"\\u00e9 é \\n \\r\\n \\" \\\\ \\/ / \\u003c < \\ud83d\\ude00 😀 \\u0000 \\u202e"',
    '{"b": 1.0, "a":1e400,"b":-0, "\\u0061":12345678901234567890 }',
  ];
  for (const text of texts) {
    ann.sendFrame(`{"type":1,"target":"Signal","arguments":["${call.id}","offer",${text}]}\u001e`);
    await bob.expect('signal');
    const frame = bob.frames.find(f => f.includes(text));
    assert.ok(frame, `not among the partner's frames: ${text}; ${bob.frames.at(-1)}`);
  }
});

test('A signal may take 64 KB and not one byte more', async () => {
  const { ann, bob, call } = await couple();
  await ann.ok('Signal', call.id, 'offer', jsonOf(65_536));
  const [, , data] = await bob.expect('signal');
  assert.equal(data.length, 65_534);
  await ann.no('too_large', 'Signal', call.id, 'offer', jsonOf(65_537));
  await ann.no('too_large', 'Signal', call.id, 'offer', { sdp: 'é'.repeat(32_768) });
  await bob.expectNone('signal', undefined, 200);
  await ann.ok('Signal', call.id, 'offer', 'still here');
});

test('A frame of over 80 KB closes the connection, and only this one', async () => {
  const { ann, bob, call } = await couple();
  ann.invoke('Signal', call.id, 'offer', jsonOf(90_000)).catch(() => {});
  await ann.expectClosed();
  await bob.ok('Resume');
  assert.deepEqual(bob.all('signal'), []);
});

test('A kind that is none is refused', async () => {
  const { ann, bob, call } = await couple();
  for (const kind of ['', 'Offer', 'bye', null, 7, {}]) {
    await ann.no('invalid_argument', 'Signal', call.id, kind, 'x');
  }
  await bob.expectNone('signal', undefined, 200);
});

test('A signal goes to the connection of the call only', async () => {
  const { ann, bob, call } = await couple();
  const other = await connect(bob.person);
  await ann.ok('Signal', call.id, 'offer', 'x');
  await bob.expect('signal');
  await other.expectNone('signal', undefined, 200);
  await other.no('not_here', 'Signal', call.id, 'answer', 'x');
  await ann.expectNone('signal', undefined, 200);
});

test('After the end nothing is relayed', async () => {
  const { ann, bob, call } = await couple();
  await bob.ok('EndCall', call.id);
  await everywhere();
  await ann.no('not_in_call', 'Signal', call.id, 'offer', 'x');
  await bob.expectNone('signal', undefined, 200);
});

test('A burst of candidates arrives whole and in order', async () => {
  const { ann, bob, call } = await couple();
  const sent = Array.from({ length: 150 }, (_, i) => ({ candidate: `candidate:${i}` }));
  await Promise.all(sent.map(data => ann.ok('Signal', call.id, 'ice', data)));
  for (const data of sent) {
    assert.deepEqual((await bob.expect('signal'))[2], data);
  }
});

test('A flood of signals is refused and the partner stays whole', async () => {
  const { ann, bob, call } = await couple();
  const replies = await Promise.all(Array.from({ length: 300 }, (_, i) => ann.invoke('Signal', call.id, 'ice', i)));
  const refused = replies.filter(r => !r.ok);
  assert.ok(refused.length > 0 && refused.length < 150, `${refused.length} of 300 refused`);
  for (const { error } of refused) {
    assert.equal(error.code, 'rate_limited');
    assert.ok(error.retryAfterSeconds >= 1);
  }
  await bob.ok('Resume');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, couple, forgedId } from './support/people.js';
import { assertFields, assertTime } from './support/shapes.js';

test('A message reaches the partner with its sender, id and time', async () => {
  const { ann, bob, call } = await couple();
  const clientId = forgedId();
  const sent = await ann.ok('SendChat', call.id, clientId, 'Hello 👋 <b>"you"</b>');
  assertFields(sent, ['id', 'at']);
  assert.ok(typeof sent.id === 'string' && sent.id.length > 0);
  assertTime(sent.at);
  const heard = await bob.expect('chat');
  assertFields(heard, ['callId', 'id', 'from', 'text', 'at'], ['clientId']);
  assert.deepEqual(
    { ...heard, clientId }, { callId: call.id, id: sent.id, clientId, from: ann.id, text: 'Hello 👋 <b>"you"</b>', at: sent.at });
});

test('The same client id is the same message', async () => {
  const { ann, bob, call } = await couple();
  const clientId = forgedId();
  const first = await ann.ok('SendChat', call.id, clientId, 'once');
  assert.deepEqual(await ann.ok('SendChat', call.id, clientId, 'once'), first);
  const both = await Promise.all([1, 2].map(() => ann.ok('SendChat', call.id, 'client-2', 'twice')));
  assert.deepEqual(both[0], both[1]);
  await bob.expect('chat', c => c.text === 'once');
  await bob.expect('chat', c => c.text === 'twice');
  await bob.expectNone('chat');
  const theirs = await bob.ok('SendChat', call.id, clientId, 'mine');
  assert.notEqual(theirs.id, first.id, 'a client id belongs to its sender');
});

test('Messages arrive in the order of their sending', async () => {
  const { ann, bob, call } = await couple();
  const texts = Array.from({ length: 8 }, (_, i) => `message ${i}`);
  await Promise.all(texts.map(text => ann.ok('SendChat', call.id, forgedId(), text)));
  for (const text of texts) {
    assert.equal((await bob.expect('chat')).text, text);
  }
});

test('A text has 1 to 500 characters after NFC and nothing invisible in it', async () => {
  const { ann, bob, call } = await couple();
  const send = text => ann.ok('SendChat', call.id, forgedId(), text);
  await send('ä'.repeat(500));
  await bob.expect('chat', c => c.text.length === 500);
  await send('e\u0301'.repeat(500));
  assert.equal((await bob.expect('chat')).text, 'é'.repeat(500));
  await send('שלום עולם');
  await bob.expect('chat');
  for (const text of ['', ' ', 'a'.repeat(501), 'a\u0000', 'a\u0007b', 'a\u202Eb', 'a\u2067b']) {
    const error = await ann.no('invalid_argument', 'SendChat', call.id, forgedId(), text);
    assert.equal(error.field, 'text', JSON.stringify(text));
  }
  await bob.expectNone('chat', undefined, 200);
});

test('A client id is needed and bounded', async () => {
  const { ann, call } = await couple();
  for (const clientId of ['', 'x'.repeat(300), null, 7]) {
    await ann.no('invalid_argument', 'SendChat', call.id, clientId, 'x');
  }
});

test('Ten at once, then the rest is told to wait', async () => {
  const { ann, bob, call } = await couple();
  const replies = await Promise.all(Array.from({ length: 14 }, (_, i) => ann.invoke('SendChat', call.id, forgedId(), `${i}`)));
  const refused = replies.filter(r => !r.ok);
  assert.ok(refused.length >= 2 && refused.length <= 4, `${refused.length} of 14 refused`);
  for (const { error } of refused) {
    assert.equal(error.code, 'rate_limited');
    assert.ok(error.retryAfterSeconds >= 1);
  }
  await bob.ok('Resume');
  assert.equal(bob.all('chat').length, 14 - refused.length);
});

test('Chat belongs to the tab of the call, and to the call', async () => {
  const { ann, bob, call } = await couple();
  const other = await connect(bob.person);
  await other.no('not_here', 'SendChat', call.id, forgedId(), 'x');
  await other.no('not_here', 'ShareSocials', call.id, {});
  await ann.ok('SendChat', call.id, forgedId(), 'x');
  await bob.expect('chat');
  await other.expectNone('chat', undefined, 200);
  await ann.ok('EndCall', call.id);
  await ann.no('not_in_call', 'SendChat', call.id, forgedId(), 'x');
});

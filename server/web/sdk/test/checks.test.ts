import { expect, test } from 'vitest';
import type { Json, Socials } from '../src/index.ts';
import { useWorld } from './support/setup.ts';

const world = useWorld();

const refusalOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(() => 'sent', (error: { code: string; field?: string }) => `${error.code} ${error.field}`);

test('A signal has at most 64 KB of JSON in UTF-8, and one that is larger is not sent', async () => {
  world.client.connect();
  const send = (data: Json): Promise<string> => refusalOf(world.client.signal('c1', 'offer', data));
  expect(await send('x'.repeat(65_534))).toBe('sent');
  expect(await send('x'.repeat(65_535))).toBe('too_large data');
  expect(await send('ü'.repeat(32_767))).toBe('sent');
  expect(await send('ü'.repeat(32_768))).toBe('too_large data');
  expect(await send(['\n'.repeat(32_766)])).toBe('sent');
  expect(await send(['\n'.repeat(32_767)])).toBe('too_large data');
  expect(world.server.called('Signal').length).toBe(3);
});

test('A line of chat has 1 to 500 characters after NFC, and another one is not sent', async () => {
  world.client.connect();
  const say = (text: string, clientId?: string): Promise<string> => refusalOf(world.client.sendChat('c1', text, clientId));
  const fine = ['x', '🙂'.repeat(500), 'e\u0301'.repeat(500), ' x '];
  const wrong = ['', '   ', 'x'.repeat(501), '🙂'.repeat(501), 'two\nlines', 'turned \u202e round', 'a half \ud83d'];
  expect(await Promise.all(fine.map(text => say(text)))).toEqual(fine.map(() => 'sent'));
  expect(await Promise.all(wrong.map(text => say(text)))).toEqual(wrong.map(() => 'invalid_argument text'));
  expect(await say('x', 'a'.repeat(64))).toBe('sent');
  expect(await Promise.all(['', 'a'.repeat(65), 'a b'].map(id => say('x', id)))).toEqual(Array(3).fill('invalid_argument clientId'));
  expect(world.server.called('SendChat').length).toBe(5);
});

test('One to eight handles of visible characters are shared, and others are not sent', async () => {
  world.client.connect();
  const share = (socials: Socials): Promise<string> => refusalOf(world.client.shareSocials('c1', socials));
  const many = (count: number): Socials => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']));
  for (const socials of [many(1), many(8), { ['n'.repeat(20)]: '~'.repeat(64) }, { mastodon: '@ada@example.org' }]) {
    expect(await share(socials)).toBe('sent');
  }
  const wrong = [many(0), many(9), { ['n'.repeat(21)]: 'x' }, { Mastodon: 'x' }, { n: '' }, { n: 'x'.repeat(65) }, { n: 'a b' }, { n: '<b>' }, { n: 'ü' }];
  for (const socials of wrong) {
    expect(await share(socials)).toBe('invalid_argument socials');
  }
  expect(world.server.called('ShareSocials').length).toBe(4);
});

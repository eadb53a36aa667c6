import { expect, test } from 'vitest';
import { LobbyView } from '../src/lobby.ts';
import { Order } from '../src/order.ts';
import { call, ended, person } from './support/samples.ts';

test('An older state of a call is dropped, the same and a newer one are taken', () => {
  const order = new Order(() => 0);
  expect([2, 1, 2, 3].map(rev => order.takesCall(call('c', rev)))).toEqual([true, false, true, true]);
});

test('An ended call is remembered for a minute', () => {
  let now = 0;
  const order = new Order(() => now);
  expect(order.takesEnd(ended('c', 1))).toBe(true);
  now = 60_000;
  expect(order.takesCall(call('c', 9))).toBe(false);
  now = 60_001;
  expect(order.takesCall(call('c', 9))).toBe(true);
});

test('A change that follows on is applied, an old one not, a later one is a gap', () => {
  const view = new LobbyView();
  view.reset({ version: 1, total: 2, people: [person('a'), person('b')] });
  expect(view.apply({ version: 1, total: 9 })).toBe('old');
  expect(view.apply({ version: 3, total: 9 })).toBe('gap');
  expect(view.apply({ version: 2, total: 2, changed: [{ ...person('a'), name: 'New' }], removed: ['b'], added: [person('c')] })).toBe('applied');
  expect(view.lobby.people.map(each => each.name)).toEqual(['New', 'Name c']);
  expect(view.lobby.total).toBe(2);
});

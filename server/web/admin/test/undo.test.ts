import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UndoStack } from '../src/undo.ts';

let stack: UndoStack;
let told: string[];

const did = (name: string): void => stack.push({
  undo: () => told.push(`undo ${name}`),
  done: async leaving => void told.push(`do ${name}${leaving ? ' in leaving' : ''}`),
  over: () => told.push(`over ${name}`),
});

beforeEach(() => {
  vi.useFakeTimers();
  stack = new UndoStack();
  told = [];
});
afterEach(() => vi.useRealTimers());

test('What nobody takes back is done after ten seconds, once', () => {
  did('a');
  vi.advanceTimersByTime(9999);
  expect([told, stack.isEmpty]).toEqual([[], false]);
  vi.advanceTimersByTime(1);
  stack.undo();
  void stack.flush(false);
  expect([told, stack.isEmpty]).toEqual([['over a', 'do a'], true]);
});

test('What is taken back is not done', () => {
  did('a');
  stack.undo();
  vi.advanceTimersByTime(20_000);
  void stack.flush(true);
  expect(told).toEqual(['over a', 'undo a']);
});

test('The latest is taken back first', () => {
  did('a');
  vi.advanceTimersByTime(1000);
  did('b');
  stack.undo();
  expect(told).toEqual(['over b', 'undo b']);
  vi.advanceTimersByTime(9000);
  expect(told).toEqual(['over b', 'undo b', 'over a', 'do a']);
});

test('A page that goes away does at once what waits, the earliest first', () => {
  did('a');
  did('b');
  void stack.flush(true);
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual(['over a', 'do a in leaving', 'over b', 'do b in leaving']);
});

test('Whoever waits for all of it waits until it is done', async () => {
  let finish = (): void => {};
  stack.push({ undo: () => {}, over: () => {}, done: () => new Promise(resolve => { finish = resolve; }) });
  const all = stack.flush(false).then(() => told.push('all'));
  await Promise.resolve();
  expect(told).toEqual([]);
  finish();
  await all;
  expect(told).toEqual(['all']);
});

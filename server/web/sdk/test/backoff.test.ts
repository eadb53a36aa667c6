import { expect, test } from 'vitest';
import { Backoff } from '../src/backoff.ts';

test('Attempts start within a second, double, and stay at fifteen seconds', () => {
  const backoff = new Backoff(() => 1);
  expect(Array.from({ length: 6 }, () => backoff.next(false))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  backoff.lost(6000);
  expect(backoff.next(false)).toBe(1000);
});

test('A crowd comes at any moment of the time that each may wait', () => {
  const waits = Array.from({ length: 1000 }, () => new Backoff().next(false));
  expect(Math.min(...waits)).toBeLessThan(50);
  expect(Math.max(...waits)).toBeGreaterThan(950);
  expect(Math.max(...waits)).toBeLessThan(1000);
});

test('The time that a server names is waited for, and a crowd is spread beyond it', () => {
  expect(new Backoff(() => 0).next(false, 10)).toBe(10_000);
  expect(new Backoff(() => 1).next(false, 10)).toBe(12_500);
});

test('In a call three seconds is the longest, except that a named time counts more', () => {
  const backoff = new Backoff(() => 1);
  expect(Array.from({ length: 5 }, () => backoff.next(true))).toEqual([1000, 2000, 3000, 3000, 3000]);
  expect(new Backoff(() => 0).next(true, 10)).toBe(10_000);
});

test('A connection that does not last is forgiven twice; one that lasts clears the slate', () => {
  const backoff = new Backoff(() => 0.5);
  const waits = [4999, 4999, 4999, 4999, 5001, 4999].map(lasted => {
    backoff.lost(lasted);
    return backoff.next(false);
  });
  expect(waits).toEqual([500, 500, 1000, 2000, 500, 500]);
});

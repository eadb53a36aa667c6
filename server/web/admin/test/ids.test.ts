import { expect, test } from 'vitest';
import { newId } from '../src/parts/ids.ts';

test('An id of our making is one of the protocol, and no two are the same', () => {
  const ids = Array.from({ length: 200 }, newId);
  ids.forEach(id => expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/));
  expect(new Set(ids).size).toBe(ids.length);
});

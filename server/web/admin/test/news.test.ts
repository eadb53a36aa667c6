import { expect, test } from 'vitest';
import type { CaseSummary } from '../src/api/shapes.ts';
import { newCases } from '../src/cases/news.ts';

const cases = (...ids: string[]): CaseSummary[] => ids.map(caseId => ({ caseId }) as CaseSummary);

test('New is what is not shown yet, whatever else has come, gone or moved', () => {
  expect(newCases([], cases())).toBe(0);
  expect(newCases(['a', 'b'], cases('b', 'a'))).toBe(0);
  expect(newCases(['a', 'b'], cases('c', 'b', 'd'))).toBe(2);
  expect(newCases(['a', 'b'], cases())).toBe(0);
});

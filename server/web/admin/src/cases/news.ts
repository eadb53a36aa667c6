import type { CaseSummary } from '../api/shapes.ts';

/** How many of the first page's cases are not in what is shown. */
export function newCases(shown: Iterable<string>, first: readonly CaseSummary[]): number {
  const known = new Set(shown);
  return first.filter(({ caseId }) => !known.has(caseId)).length;
}

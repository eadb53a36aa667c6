import type { Reason } from '@matchmaker/client';
import { dateAndTime, duration } from '../../../ui/words.ts';

/** What can be reported, and why something is done about somebody. */
export const reasonNames: Readonly<Record<Reason, string>> = {
  harassment: 'Harassment or insults', nudity: 'Nudity or sexual behaviour', minor_safety: 'The safety of a minor', hate: 'Hatred',
  threats: 'Threats or violence', spam: 'Advertising or fraud', impersonation: 'Pretending to be somebody else', other: 'Something else',
};

export interface Term {
  until?: string;
  remainingSeconds?: number;
}

/** "until 12 March 2027 at 14:05 (6 days)", or `forGood`. */
export function termWords({ until, remainingSeconds }: Term, forGood: string): string {
  return until === undefined ? forGood : `until ${dateAndTime(until)}${remainingSeconds === undefined ? '' : ` (${duration(remainingSeconds)})`}`;
}

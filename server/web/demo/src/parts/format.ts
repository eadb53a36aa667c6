import { MatchmakerError } from '@matchmaker/client';
import { duration } from '../../../ui/words.ts';
import { termWords } from '../safety/words.ts';

export * from '../../../ui/words.ts';

const lateMs = 5000;

/** Counts down on this device's steady clock from what the server said was left. */
export class Deadline {
  readonly #at: number;

  constructor(remainingSeconds: number) {
    this.#at = performance.now() + remainingSeconds * 1000;
  }

  /** Over for longer than the word of it can take to come. */
  get isLongOver(): boolean {
    return performance.now() > this.#at + lateMs;
  }

  get seconds(): number {
    return Math.max(0, Math.ceil((this.#at - performance.now()) / 1000));
  }
}

/** "in 23 h", from an absolute time; only for long waits, where a wrong clock of the device does not matter. */
export function until(time: string): string {
  return duration(Math.max(1, Math.round((Date.parse(time) - Date.now()) / 1000)));
}

/** The lengths of a call that can be wished for, in seconds. */
export const callLengths: readonly number[] = [60, 180, 300, 600, 1800];

const errorTexts: Readonly<Record<string, string>> = {
  adult_required: 'Only people who are 18 or older can take part.',
  appeal_exists: 'You have appealed against this already.',
  busy: 'You are in a call.',
  cooldown: 'You two have met lately.',
  held: 'The moderators have put you on hold: you meet nobody new.',
  invite_gone: 'This invite is over.',
  not_here: 'The call is in another tab.',
  not_in_call: 'The call is over.',
  nothing_to_appeal: 'It is over, so there is nothing to appeal against.',
  offline: 'There is no connection to the server.',
  rate_limited: 'That was too fast.',
  server_full: 'The server is full.',
  draining: 'The server is being updated.',
  session_ended: 'Your sign-in has ended.',
  too_many_extensions: 'It cannot ring any longer.',
  too_many_invites: 'These were many invites in a short time.',
  unavailable: 'This cannot be done right now.',
  unreachable: 'The server cannot be reached.',
};

/** What a person can do about a field that the server does not take. */
const fieldTexts: Readonly<Record<string, string>> = {
  languages: 'One of the languages is not known. Write it in English, such as German, or as a code, such as de.',
};

/** Words for the person at the page; those given take precedence. */
export function explain(error: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof MatchmakerError)) {
    throw error;
  }
  const { ban } = error;
  if (ban) {
    return `You cannot take part ${termWords(ban, 'any more')}. ${ban.text}`;
  }
  const text = words[error.code] ?? errorTexts[error.code] ?? fieldTexts[error.field ?? ''] ?? error.message;
  return error.retryAfterSeconds ? `${text} Again in ${duration(error.retryAfterSeconds)}.` : text;
}

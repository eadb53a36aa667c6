import type { Card, EndReason, Gender } from '@matchmaker/client';
import { MatchmakerError } from '@matchmaker/client';

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

export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** "1 person", "3 people". */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** "in 23 h", from an absolute time; only for long waits, where a wrong clock of the device does not matter. */
export function until(time: string): string {
  return duration(Math.max(1, Math.round((Date.parse(time) - Date.now()) / 1000)));
}

/** How a person calls themselves. */
export const genderNames: Readonly<Record<Gender, string>> = {
  female: 'Woman', male: 'Man', nonbinary: 'Non-binary', unspecified: 'Rather not say',
};

export const endTexts: Readonly<Record<EndReason, string>> = {
  hangup: 'The call was ended.',
  next: 'The call was ended to meet the next person.',
  time_up: 'The time is up.',
  partner_lost: 'The other side lost the connection.',
  blocked: 'The call ended because of a block.',
  banned: 'The call was ended by the moderators.',
  shutdown: 'The server ended the call.',
};

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** "English" for `en`; the code itself for what is none. */
export function languageName(code: string): string {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a stranger says about themselves, in one line. */
export function about(card: Card): string {
  return [
    card.gender === 'unspecified' ? '' : genderNames[card.gender],
    card.languages.map(languageName).join(', '),
    card.interests.join(', '),
  ].filter(Boolean).join(' · ');
}

/** The lengths of a call that can be wished for, in seconds. */
export const callLengths: readonly number[] = [60, 180, 300, 600, 1800];

const errorTexts: Readonly<Record<string, string>> = {
  adult_required: 'Only people who are 18 or older can take part.',
  busy: 'You are in a call.',
  cooldown: 'You two have met lately.',
  invite_gone: 'This invite is over.',
  not_here: 'The call is in another tab.',
  not_in_call: 'The call is over.',
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
  const text = words[error.code] ?? errorTexts[error.code] ?? fieldTexts[error.field ?? ''] ?? error.message;
  return error.retryAfterSeconds ? `${text} Again in ${duration(error.retryAfterSeconds)}.` : text;
}

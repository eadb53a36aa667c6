import type { Card, EndReason, Gender } from '@matchmaker/client';

/** "45 s", "12 min", "3 h", "6 days". */
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

/** "2:05". */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "12 March 2027 at 14:05". */
export function dateAndTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
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

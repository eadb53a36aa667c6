import { count, dateAndTime, duration } from '../../../ui/words.ts';
import { h } from '../../../ui/dom.ts';
import type { EndReason } from '@matchmaker/client';
import type { ReporterAccuracy, AddressScope, AdminRole, CaseSummary, MeasureKind, MeasureView, Reason, StandingView } from '../api/shapes.ts';

export { about, clock, count, dateAndTime, duration } from '../../../ui/words.ts';

/** How a call ended. */
export const endWords: Readonly<Record<EndReason, string>> = {
  hangup: 'hung up', next: 'moved on', time_up: 'time was up', partner_lost: 'connection lost', blocked: 'ended by a block',
  banned: 'ended by a ban', shutdown: 'the server stopped',
};

export const reasonNames: Readonly<Record<Reason, string>> = {
  harassment: 'Harassment', nudity: 'Nudity', minor_safety: 'Minor safety', hate: 'Hate', threats: 'Threats', spam: 'Spam',
  impersonation: 'Impersonation', other: 'Other',
};
export const reasons = Object.keys(reasonNames) as Reason[];

export const roleNames: Readonly<Record<AdminRole, string>> = {
  viewer: 'Viewer', moderator: 'Moderator', senior: 'Senior', admin: 'Admin',
};

export const scopeNames: Readonly<Record<AddressScope, string>> = { address: 'Address', network: 'Network' };

export const kindNames: Readonly<Record<MeasureKind, string>> = { warn: 'Warning', hold: 'Hold', ban: 'Ban' };

/** What a person reads by default. A moderator may write something better. */
export const sentences: Readonly<Record<Reason, string>> = {
  harassment: 'You have harassed people whom you met here.',
  nudity: 'You have shown nudity to people who did not ask for it.',
  minor_safety: 'What you did puts minors at risk. Only adults may take part.',
  hate: 'You have attacked people for what they are.',
  threats: 'You have threatened people whom you met here.',
  spam: 'You have used calls to advertise, or to lure people elsewhere.',
  impersonation: 'You have pretended to be somebody else.',
  other: 'You have broken the rules of this place.',
};

/** "12 Mar 2027, 14:05", where there is little room. */
export function shortTime(time: string): HTMLTimeElement {
  return h('time', { datetime: time, title: dateAndTime(time) }, new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
}

/** "14 min ago"; kept true by `keepTimes`. */
export function ago(time: string): HTMLTimeElement {
  return h('time', { datetime: time, title: dateAndTime(time), 'data-ago': '' }, since(time));
}

export function since(time: string): string {
  const seconds = Math.round((Date.now() - Date.parse(time)) / 1000);
  return seconds < 45 ? 'just now' : `${duration(seconds)} ago`;
}

export function keepTimes(): void {
  setInterval(() => document.querySelectorAll<HTMLTimeElement>('time[data-ago]').forEach(time => { time.textContent = since(time.dateTime); }), 30_000);
}

/** "until 12 March 2027 at 14:05 (6 days)". */
export function untilWords(time: string | undefined, forGood = 'for good'): string {
  return time === undefined ? forGood : `until ${dateAndTime(time)}, ${left(time)}`;
}

function left(time: string): string {
  const seconds = Math.round((Date.parse(time) - Date.now()) / 1000);
  return seconds <= 0 ? 'over' : `${duration(seconds)} left`;
}

/** "Banned, 6 days left". */
export function standingWords(standing: StandingView): string {
  const until = standing.until ? `, ${left(standing.until)}` : '';
  return standing.kind === 'ban' ? `Banned${until || ' for good'}` : standing.kind === 'hold' ? `On hold${until}` : 'Warned';
}

/** "7 of 9 reports upheld". */
export function accuracyWords({ agreed, decided }: ReporterAccuracy): string {
  return decided === 0 ? 'no report decided yet' : `${agreed} of ${count(decided, 'report', 'reports')} upheld`;
}

/** "3 reports by 2 people on 2 networks". */
export function weightWords({ reports, reporters, networks }: CaseSummary): string {
  return `${count(reports, 'report', 'reports')} by ${count(reporters, 'person', 'people')} on ${count(networks, 'network', 'networks')}`;
}

export function byWords(measure: MeasureView): string {
  return measure.decidedBy ? `by ${measure.decidedBy.name}` : 'by the weight of reports';
}

import { h } from '../../../ui/dom.ts';
import type { Card } from '@matchmaker/client';
import { api } from '../api/api.ts';
import type { AdminMe, CaseOutcome, MeasureKind, MeasureView, Reason } from '../api/shapes.ts';
import { Choices } from '../parts/choices.ts';
import { formDialog } from '../parts/form.ts';
import { newId } from '../parts/ids.ts';
import { ReasonAndText } from '../parts/sentence.ts';
import { count, duration } from '../parts/words.ts';

export interface Target {
  subject: Card;
  reason: Reason;
  /** The open case that the measure answers. */
  caseId?: string | undefined;
  /** Others who share the person's network; unknown when the person is not loaded. */
  sharesNetworkWith?: number | undefined;
}

export interface Taken {
  measure: MeasureView;
  /** Whether the case is answered by it. */
  closes: boolean;
  words: string;
}

const hour = 3600;
const day = 24 * hour;
const forGood = 0;
const banLengths = [hour, day, 7 * day, 30 * day, forGood];
const holdLengths = [day, 7 * day, 30 * day, forGood];

const does: Readonly<Record<MeasureKind, (name: string) => string>> = {
  warn: name => `${name} goes on, and has to confirm that they have read this.`,
  hold: name => `${name} meets nobody new: no queue, no invites, not in the lobby. A call that runs goes on.`,
  ban: name => `${name} is put out at once, on every device of this account; a call that runs ends. They read why, and may appeal.`,
};
const verbs: Readonly<Record<MeasureKind, string>> = { warn: 'Warn', hold: 'Hold', ban: 'Ban' };

/** Warns, holds or bans one person, and says whom it hits. */
export function measureDialog(kind: MeasureKind, me: AdminMe, target: Target, taken: (taken: Taken) => void): void {
  const { subject, caseId } = target;
  const measureId = newId(); // the same again when the answer is lost
  const sentence = new ReasonAndText(`${subject.name} reads`, target.reason);
  const lengths = kind === 'ban' ? banLengths : holdLengths;
  const length = kind === 'warn' ? undefined : new Choices('For how long', 'length',
    lengths.map(seconds => ({ value: seconds, words: lengthWords(kind, seconds), why: kind === 'ban' ? tooLong(me, seconds) : undefined })),
    day, () => form.say(action()));
  const closes = h('input', { type: 'checkbox', id: 'closes', checked: true, 'data-testid': 'closes' });
  const action = (): string => `${verbs[kind]} ${subject.name}${length ? ` ${forWords(kind, length.value)}` : ''}`;
  const submit = async (): Promise<void> => {
    const seconds = length?.value ?? forGood;
    const measure = await api.measure(subject.id, {
      measureId, kind, ...sentence.value, ...seconds !== forGood && { durationSeconds: seconds }, ...caseId !== undefined && { caseId },
    });
    const done = { warn: 'is warned', hold: `is on hold ${forWords(kind, seconds)}`, ban: `is banned ${forWords(kind, seconds)}` }[kind];
    taken({ measure, closes: caseId !== undefined && closes.checked, words: `${subject.name} ${done}` });
  };
  const form = formDialog({ title: `${verbs[kind]} ${subject.name}`, testId: 'measure-dialog', action: action(), look: kind === 'ban' ? 'danger' : 'primary' }, submit,
    h('p', {}, does[kind](subject.name)),
    kind !== 'warn' && target.sharesNetworkWith !== undefined && h('p', { class: 'soft', 'data-testid': 'reach' }, target.sharesNetworkWith > 0
      ? `${count(target.sharesNetworkWith, 'other person uses', 'other people use')} this network. They are not touched.`
      : 'Nobody else uses this network.'),
    length?.element, sentence.element,
    caseId !== undefined && h('div', { class: 'check' }, closes, h('label', { for: closes.id }, 'Close the case: what was reported is true')));
  length?.listen(form.dialog);
  (length ?? { focus: () => form.dialog.querySelector('select')?.focus() }).focus();
}

function lengthWords(kind: MeasureKind, seconds: number): string {
  return seconds === forGood ? kind === 'ban' ? 'For good' : 'Until lifted' : seconds === hour ? '1 hour' : seconds === day ? '24 hours' : duration(seconds);
}

function forWords(kind: MeasureKind, seconds: number): string {
  const words = lengthWords(kind, seconds).toLowerCase();
  return seconds === forGood ? words : `for ${words}`;
}

function tooLong(me: AdminMe, seconds: number): string | undefined {
  return (seconds === forGood ? me.mayBanForGood : seconds <= me.maxBanSeconds) ? undefined
    : `Longer than ${duration(me.maxBanSeconds)} needs a senior.`;
}

/** Decides a case without a further measure. */
export function resolveDialog(subject: Card, isHeld: boolean, decided: (outcome: CaseOutcome, note: string) => void): void {
  const note = h('textarea', { id: 'decision-note', maxlength: 1000, rows: 3, 'data-testid': 'decision-note' });
  const outcome = new Choices<CaseOutcome>('What was reported is', 'outcome', [
    { value: 'upheld', words: 'True: uphold' }, { value: 'dismissed', words: 'Not so, or no matter: dismiss' },
  ], 'upheld', () => form.say(action()));
  const action = (): string => outcome.value === 'upheld' ? 'Close as upheld' : 'Close as dismissed';
  const form = formDialog({ title: `Decide about ${subject.name}`, testId: 'resolve-dialog', action: action() },
    async () => decided(outcome.value, note.value.trim()),
    outcome.element,
    h('p', { class: 'soft' }, `Upheld counts for those who reported. Dismissed counts against them${isHeld ? `, and lifts the hold that ${subject.name} is under` : ''}. Neither does anything else to ${subject.name}.`),
    h('div', { class: 'field' }, h('label', { for: note.id }, 'Note for colleagues'), note));
  outcome.listen(form.dialog);
  outcome.focus();
}

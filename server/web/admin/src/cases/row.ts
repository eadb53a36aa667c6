import { avatar } from '../../../ui/avatar.ts';
import { h } from '../../../ui/dom.ts';
import type { CaseSummary } from '../api/shapes.ts';
import { icon } from '../parts/icons.ts';
import { standingTag, tag } from '../parts/tags.ts';
import { ago, reasonNames, reasons, weightWords } from '../parts/words.ts';

/** A case in the queue. Every row has the same height, so that what changes in one moves no other. */
export class CaseRow {
  readonly element = h('li', { 'data-testid': 'case' });
  readonly link: HTMLAnchorElement;
  summary: CaseSummary;
  readonly #me: string;

  constructor(summary: CaseSummary, me: string) {
    this.summary = summary;
    this.#me = me;
    this.link = h('a', { href: `#/cases/${summary.caseId}` });
    this.element.append(this.link);
    this.element.dataset.caseId = summary.caseId;
    this.show(summary);
  }

  show(summary: CaseSummary): void {
    this.summary = summary;
    const { subject, urgent, standing, claimedBy, outcome } = summary;
    this.element.classList.toggle('urgent', urgent && !outcome);
    this.element.classList.toggle('decided', outcome !== undefined);
    this.link.replaceChildren(
      avatar(subject),
      h('span', { class: 'line' },
        h('strong', {}, subject.name), ago(summary.updatedAt)),
      h('span', { class: 'line' },
        urgent && tag('danger', icon('urgent'), 'Urgent'),
        h('span', { class: 'reasons' }, reasonsWords(summary)),
        standing && standing.kind !== 'warn' && standingTag(standing)),
      h('span', { class: 'line soft' },
        h('span', {}, weightWords(summary)),
        outcome ? h('span', { class: 'by' }, icon(outcome === 'upheld' ? 'check' : 'dismiss'), outcome === 'upheld' ? 'Upheld' : 'Dismissed')
          : claimedBy && h('span', { class: 'by' }, icon('claim'), claimedBy.adminId === this.#me ? 'You' : claimedBy.name)));
  }
}

/** "Harassment ×2, Spam", the most frequent first. */
export function reasonsWords(summary: CaseSummary): string {
  const given = reasons.filter(reason => summary.reasons[reason]).sort((a, b) => summary.reasons[b]! - summary.reasons[a]!);
  return given.map(reason => reasonNames[reason] + (summary.reasons[reason]! > 1 ? ` ×${summary.reasons[reason]}` : '')).join(', ');
}

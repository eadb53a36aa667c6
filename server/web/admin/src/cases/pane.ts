import { avatar } from '../../../ui/avatar.ts';
import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { CaseDetail, CaseOutcome, CaseSummary } from '../api/shapes.ts';
import type { App } from '../app.ts';
import { type Command, commandButton } from '../commands.ts';
import { redraw } from '../parts/focus.ts';
import { icon } from '../parts/icons.ts';
import { measureList } from '../parts/measures.ts';
import { nothing, standingTag, tag } from '../parts/tags.ts';
import { ago, count, weightWords } from '../parts/words.ts';
import { ReportItem } from './report.ts';
import { reasonsWords } from './row.ts';

const patientMs = 150;

export interface CaseOwner {
  /** The decision that is on its way to the server, if there is one. */
  deciding(caseId: string): CaseOutcome | undefined;
  commands(): Command[];
  showPerson(userId: string): void;
  back(): void;
}

/** One case: who, why urgent, what can be done, and every report with what speaks for and against it. */
export class CasePane {
  readonly element = h('section', { class: 'pane case', 'aria-label': 'Case', 'data-testid': 'case-pane' });
  detail: CaseDetail | undefined;
  readonly #app: App;
  readonly #owner: CaseOwner;
  readonly #title = h('h2', { tabindex: -1 });
  /** By their ids, so that chat that was read stays when the case is drawn anew. */
  #items = new Map<string, ReportItem>();
  #caseId: string | undefined;

  constructor(app: App, owner: CaseOwner) {
    this.#app = app;
    this.#owner = owner;
    this.#showNone();
  }

  /** Answers the case when it is there, and still the one that is wanted. */
  async open(caseId: string | undefined): Promise<CaseDetail | undefined> {
    const isOther = caseId !== this.#caseId;
    this.#caseId = caseId;
    if (caseId === undefined) {
      this.detail = undefined;
      this.#showNone();
      return undefined;
    }
    const slow = setTimeout(() => isOther && this.#caseId === caseId && this.element.replaceChildren(h('p', { class: 'nothing soft' }, 'Loading…')), patientMs);
    const detail = await this.#app.attempt(api.case(caseId), { not_found: 'There is no such case.' });
    clearTimeout(slow);
    if (this.#caseId !== caseId) {
      return undefined;
    }
    this.detail = detail;
    if (detail) {
      redraw(this.element, () => this.#show(detail), this.#title);
      if (isOther) {
        this.element.scrollTop = 0;
        this.#title.focus({ preventScroll: true });
      }
    } else {
      this.#showNone();
    }
    return detail;
  }

  /** What an action answered, or that one is under way. */
  update(summary?: CaseSummary): void {
    if (this.detail && (!summary || summary.caseId === this.#caseId)) {
      this.detail = { ...this.detail, case: summary ?? this.detail.case };
      const { detail } = this;
      redraw(this.element, () => this.#showHead(detail), this.#title);
    }
  }

  #showNone(): void {
    this.element.replaceChildren(nothing('No case is open', 'J and K move through the queue, Enter opens. Press ? for all keys.'));
  }

  #show(detail: CaseDetail): void {
    const { case: { subject, caseId }, reports, measures } = detail;
    this.#items = new Map(reports.map(report => [report.reportId, this.#items.get(report.reportId) ?? new ReportItem(this.#app, caseId, report, this.#owner)]));
    this.element.replaceChildren(
      h('div', { class: 'head' }),
      h('section', { class: 'block', 'aria-labelledby': 'case-reports' },
        h('h3', { id: 'case-reports' }, `Reports about ${subject.name}`),
        ...sharedNetworks(detail),
        h('ul', { class: 'reports' }, ...[...this.#items.values()].map(item => item.element))),
      h('section', { class: 'block', 'aria-labelledby': 'case-measures' },
        h('h3', { id: 'case-measures' }, 'Measures so far'),
        measures.length > 0 ? measureList(measures) : h('p', { class: 'soft' }, `Nothing was ever done about ${subject.name}.`)));
    this.#showHead(detail);
  }

  #showHead({ case: summary, note }: CaseDetail): void {
    const { subject, urgent, locked, standing } = summary;
    const commands = this.#owner.commands().filter(command => command.group === 'Case' && command.icon);
    const say = (why: string): void => this.#app.toasts.say(why);
    this.#title.replaceChildren(subject.name);
    this.element.querySelector('.head')?.replaceWith(h('div', { class: 'head' },
      h('div', { class: 'row title' },
        h('button', { type: 'button', class: 'quiet round back', 'aria-label': 'Back to the queue', onclick: () => this.#owner.back() }, icon('back')),
        avatar(subject),
        h('div', { class: 'who' }, this.#title),
        h('button', { type: 'button', class: 'quiet round to-person', 'data-testid': 'to-person', 'aria-label': `About ${subject.name}`, onclick: () => this.#owner.showPerson(subject.id) }, icon('person'))),
      h('p', { class: 'soft small state', 'data-testid': 'case-state' }, standing && standingTag(standing), standing && ' ', ...this.#state(summary)),
      urgent && h('p', { class: 'banner danger', 'data-testid': 'urgent' }, icon('urgent'),
        h('span', {}, h('strong', {}, 'Urgent: the safety of a minor.'), locked ? ' What belongs to this case is kept, whatever its age.' : '')),
      note && h('p', { class: 'banner' }, `Note of the decision: ${note}`),
      h('div', { class: 'actions', role: 'group', 'aria-label': `What to do about ${subject.name}` },
        ...commands.map(command => commandButton(command, say, command.id === 'ban' ? 'warn' : '')))));
  }

  #state(summary: CaseSummary): (Node | string)[] {
    const { claimedBy, outcome, closedBy, closedAt, openedAt, caseId } = summary;
    const deciding = this.#owner.deciding(caseId);
    if (outcome ?? deciding) {
      return [tag('success', icon('check'), (outcome ?? deciding) === 'upheld' ? 'Upheld' : 'Dismissed'),
        closedBy ? ` by ${closedBy.name} ` : ' by you ', closedAt ? ago(closedAt) : ''];
    }
    const mine = claimedBy?.adminId === this.#app.me?.adminId;
    return ['Opened ', ago(openedAt), ' · ', reasonsWords(summary), ' · ', weightWords(summary), ' · ',
      claimedBy ? h('strong', {}, mine ? 'yours' : `taken by ${claimedBy.name}`) : 'nobody has it'];
  }
}

/** Several people behind one network may be one person. */
function sharedNetworks({ reports, case: { reporters, networks } }: CaseDetail): HTMLElement[] {
  const people = new Map<number, Set<string>>();
  for (const { network, reporter } of reports) {
    people.set(network, (people.get(network) ?? new Set()).add(reporter.id));
  }
  const shared = [...people.values()].filter(who => who.size > 1).reduce((sum, who) => sum + who.size, 0);
  return shared === 0 ? []
    : [h('p', { class: 'banner warn', 'data-testid': 'shared-network' }, icon('address'),
      h('span', {}, `${shared} of ${Math.max(reporters, shared)} reporters share a network with another one: ${count(networks, 'network', 'networks')} in all.`))];
}


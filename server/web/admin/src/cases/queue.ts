import { h, setText } from '../../../ui/dom.ts';
import { api, type CaseFilter, type CaseState } from '../api/api.ts';
import type { CasePage, CaseSummary, Reason } from '../api/shapes.ts';
import type { App } from '../app.ts';
import { markCurrent, moveFocus } from '../parts/focus.ts';
import { icon } from '../parts/icons.ts';
import { nothing } from '../parts/tags.ts';
import { count, reasonNames, reasons } from '../parts/words.ts';
import { newCases } from './news.ts';
import { CaseRow } from './row.ts';

const lookAfterMs = 1000;
const searchAfterMs = 250;
const stateNames: Readonly<Record<CaseState, string>> = { open: 'Open', mine: 'Mine', closed: 'Closed' };

/**
 * What waits for a decision. Nothing moves while one reads: what changed changes in its row, and what is new is only
 * counted until somebody asks for it.
 */
export class Queue {
  readonly element: HTMLElement;
  readonly search = h('input', {
    type: 'search', placeholder: 'Search', 'aria-label': 'Search cases by name or id', title: 'The beginning of a name, or an id', autocomplete: 'off', 'data-testid': 'search',
    oninput: () => this.#searchSoon(), onkeydown: event => this.#onSearchKey(event as KeyboardEvent),
  });
  readonly #app: App;
  readonly #list = h('ul', { class: 'rows', 'data-testid': 'queue' });
  readonly #summary = h('p', { class: 'soft small', 'aria-live': 'polite', 'data-testid': 'queue-summary' });
  readonly #pill = h('button', { type: 'button', class: 'pill', hidden: true, 'data-testid': 'new-cases', onclick: () => this.refresh() });
  readonly #more = h('button', { type: 'button', class: 'quiet wide', hidden: true, onclick: () => void this.#load(this.#cursor) }, 'Show more');
  readonly #empty = h('div', {});
  readonly #filter: CaseFilter = { state: 'open' };
  #rows: CaseRow[] = [];
  #current: string | undefined;
  #cursor: string | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #searching: ReturnType<typeof setTimeout> | undefined;
  #loads = 0;

  constructor(app: App) {
    this.#app = app;
    const reason = h('select', { 'aria-label': 'Reason', 'data-testid': 'filter-reason', onchange: () => void this.#filterBy({ reason: (reason.value || undefined) as Reason | undefined }) },
      h('option', { value: '' }, 'Every reason'), ...reasons.map(value => h('option', { value }, reasonNames[value])));
    this.element = h('section', { class: 'pane queue', 'aria-label': 'Queue' },
      h('div', { class: 'filters' },
        h('div', { class: 'segments', role: 'group', 'aria-label': 'Which cases' },
          ...(Object.keys(stateNames) as CaseState[]).map(state => h('button', {
            type: 'button', 'aria-pressed': String(state === 'open'), 'data-testid': `filter-${state}`, onclick: () => void this.#filterBy({ state }),
          }, stateNames[state]))),
        h('div', { class: 'row' }, h('div', { class: 'search' }, icon('search'), this.search, h('kbd', { 'aria-hidden': 'true' }, '/')), reason),
        h('div', { class: 'row between news' }, this.#summary, this.#pill)),
      h('div', { class: 'scroll' }, this.#list, this.#empty, this.#more));
    void this.#load();
  }

  leave(): void {
    clearTimeout(this.#looking);
    clearTimeout(this.#searching);
  }

  refresh(): void {
    const hadFocus = this.#pill.contains(document.activeElement);
    void this.#load().then(() => hadFocus ? this.#rows[0]?.link.focus() : undefined);
  }

  /** Something changed on the server: looks what it is, once for a burst. */
  changed(): void {
    if (!this.#app.isAttended) {
      this.#showPill('News');
      return;
    }
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      void this.#look();
    }, lookAfterMs);
  }

  /** The case that is open beside the queue. */
  mark(caseId: string | undefined): void {
    this.#current = caseId;
    for (const { link, summary } of this.#rows) {
      markCurrent(link, summary.caseId === caseId);
    }
    this.#list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  update(summary: CaseSummary): void {
    this.#rows.find(row => row.summary.caseId === summary.caseId)?.show(summary);
  }

  /** The focus goes to the row after, or before, the one that has it or is open. */
  move(by: 1 | -1): void {
    moveFocus(this.#list, by);
  }

  #filterBy(change: Partial<CaseFilter>): Promise<void> {
    Object.assign(this.#filter, change);
    for (const button of this.element.querySelectorAll<HTMLElement>('.segments button')) {
      button.setAttribute('aria-pressed', String(button.dataset.testid === `filter-${this.#filter.state}`));
    }
    return this.#load();
  }

  #searchSoon(): void {
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => void this.#searchNow(), searchAfterMs);
  }

  #searchNow(): Promise<void> {
    clearTimeout(this.#searching);
    return this.#filterBy({ q: this.search.value.trim() || undefined });
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.search.value !== '') {
      event.preventDefault();
      this.search.value = '';
      void this.#searchNow();
    } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      void this.#searchNow().then(() => this.#rows[0]?.link.focus());
    }
  }

  async #load(cursor?: string): Promise<void> {
    const load = ++this.#loads;
    const page = await this.#app.attempt(api.cases(this.#filter, cursor));
    if (!page || load !== this.#loads) {
      return; // a newer one is under way
    }
    const rows = page.cases.map(summary => new CaseRow(summary, this.#app.me?.adminId ?? ''));
    this.#rows = cursor ? [...this.#rows, ...rows] : rows;
    this.#cursor = page.nextCursor;
    this.#list.replaceChildren(...this.#rows.map(row => row.element));
    this.#more.hidden = page.nextCursor === undefined;
    this.#pill.hidden = true;
    this.#showTotal(page);
    this.#showEmpty();
    this.mark(this.#current);
  }

  async #look(): Promise<void> {
    const load = this.#loads;
    const page = await this.#app.attempt(api.cases(this.#filter));
    if (!page || load !== this.#loads) {
      return;
    }
    page.cases.forEach(summary => this.update(summary));
    this.#showTotal(page);
    const added = newCases(this.#rows.map(row => row.summary.caseId), page.cases);
    this.#showPill(added > 0 ? `${added} new` : '');
  }

  #showPill(words: string): void {
    this.#pill.hidden = words === '';
    this.#pill.replaceChildren(icon('refresh'), h('span', {}, words), h('kbd', { 'aria-hidden': 'true' }, 'N'));
  }

  #showTotal({ total, urgent }: CasePage): void {
    const { state, q, reason } = this.#filter;
    const words = count(total, 'case', 'cases');
    const which = q || reason ? `${words} found` : state === 'open' ? `${words} to decide` : state === 'mine' ? `${words} of yours` : `${words} decided`;
    setText(this.#summary, urgent > 0 && state !== 'closed' ? `${which}, ${urgent} urgent` : which);
  }

  #showEmpty(): void {
    const { state, q, reason } = this.#filter;
    this.#empty.replaceChildren(...this.#rows.length > 0 ? []
      : [q || reason ? nothing('Nothing fits', 'Try fewer letters, or every reason.')
        : state === 'open' ? nothing('Nothing waits', 'New reports show here by themselves.')
        : state === 'mine' ? nothing('You have taken no case', 'Open one and press A.')
        : nothing('Nothing was decided yet')]);
  }
}

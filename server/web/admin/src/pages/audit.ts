import { h, setText } from '../../../ui/dom.ts';
import type { Json } from '@matchmaker/client';
import { api } from '../api/api.ts';
import type { AuditEntryView } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { icon } from '../parts/icons.ts';
import { nothing } from '../parts/tags.ts';
import { count, shortTime } from '../parts/words.ts';

/** What was ever done by whom, each entry bound to the one before it. */
export class AuditPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #rows = h('tbody', {});
  readonly #none = h('div', {});
  readonly #more = h('button', { type: 'button', hidden: true, onclick: () => void this.#load(this.#cursor) }, 'Show more');
  readonly #verdict = h('p', { class: 'banner', role: 'status', 'data-testid': 'verdict', hidden: true });
  readonly #verify = h('button', { type: 'button', class: 'primary', 'data-testid': 'verify', onclick: () => void this.#look() }, icon('verified'), 'Verify');
  readonly #inputs = {
    actor: this.#input('Who', 'a name or id'), action: this.#input('What', 'such as measure.take'), subject: this.#input('To what', 'an id'),
  };
  #cursor: string | undefined;

  constructor(app: App) {
    this.#app = app;
    this.element = h('div', { class: 'wide-page stack', 'data-testid': 'audit-page' },
      h('div', { class: 'row between' }, h('h1', {}, 'Audit'),
        h('div', { class: 'row' }, this.#verify, h('a', { class: 'button', href: '/api/admin/audit/export', download: 'audit.ndjson' }, 'Export'))),
      h('p', { class: 'soft' }, 'Every entry carries a hash over the one before it: an edited, missing or cut entry shows when the log is verified.'),
      this.#verdict,
      h('form', { class: 'row filters-row', role: 'search', onsubmit: event => { event.preventDefault(); void this.#load(); } },
        ...Object.values(this.#inputs), h('button', { type: 'submit' }, 'Filter')),
      h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Entries' }, h('table', { 'data-testid': 'audit' },
        h('thead', {}, h('tr', {}, ...['No.', 'When', 'Who', 'What', 'To what', 'Details'].map(title => h('th', { scope: 'col' }, title)))), this.#rows)),
      this.#none, this.#more);
    void this.#load();
  }

  #input(label: string, hint: string): HTMLInputElement {
    return h('input', { 'aria-label': label, placeholder: `${label}: ${hint}`, autocomplete: 'off' });
  }

  async #load(cursor?: string): Promise<void> {
    const { actor, action, subject } = this.#inputs;
    const page = await this.#app.attempt(api.audit({ actor: actor.value.trim(), action: action.value.trim(), subject: subject.value.trim() }, cursor));
    if (page) {
      const rows = page.entries.map(row);
      this.#cursor = page.nextCursor;
      this.#more.hidden = page.nextCursor === undefined;
      if (cursor) {
        this.#rows.append(...rows);
      } else {
        this.#rows.replaceChildren(...rows);
      }
      this.#none.replaceChildren(...this.#rows.hasChildNodes() ? [] : [nothing('No entry fits')]);
    }
  }

  async #look(): Promise<void> {
    this.#verify.disabled = true;
    const verdict = await this.#app.attempt(api.verifyAudit());
    this.#verify.disabled = false;
    if (verdict) {
      this.#verdict.hidden = false;
      this.#verdict.className = `banner ${verdict.holds ? 'success' : 'danger'}`;
      setText(this.#verdict, verdict.holds ? `All ${count(verdict.entries, 'entry holds', 'entries hold')} together: nothing was edited, taken out or cut off.`
        : `The log is not what was written. ${verdict.findings.join(' ')}`);
    }
  }
}

function row({ number, at, actor, action, subject, detail }: AuditEntryView): HTMLElement {
  return h('tr', { 'data-testid': 'audit-entry' },
    h('td', { class: 'number' }, String(number)), h('td', {}, shortTime(at)), h('td', {}, actor?.name ?? 'the server'),
    h('td', {}, h('code', {}, action)), h('td', {}, h('code', {}, subject)), h('td', { class: 'detail' }, detailWords(detail)));
}

/** "reason: spam, kind: ban" */
function detailWords(detail: Json): string {
  return detail !== null && typeof detail === 'object' && !Array.isArray(detail)
    ? Object.entries(detail).filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')
    : JSON.stringify(detail);
}

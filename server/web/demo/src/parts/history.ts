import type { HistoryCall } from '@matchmaker/client';
import type { App } from '../app.ts';
import { avatar } from '../../../ui/avatar.ts';
import { h, passFocus } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { askReport } from '../safety/report.ts';
import { clock, endTexts } from './format.ts';

const recordedMs = 1500;
const reportableMs = 24 * 3600_000;

/** The last calls; asked for again a moment after a call, when its record is written. */
export class HistoryList {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #list = h('ul', { class: 'history', 'data-testid': 'history' });
  readonly #more = h('button', { hidden: true, onclick: () => void this.#load(this.#cursor) }, 'Show more');
  #cursor: string | undefined;

  constructor(app: App, expects?: string) {
    this.#app = app;
    this.element = h('div', { class: 'stack' }, this.#list, this.#more);
    void this.#load().then(() => expects === undefined || this.#has(expects) || setTimeout(() => void this.#load(), recordedMs));
  }

  reload(): void {
    void this.#load();
  }

  #has(callId: string): boolean {
    return this.#list.querySelector(`[data-call-id="${CSS.escape(callId)}"]`) !== null;
  }

  async #load(cursor?: string): Promise<void> {
    const page = await this.#app.attempt(this.#app.client.history(10, cursor));
    if (page) {
      this.#cursor = page.nextCursor;
      this.#more.hidden = page.nextCursor === undefined;
      const items = page.calls.map(call => this.#item(call));
      if (cursor) {
        this.#list.append(...items);
      } else {
        this.#list.replaceChildren(...items.length > 0 ? items : [h('li', { class: 'soft' }, 'No calls yet. They show here once you had one of five seconds or more.')]);
      }
    }
  }

  #item(call: HistoryCall): HTMLElement {
    const when = new Date(call.startedAt);
    const lines = h('ol', { class: 'lines', hidden: true });
    const show = h('button', { class: 'quiet', 'aria-expanded': 'false', 'aria-label': `Chat with ${call.partner.name}`, onclick: () => void this.#showChat(call, show, lines) }, 'Chat');
    const said = h('span', { class: 'soft small said', hidden: true, 'data-testid': 'history-reported' }, icon('report'), 'Reported');
    const report = this.#report(call, said);
    return h('li', { 'data-testid': 'history-item', 'data-call-id': call.callId },
      avatar(call.partner),
      h('span', { class: 'who' }, h('strong', {}, call.partner.name),
        h('span', { class: 'soft small' }, h('time', { datetime: call.startedAt }, when.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })),
          ` · ${clock(call.seconds)} · ${endTexts[call.reason]}`), said),
      show, report ?? false, lines);
  }

  /** For as long as the server takes a report of it; `said` shows once there is one. */
  #report({ callId, partner, startedAt, reported }: HistoryCall, said: HTMLElement): HTMLElement | undefined {
    if (reported || this.#app.reported.has(callId)) {
      said.hidden = false;
      return undefined;
    }
    const button = h('button', { class: 'quiet round', 'aria-label': `Report ${partner.name}`, title: `Report ${partner.name}`, 'data-testid': 'history-report',
      onclick: () => askReport(this.#app, callId, partner, () => {
        passFocus(button);
        button.remove();
        said.hidden = false;
      }) }, icon('report'));
    return Date.now() - Date.parse(startedAt) < reportableMs ? button : undefined;
  }

  async #showChat(call: HistoryCall, show: HTMLElement, lines: HTMLElement): Promise<void> {
    if (lines.childElementCount === 0) {
      const detail = await this.#app.attempt(this.#app.client.historyOf(call.callId));
      if (!detail) {
        return;
      }
      lines.replaceChildren(...detail.messages.length > 0
        ? detail.messages.map(message => h('li', {}, h('strong', {}, message.from === this.#app.me?.id ? 'You' : call.partner.name), ` ${message.text}`))
        : [h('li', { class: 'soft' }, 'Nothing was written.')]);
    }
    lines.hidden = !lines.hidden;
    show.setAttribute('aria-expanded', String(!lines.hidden));
  }
}

import type { HistoryCall } from '@matchmaker/client';
import type { App } from './app.ts';
import { h } from './dom.ts';
import { clock, endTexts } from './format.ts';

const recordedMs = 1500;

/** The last calls; asked for again a moment after a call, when its record is written. */
export class HistoryList {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #list = h('ul', { class: 'history', 'data-testid': 'history' });
  readonly #more = h('button', { hidden: true, onclick: () => void this.#load(this.#cursor) }, 'Show more');
  #cursor: string | undefined;

  constructor(app: App, expects?: string) {
    this.#app = app;
    this.element = h('section', { class: 'card', 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, 'Your calls'), this.#list, this.#more);
    void this.#load().then(() => expects === undefined || this.#has(expects) || setTimeout(() => void this.#load(), recordedMs));
  }

  #has(callId: string): boolean {
    return this.#list.querySelector(`[data-call-id="${CSS.escape(callId)}"]`) !== null;
  }

  async #load(cursor?: string): Promise<void> {
    const page = await this.#app.attempt(this.#app.client.history(10, cursor));
    if (page) {
      this.#cursor = page.nextCursor;
      this.#more.hidden = page.nextCursor === undefined;
      const items = page.calls.map(item);
      if (cursor) {
        this.#list.append(...items);
      } else {
        this.#list.replaceChildren(...items.length > 0 ? items : [h('li', { class: 'soft' }, 'No calls yet.')]);
      }
    }
  }
}

function item(call: HistoryCall): HTMLElement {
  const when = new Date(call.startedAt);
  return h('li', { 'data-testid': 'history-item', 'data-call-id': call.callId },
    h('span', { class: 'avatar', 'aria-hidden': 'true' }, [...call.partner.name][0] ?? '?'),
    h('span', { class: 'who' }, h('strong', {}, call.partner.name), h('span', { class: 'soft' }, endTexts[call.reason])),
    h('span', { class: 'soft' }, clock(call.seconds)),
    h('time', { class: 'soft', datetime: call.startedAt }, when.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })));
}

import { type Call, type ChatMessage } from '@matchmaker/client';
import type { App } from './app.ts';
import { h, setText } from './dom.ts';

/** The words of a call: mine show when the server has them. */
export class Chat {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #call: Call;
  readonly #toggle: HTMLButtonElement;
  readonly #known = new Set<string>();
  readonly #list = h('ol', { class: 'messages', 'aria-live': 'polite', 'data-testid': 'chat-messages', tabindex: 0, 'aria-label': 'Messages' });
  readonly #input = h('input', { maxlength: 500, autocomplete: 'off', placeholder: 'Message', 'aria-label': 'Message', 'data-testid': 'chat-input' });
  #unread = 0;

  constructor(app: App, call: Call, toggle: HTMLButtonElement) {
    this.#app = app;
    this.#call = call;
    this.#toggle = toggle;
    this.element = h('aside', { class: 'chat', 'aria-label': 'Chat' }, this.#list,
      h('form', { onsubmit: event => { event.preventDefault(); void this.#send(); } },
        this.#input, h('button', { type: 'submit', 'data-testid': 'chat-send' }, 'Send')));
    this.#open(matchMedia('(min-width: 900px)').matches);
  }

  toggle(): void {
    this.#open(this.element.hidden === true);
    if (!this.element.hidden) {
      this.#input.focus();
    }
  }

  add({ id, from, text }: ChatMessage): void {
    if (this.#known.has(id)) {
      return; // also in what a reconnect brought
    }
    this.#known.add(id);
    const mine = from === this.#app.me?.id;
    const who = mine ? 'You' : this.#call.partner.name;
    const item = h('li', { class: mine ? 'mine' : 'theirs', 'data-testid': 'chat-message' }, h('span', { class: 'by' }, who), h('p', {}, text));
    this.#list.append(item);
    item.scrollIntoView({ block: 'nearest' });
    if (this.element.hidden && !mine) {
      this.#unread++;
      this.#label();
    }
  }

  #open(open: boolean): void {
    this.element.hidden = !open;
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#unread = open ? 0 : this.#unread;
    this.#label();
  }

  #label(): void {
    setText(this.#toggle, this.#unread > 0 ? `Chat (${this.#unread})` : 'Chat');
  }

  async #send(): Promise<void> {
    const text = this.#input.value.trim();
    const me = this.#app.me;
    if (text === '' || !me) {
      return;
    }
    this.#input.value = '';
    const sent = await this.#app.attempt(this.#app.client.sendChat(this.#call.callId, text));
    if (sent) {
      this.add({ callId: this.#call.callId, id: sent.id, from: me.id, text, at: sent.at });
    } else {
      this.#input.value ||= text;
    }
  }
}

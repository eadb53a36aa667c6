import type { Call, ChatMessage, Socials } from '@matchmaker/client';
import type { App } from '../app.ts';
import { h } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { showSocials } from './socials.ts';

const most = 500;

/** The words of a call: mine show when the server has them. */
export class Chat {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #call: Call;
  readonly #onUnread: (unread: number) => void;
  readonly #onOpen: (open: boolean) => void;
  readonly #known = new Set<string>();
  readonly #list = h('ol', { class: 'messages', 'aria-live': 'polite', 'data-testid': 'chat-messages', tabindex: 0, 'aria-label': 'Messages' });
  readonly #input = h('input', { maxlength: 500, autocomplete: 'off', enterkeyhint: 'send', placeholder: 'Write a message', 'aria-label': 'Message', 'data-testid': 'chat-input' });
  readonly #empty = h('p', { class: 'soft small nothing' }, 'What you write here stays in both histories.');
  #unread = 0;

  constructor(app: App, call: Call, onUnread: (unread: number) => void, onOpen: (open: boolean) => void) {
    this.#app = app;
    this.#call = call;
    this.#onUnread = onUnread;
    this.#onOpen = onOpen;
    this.element = h('aside', { class: 'chat', 'aria-label': 'Chat', hidden: true },
      h('div', { class: 'row between head' }, h('h2', {}, 'Chat'),
        h('button', { class: 'quiet round', 'aria-label': 'Close the chat', 'data-testid': 'chat-close', onclick: () => this.close() }, icon('close'))),
      this.#empty, this.#list,
      h('form', { onsubmit: event => { event.preventDefault(); void this.#send(); } },
        this.#input, h('button', { type: 'submit', class: 'primary round', 'data-testid': 'chat-send', 'aria-label': 'Send' }, icon('send'))));
  }

  openWhereRoomIs(): void {
    this.#open(matchMedia('(min-width: 1100px)').matches);
  }

  toggle(): void {
    this.#open(this.element.hidden === true);
    if (!this.element.hidden) {
      this.#input.focus();
    }
  }

  close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.#open(false);
    if (hadFocus) {
      document.querySelector<HTMLElement>('[data-testid=chat-toggle]')?.focus();
    }
  }

  add({ id, from, text }: ChatMessage): void {
    if (this.#known.has(id)) {
      return; // also in what a reconnect brought
    }
    this.#known.add(id);
    const mine = from === this.#app.me?.id;
    this.#append(mine, h('li', { class: mine ? 'mine' : 'theirs', 'data-testid': 'chat-message' },
      h('span', { class: 'by' }, mine ? 'You' : this.#call.partner.name), h('p', {}, text)));
  }

  addNote(text: string): void {
    this.#append(true, h('li', { class: 'note' }, text));
  }

  addSocials(socials: Socials): void {
    this.#append(false, h('li', { class: 'theirs', 'data-testid': 'socials-received' }, h('span', { class: 'by' }, `${this.#call.partner.name} can be found at`), showSocials(socials)));
  }

  #append(mine: boolean, item: HTMLElement): void {
    this.#empty.hidden = true;
    this.#list.append(item);
    while (this.#list.childElementCount > most) {
      this.#list.firstElementChild?.remove();
    }
    item.scrollIntoView({ block: 'nearest' });
    if (this.element.hidden && !mine) {
      this.#onUnread(++this.#unread);
      this.#app.say(`${this.#call.partner.name} has written`);
    }
  }

  #open(open: boolean): void {
    this.element.hidden = !open;
    this.#onOpen(open);
    if (open) {
      this.#unread = 0;
      this.#onUnread(0);
      this.#list.lastElementChild?.scrollIntoView({ block: 'nearest' });
    }
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

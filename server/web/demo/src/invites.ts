import type { Card, LiveInvite } from '@matchmaker/client';
import type { App } from './app.ts';
import { everyTick, h, setText } from './dom.ts';
import { about, Deadline, duration } from './format.ts';
import { ring } from './ring.ts';

/** Somebody asks me. */
export class IncomingInvite {
  readonly element: HTMLElement;
  readonly #stopRinging: () => void;
  #deadline: Deadline;

  constructor(app: App, { inviteId, from, callSeconds, remainingSeconds }: LiveInvite) {
    this.#deadline = new Deadline(remainingSeconds);
    const left = h('span', { class: 'countdown', 'aria-hidden': 'true' });
    const title = h('h2', { id: `invite-${inviteId}` }, `${from.name} would like to talk for ${duration(callSeconds)}`);
    const accept = h('button', { class: 'primary', 'data-testid': 'accept', onclick: () => {
      accept.disabled = true;
      void app.attempt(app.client.acceptInvite(inviteId, callSeconds)).then(accepted => accepted ?? app.closeInvite(inviteId));
    } }, 'Accept');
    const decline = h('button', { 'data-testid': 'decline', onclick: () => {
      app.closeInvite(inviteId);
      void app.attempt(app.client.declineInvite(inviteId));
    } }, 'Decline');
    this.element = h('section', { class: 'dialog card', role: 'alertdialog', tabindex: -1, 'aria-labelledby': title.id, 'data-testid': 'incoming' },
      title, h('p', { class: 'soft' }, about(from)), h('div', { class: 'row' }, left, decline, accept));
    this.#stopRinging = ring(`${from.name} is calling`);
    everyTick(this.element, () => setText(left, `${this.#deadline.seconds} s`));
  }

  /** Not a button: whoever is typing must not accept by the next space. */
  focus(): void {
    this.element.focus();
  }

  extend(remainingSeconds: number): void {
    this.#deadline = new Deadline(remainingSeconds);
  }

  close(): void {
    this.#stopRinging();
    this.element.remove();
  }
}

/** I ask somebody. */
export class OutgoingInvite {
  readonly element: HTMLElement;
  readonly person: Card | undefined;
  readonly inviteId: string;
  #deadline: Deadline;

  constructor(app: App, person: Card | undefined, inviteId: string, remainingSeconds: number) {
    this.person = person;
    this.inviteId = inviteId;
    this.#deadline = new Deadline(remainingSeconds);
    const left = h('span', { class: 'countdown', 'aria-hidden': 'true' });
    const title = h('h2', { id: `invite-${inviteId}` }, person ? `Asking ${person.name}…` : 'Your invite is ringing…');
    const longer = h('button', { hidden: true, 'data-testid': 'extend', onclick: () => {
      void app.attempt(app.client.extendInvite(inviteId));
    } }, 'Keep waiting');
    const cancel = h('button', { 'data-testid': 'rescind', onclick: () => {
      app.closeInvite(inviteId);
      void app.attempt(app.client.rescindInvite(inviteId));
    } }, 'Cancel');
    this.element = h('section', { class: 'dialog card', role: 'dialog', tabindex: -1, 'aria-labelledby': title.id, 'data-testid': 'outgoing' },
      title, person && h('p', { class: 'soft' }, about(person)), h('div', { class: 'row' }, left, cancel, longer));
    everyTick(this.element, () => {
      setText(left, `${this.#deadline.seconds} s`);
      longer.hidden = this.#deadline.seconds > 12;
    });
  }

  focus(): void {
    this.element.focus();
  }

  extend(remainingSeconds: number): void {
    this.#deadline = new Deadline(remainingSeconds);
  }

  close(): void {
    this.element.remove();
  }
}

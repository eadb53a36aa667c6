import type { Card, LiveInvite } from '@matchmaker/client';
import type { App } from './app.ts';
import { avatar } from '../../ui/avatar.ts';
import { Countdown } from '../../ui/countdown.ts';
import { everyTick, field, h } from '../../ui/dom.ts';
import { icon } from '../../ui/icons.ts';
import { about, callLengths, Deadline, duration } from './parts/format.ts';
import { ring } from './parts/ring.ts';

const longerFromSeconds = 12;

/** Somebody asks me. */
export class IncomingInvite {
  readonly element: HTMLElement;
  readonly inviteId: string;
  readonly #stopRinging: () => void;
  #deadline: Deadline;

  constructor(app: App, { inviteId, from, callSeconds, remainingSeconds }: LiveInvite) {
    this.inviteId = inviteId;
    this.#deadline = new Deadline(remainingSeconds);
    const left = new Countdown();
    const title = h('h2', { id: `invite-${inviteId}` }, `${from.name} would like to talk`);
    const lengths = [...new Set([callSeconds, ...callLengths])].sort((a, b) => a - b);
    const length = h('select', { id: `length-${inviteId}` },
      ...lengths.map(seconds => h('option', { value: seconds, selected: seconds === callSeconds }, duration(seconds) + (seconds === callSeconds ? ', as asked' : ''))));
    const accept = h('button', { class: 'primary big', 'data-testid': 'accept', onclick: () => {
      accept.disabled = true;
      void app.accept(inviteId, Number(length.value), from).then(() => {
        accept.disabled = false;
        if (document.activeElement === document.body) {
          accept.focus();
        }
      });
    } }, icon('phone'), 'Accept');
    const decline = h('button', { class: 'big', 'data-testid': 'decline', onclick: () => {
      app.closeInvite(inviteId);
      void app.attempt(app.client.declineInvite(inviteId));
    } }, 'Decline');
    this.element = h('section', { class: 'dialog', role: 'alertdialog', tabindex: -1, 'aria-labelledby': title.id, 'aria-describedby': `about-${inviteId}`, 'data-testid': 'incoming' },
      h('div', { class: 'row caller' }, avatar(from), h('div', { class: 'grow', id: `about-${inviteId}` }, title, h('p', { class: 'soft small' }, about(from) || 'Says nothing about themselves.')), left.element),
      field('How long', length, 'The call is as long as the mean of both wishes.'),
      h('div', { class: 'row answers' }, decline, accept));
    this.#stopRinging = ring('Somebody is calling');
    everyTick(this.element, () => {
      left.show(this.#deadline.seconds);
      closeWhenOver(app, inviteId, this.#deadline);
    });
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

  constructor(app: App, person: Card | undefined, inviteId: string, callSeconds: number, remainingSeconds: number) {
    this.person = person;
    this.inviteId = inviteId;
    this.#deadline = new Deadline(remainingSeconds);
    const left = new Countdown();
    const title = h('h2', { id: `invite-${inviteId}` }, person ? `Asking ${person.name}…` : 'Your invite is ringing…');
    const longer = h('button', { class: 'big', hidden: true, 'data-testid': 'extend', onclick: () => {
      void app.attempt(app.client.extendInvite(inviteId));
    } }, icon('clock'), 'Keep waiting');
    const cancel = h('button', { class: 'big', 'data-testid': 'rescind', onclick: () => {
      app.closeInvite(inviteId);
      void app.attempt(app.client.rescindInvite(inviteId));
    } }, 'Cancel');
    this.element = h('section', { class: 'dialog', role: 'dialog', tabindex: -1, 'aria-labelledby': title.id, 'data-testid': 'outgoing' },
      h('div', { class: 'row caller' }, avatar(person), h('div', { class: 'grow' }, title, h('p', { class: 'soft small' }, `To talk for ${duration(callSeconds)}`)), left.element),
      h('div', { class: 'row answers' }, cancel, longer));
    everyTick(this.element, () => {
      left.show(this.#deadline.seconds);
      longer.hidden = this.#deadline.seconds > longerFromSeconds;
      closeWhenOver(app, inviteId, this.#deadline);
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

/** Without a connection nobody says that it has rung out. */
function closeWhenOver(app: App, inviteId: string, deadline: Deadline): void {
  if (deadline.isLongOver) {
    app.closeInvite(inviteId);
  }
}

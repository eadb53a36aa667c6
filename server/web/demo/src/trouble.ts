import type { Call, ConnectionState, FinalReason, MatchmakerError } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { everyTick, h, setText } from '../../ui/dom.ts';
import { icon } from '../../ui/icons.ts';
import { Countdown } from '../../ui/countdown.ts';
import { Deadline } from './parts/format.ts';
import { whenAgain, whyOffline } from './parts/notices.ts';
import { BannedCard } from './safety/banned.ts';

function trouble(testId: string, sign: Node, ...children: (Node | false | undefined)[]): HTMLElement {
  return h('section', { class: 'card trouble', 'data-testid': testId }, h('span', { class: 'sign' }, sign), ...children);
}

/** Before the server was heard for the first time: patience, then why not and when again. */
export class ConnectingScreen implements Screen {
  readonly element: HTMLElement;
  readonly #title = h('h1', {}, 'Connecting…');
  readonly #why = h('p', { class: 'soft' });
  readonly #when = h('p', { class: 'soft', hidden: true });
  readonly #sign = h('span', { class: 'sign' }, h('span', { class: 'spinner' }));
  readonly #countdown = new Countdown();
  #deadline: Deadline | undefined;

  constructor(app: App) {
    this.element = h('section', { class: 'card trouble', 'data-testid': 'connecting' },
      this.#sign, h('div', { class: 'stack', role: 'status' }, this.#title, this.#why), this.#when,
      h('button', { class: 'quiet', onclick: () => void app.signOut() }, 'Sign out'));
    this.show(app.client.state);
    everyTick(this.element, () => this.#tick());
  }

  show(state: ConnectionState): void {
    if ((state.state !== 'connecting' && state.state !== 'reconnecting') || state.retryInSeconds === undefined) {
      return;
    }
    const code = state.error?.code ?? 'unreachable';
    this.element.dataset.testid = 'no-connection';
    this.element.dataset.code = navigator.onLine ? code : 'offline';
    this.#deadline = new Deadline(state.retryInSeconds);
    this.#when.hidden = false;
    const full = code === 'server_full';
    setText(this.#title, full ? 'The server is full' : code === 'draining' ? 'The server is being updated' : navigator.onLine ? 'The server cannot be reached' : 'You are offline');
    setText(this.#why, full ? 'Everybody’s place is taken at the moment. This page goes in by itself when one is free.'
      : code === 'draining' ? 'It is back in a moment. The page goes on by itself.'
      : navigator.onLine ? whyOffline(state.error).replace('The connection was lost.', 'The page goes on by itself when it answers.')
      : 'Check the network of this device. The page goes on by itself when it is back.');
    this.#sign.replaceChildren(full || code === 'draining' ? this.#countdown.element : icon('offline'));
    this.#tick();
  }

  #tick(): void {
    if (this.#deadline) {
      this.#countdown.show(this.#deadline.seconds);
      setText(this.#when, whenAgain(this.#deadline));
    }
  }
}

/** My call is in another tab of mine. */
export class ElsewhereScreen implements Screen {
  readonly element: HTMLElement;
  readonly call: Call;

  constructor(app: App, call: Call) {
    this.call = call;
    this.element = trouble('elsewhere', icon('tabs'),
      h('h1', {}, `Your call with ${call.partner.name} is open in another tab`),
      h('p', { class: 'soft' }, 'It goes on there. You can also continue it here.'),
      h('button', { class: 'primary', 'data-testid': 'take-call', onclick: () => void app.takeCall() }, 'Continue here'));
  }
}

/** This page does not come back by itself. */
export class StoppedScreen implements Screen {
  readonly element: HTMLElement;

  constructor(app: App, reason: FinalReason, error: MatchmakerError | undefined) {
    this.element = reason === 'banned' ? new BannedCard(app, error).element : replaced(app);
  }
}

function replaced(app: App): HTMLElement {
  return trouble('stopped', icon('tabs'),
    h('h1', {}, 'Matchmaker is open in other tabs'),
    h('p', { class: 'soft' }, 'Two tabs can be open at a time, so this one has stopped.'),
    h('button', { class: 'primary', 'data-testid': 'use-here', onclick: () => app.useHere() }, 'Use it here'));
}

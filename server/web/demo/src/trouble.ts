import type { Call, FinalReason, MatchmakerError } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { h } from './dom.ts';

/** My call is in another tab of mine. */
export class ElsewhereScreen implements Screen {
  readonly element: HTMLElement;
  readonly call: Call;

  constructor(app: App, call: Call) {
    this.call = call;
    this.element = h('section', { class: 'card trouble', 'data-testid': 'elsewhere' },
      h('h1', {}, `Your call with ${call.partner.name} is open in another tab`),
      h('p', {}, 'You can go on there, or continue it here.'),
      h('button', { class: 'primary', 'data-testid': 'take-call', onclick: () => void app.takeCall() }, 'Continue here'));
  }
}

/** This page does not come back by itself. */
export class StoppedScreen implements Screen {
  readonly element: HTMLElement;

  constructor(app: App, reason: FinalReason, error: MatchmakerError | undefined) {
    const banned = reason === 'banned';
    const until = error?.details.until;
    this.element = h('section', { class: 'card trouble', 'data-testid': 'stopped' },
      h('h1', {}, banned ? 'You cannot take part at the moment' : 'Matchmaker is open in other tabs'),
      h('p', {}, banned
        ? `The moderators have excluded you${typeof until === 'string' ? ` until ${new Date(until).toLocaleString()}` : ''}.`
        : 'Two tabs can be open at a time, so this one has stopped.'),
      !banned && h('button', { class: 'primary', 'data-testid': 'use-here', onclick: () => app.client.connect() }, 'Use it here'));
  }
}

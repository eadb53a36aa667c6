import type { CallEnded, Card } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { confirmed, h } from './dom.ts';
import { clock, endTexts } from './format.ts';
import { HistoryList } from './history.ts';

/** The call is over. Without `end` it was while this page was away. */
export class AfterScreen implements Screen {
  readonly element: HTMLElement;

  constructor(app: App, partner: Card, end?: CallEnded) {
    const block = confirmed({ class: 'warn', 'data-testid': 'after-block' }, `Block ${partner.name}`, 'Really block?', () => {
      block.disabled = true;
      void app.block(partner);
    });
    this.element = h('div', { class: 'after', 'data-testid': 'after' },
      h('section', { class: 'card' },
        h('h1', {}, end ? `You talked with ${partner.name} for ${clock(end.seconds)}` : `Your call with ${partner.name} is over`),
        h('p', { role: 'status', 'data-testid': 'after-reason' }, end ? endTexts[end.reason] : 'It ended while you were away.'),
        h('div', { class: 'row' },
          h('button', { class: 'primary', 'data-testid': 'after-next', onclick: () => void app.joinQueue() }, 'Meet someone else'),
          h('button', { 'data-testid': 'after-lobby', onclick: () => app.showLobby() }, 'Back to the lobby'),
          block)),
      new HistoryList(app, end && end.recorded !== 'no' ? end.callId : undefined).element);
  }
}

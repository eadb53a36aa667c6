import type { CallEnded, Card, Socials } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { avatar } from '../../ui/avatar.ts';
import { confirmed, h } from '../../ui/dom.ts';
import { icon } from '../../ui/icons.ts';
import { showSocials } from './call/socials.ts';
import { clock, endTexts, until } from './parts/format.ts';
import { HistoryList } from './parts/history.ts';

/** The call is over. Without `end` it was while this page was away. */
export class AfterScreen implements Screen {
  readonly element: HTMLElement;

  constructor(app: App, partner: Card, end?: CallEnded, socials?: Socials) {
    const block = confirmed({ class: 'warn', 'data-testid': 'after-block' }, icon('block'), `Block ${partner.name}`, 'Really block?', () => {
      block.disabled = true;
      void app.block(partner);
    });
    this.element = h('div', { class: 'after', 'data-testid': 'after' },
      h('section', { class: 'card stack' },
        avatar(partner, 'large'),
        h('h1', {}, end ? `You talked with ${partner.name} for ${clock(end.seconds)}` : `Your call with ${partner.name} is over`),
        h('p', { class: 'soft', role: 'status', 'data-testid': 'after-reason' },
          end ? endTexts[end.reason] : 'It ended while you were away.',
          end?.cooldownUntil ? ` You two can meet again in ${until(end.cooldownUntil)}.` : ''),
        socials && h('div', { class: 'found' }, h('strong', {}, `${partner.name} can be found at`), showSocials(socials)),
        h('div', { class: 'row answers' },
          h('button', { class: 'primary big', 'data-testid': 'after-next', onclick: () => void app.joinQueue() }, 'Meet someone else'),
          h('button', { class: 'big', 'data-testid': 'after-lobby', onclick: () => app.showLobby() }, 'Back to the lobby')),
        h('div', { class: 'row' }, block)),
      h('section', { class: 'card stack', 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, 'Your calls'),
        new HistoryList(app, end && end.recorded !== 'no' ? end.callId : undefined).element));
  }
}

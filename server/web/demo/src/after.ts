import type { Call, CallEnded, Socials } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { avatar } from '../../ui/avatar.ts';
import { confirmed, h, passFocus } from '../../ui/dom.ts';
import { icon } from '../../ui/icons.ts';
import { showSocials } from './call/socials.ts';
import { clock, endTexts, until } from './parts/format.ts';
import { HistoryList } from './parts/history.ts';
import { askReport } from './safety/report.ts';

/** The call is over. Without `end` it was while this page was away, or I hung up while the server was. */
export class AfterScreen implements Screen {
  readonly element: HTMLElement;

  constructor(app: App, { callId, partner }: Call, end: CallEnded | 'hung_up' | undefined, socials?: Socials) {
    const told = end === 'hung_up' ? undefined : end;
    const block = confirmed({ class: 'warn', 'data-testid': 'after-block' }, icon('block'), `Block ${partner.name}`, 'Really block?', () => {
      block.disabled = true;
      void app.block(partner).then(blocked => { block.disabled = blocked; });
    });
    const history = new HistoryList(app, told && told.recorded !== 'no' ? told.callId : undefined);
    const again = h('span', {}, told?.cooldownUntil ? ` You two can meet again in ${until(told.cooldownUntil)}.` : '');
    const report = h('button', { class: 'warn', 'data-testid': 'after-report', onclick: () => askReport(app, callId, partner, () => { reported(); history.reload(); }) }, icon('report'), `Report ${partner.name}`);
    const reported = (): void => {
      passFocus(report);
      report.replaceWith(h('p', { class: 'soft said', 'data-testid': 'after-reported' }, icon('report'), `Reported. You will not meet ${partner.name} again.`));
      block.hidden = again.hidden = true;
    };
    this.element = h('div', { class: 'after', 'data-testid': 'after' },
      h('section', { class: 'card stack' },
        avatar(partner, 'large'),
        h('h1', {}, told ? `You talked with ${partner.name} for ${clock(told.seconds)}` : `Your call with ${partner.name} is over`),
        h('p', { class: 'soft', role: 'status', 'data-testid': 'after-reason' },
          told ? endTexts[told.reason] : end ? 'You hung up. The server hears of it as soon as it is back.' : 'It ended while you were away.',
          again),
        socials && h('div', { class: 'found' }, h('strong', {}, `${partner.name} can be found at`), showSocials(socials)),
        h('div', { class: 'row answers' },
          h('button', { class: 'primary big', 'data-testid': 'after-next', onclick: () => void app.joinQueue() }, 'Meet someone else'),
          h('button', { class: 'big', 'data-testid': 'after-lobby', onclick: () => app.showLobby() }, 'Back to the lobby')),
        h('div', { class: 'row answers' }, report, block)),
      h('section', { class: 'card stack', 'aria-labelledby': 'history' }, h('h2', { id: 'history' }, 'Your calls'),
        history.element));
    if (app.reported.has(callId)) {
      reported();
    }
  }
}

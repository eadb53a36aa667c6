import { avatar } from '../../../ui/avatar.ts';
import { h } from '../../../ui/dom.ts';
import type { HistoryCall } from '@matchmaker/client';
import { api } from '../api/api.ts';
import type { MeasureView, UserDetail } from '../api/shapes.ts';
import type { App } from '../app.ts';
import { redraw } from '../parts/focus.ts';
import { icon } from '../parts/icons.ts';
import { measureList } from '../parts/measures.ts';
import { facts, nothing, standingTag, tag } from '../parts/tags.ts';
import { about, accuracyWords, ago, clock, count, endWords, shortTime } from '../parts/words.ts';
import { addressBanDialog } from './address.ts';

/** Somebody who can be looked at beside the case: the reported person, or one who reported. */
export interface Party {
  id: string;
  name: string;
  role: 'Reported' | 'Reporter';
}

/** What is known of a person: standing, measures, reports both ways, who shares their network, their last calls. */
export class PersonPane {
  readonly element = h('section', { class: 'pane person', 'aria-label': 'Person', 'data-testid': 'person-pane' });
  detail: UserDetail | undefined;
  readonly #app: App;
  readonly #back: () => void;
  readonly #choose: (userId: string) => void;
  #userId: string | undefined;
  #parties: readonly Party[] = [];

  constructor(app: App, back: () => void, choose: (userId: string) => void) {
    this.#app = app;
    this.#back = back;
    this.#choose = choose;
  }

  async open(userId: string | undefined, parties: readonly Party[] = []): Promise<void> {
    this.#userId = userId;
    this.#parties = parties;
    if (userId === undefined) {
      this.detail = undefined;
      this.element.replaceChildren(nothing('Nobody is chosen'));
      return;
    }
    const detail = await this.#app.attempt(api.user(userId), { not_found: 'There is no such person.' });
    if (this.#userId === userId) {
      this.detail = detail;
      redraw(this.element, () => this.element.replaceChildren(...detail ? this.#show(detail) : [nothing('This person is not there')]));
    }
  }

  /** After a measure: the same person as they are now. */
  reload(): Promise<void> {
    return this.open(this.#userId, this.#parties);
  }

  /** The other side of the case, or the next reporter. */
  next(): void {
    const at = this.#parties.findIndex(({ id }) => id === this.#userId);
    const next = this.#parties[(at + 1) % this.#parties.length];
    if (next) {
      this.#choose(next.id);
    }
  }

  /** Why their address cannot be banned; undefined when it can. */
  get whyNotAddress(): string | undefined {
    return !this.#app.is('senior') ? 'Banning addresses needs a senior.' : this.detail?.createdAt === undefined ? 'The account is erased.' : undefined;
  }

  banAddress(): void {
    if (this.detail) {
      addressBanDialog(this.#app, { person: this.detail.card }, () => void this.reload());
    }
  }

  #show(detail: UserDetail): Node[] {
    const { card, createdAt, standing, measures, appeals, reportsAgainst, reportsBy, calls, sharesAddressWith, sharesNetworkWith } = detail;
    const { name } = card;
    return [
      h('div', { class: 'head' },
        h('div', { class: 'row title' },
          h('button', { type: 'button', class: 'quiet round back', 'aria-label': 'Back to the case', onclick: () => this.#back() }, icon('back')),
          avatar(card),
          h('div', { class: 'who' }, h('h2', {}, name))),
        h('p', { class: 'soft small' }, standing && standingTag(standing), standing && ' ', about(card) || 'Says nothing about themselves'),
        this.#parties.length > 1 && this.#switch(card.id)),
      h('section', { class: 'block' },
        facts(
          ['Account', createdAt ? h('span', {}, 'made ', ago(createdAt)) : 'erased'],
          ['Id', h('code', {}, card.id)],
          ['Reported', `${count(reportsAgainst, 'time', 'times')}`],
          ['Own reports', accuracyWords(reportsBy)],
          ['Same address', shared(sharesAddressWith)],
          ['Same network', shared(sharesNetworkWith)])),
      h('section', { class: 'block' },
        h('h3', {}, 'Measures'),
        measures.length > 0 ? measureList(measures, measure => this.#lift(measure)) : h('p', { class: 'soft' }, 'None, ever.'),
        h('div', { class: 'row' }, this.#addressButton())),
      appeals.length > 0 && h('section', { class: 'block' },
        h('h3', {}, 'Appeals'),
        h('ul', { class: 'list' }, ...appeals.map(appeal => h('li', {}, h('a', { href: `#/appeals/${appeal.appealId}` }, ago(appeal.createdAt), `: ${appeal.outcome ?? 'not decided'}`))))),
      h('section', { class: 'block' },
        h('h3', {}, 'Last calls'),
        calls.length > 0 ? h('ul', { class: 'calls' }, ...calls.map(call => this.#call(call))) : h('p', { class: 'soft' }, 'None.')),
    ].filter(each => each !== false);
  }

  /** Both sides of the case, a key press apart. */
  #switch(shown: string): HTMLElement {
    return h('div', { class: 'segments wrap', role: 'group', 'aria-label': 'Both sides of the case' }, ...this.#parties.map(({ id, name, role }) =>
      h('button', { type: 'button', 'aria-pressed': String(id === shown), 'data-testid': 'party', title: `${role}: ${name}`, onclick: () => this.#choose(id) }, h('span', { class: 'name' }, name), h('span', { class: 'heard' }, `, ${role.toLowerCase()}`))));
  }

  #call({ callId, partner, startedAt, seconds, reason, reported }: HistoryCall): HTMLElement {
    const party = this.#parties.find(({ id }) => id === partner.id);
    return h('li', { 'data-testid': 'call', 'data-call-id': callId, class: party ? 'party' : '' },
      h('span', { class: 'line' }, h('strong', {}, partner.name), party && tag('plain', party.role), reported && tag('warn', icon('urgent'), 'Reported'), h('span', { class: 'soft' }, clock(seconds))),
      h('span', { class: 'line soft small' }, shortTime(startedAt), h('span', {}, endWords[reason])));
  }

  #lift(measure: MeasureView): Node | false {
    if (!measure.inForce || measure.kind === 'warn') {
      return false;
    }
    const why = measure.mayLift ? undefined : this.#app.is('moderator') ? 'Somebody else took it: a senior can lift it.' : 'Viewers only read.';
    return h('button', {
      type: 'button', class: 'small', 'data-testid': 'lift', title: why, 'aria-disabled': why === undefined ? undefined : 'true',
      onclick: () => why === undefined ? this.#liftLater(measure) : this.#app.toasts.say(why),
    }, 'Lift');
  }

  #liftLater(measure: MeasureView): void {
    const name = this.detail?.card.name ?? '';
    const button = this.element.querySelector<HTMLElement>('[data-testid=lift]');
    button?.setAttribute('aria-disabled', 'true');
    this.#app.toasts.offer(`The ${measure.kind} of ${name} is lifted`, () => button?.removeAttribute('aria-disabled'),
      leaving => this.#app.attempt(api.lift(measure.measureId, leaving)).then(() => this.reload()));
  }

  #addressButton(): HTMLElement {
    const why = this.whyNotAddress;
    return h('button', {
      type: 'button', class: 'small', 'data-testid': 'ban-address', title: why, 'aria-disabled': why === undefined ? undefined : 'true',
      onclick: () => why === undefined ? this.banAddress() : this.#app.toasts.say(why),
    }, icon('address'), 'Ban the address…');
  }
}

function shared(others: number): Node | string {
  return others === 0 ? 'nobody else' : h('span', { class: 'shared' }, count(others, 'other person', 'other people'));
}

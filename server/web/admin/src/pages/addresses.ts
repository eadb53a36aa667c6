import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { AddressBanView } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { addressBanDialog } from '../cases/address.ts';
import type { Command } from '../commands.ts';
import { redraw } from '../parts/focus.ts';
import { icon } from '../parts/icons.ts';
import { nothing, tag } from '../parts/tags.ts';
import { ago, reasonNames, scopeNames, untilWords } from '../parts/words.ts';

/** Addresses and networks from where nobody may come. */
export class AddressesPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #list = h('div', {});
  readonly #all = h('input', { type: 'checkbox', id: 'all-bans', onchange: () => void this.#load() });

  constructor(app: App) {
    this.#app = app;
    this.element = h('div', { class: 'wide-page stack', 'data-testid': 'addresses-page' },
      h('div', { class: 'row between' }, h('h1', {}, 'Address bans'),
        h('div', { class: 'row' },
          h('div', { class: 'check' }, this.#all, h('label', { for: this.#all.id }, 'Also those that are over')),
          h('button', { type: 'button', class: 'primary', 'data-testid': 'new-address-ban', onclick: () => this.#add() }, icon('address'), 'Ban an address…', h('kbd', { 'aria-hidden': 'true' }, 'B')))),
      h('p', { class: 'soft' }, 'An address is kept as it was typed only while its ban is in force; what is compared is a keyed hash.'),
      this.#list);
    void this.#load();
  }

  commands(): Command[] {
    return [{ id: 'new-address-ban', title: 'Ban an address', group: 'Person', key: 'B', icon: 'address', run: () => this.#add() }];
  }

  #add(): void {
    addressBanDialog(this.#app, 'typed', () => void this.#load());
  }

  async #load(): Promise<void> {
    const found = await this.#app.attempt(api.addressBans(this.#all.checked ? 'all' : 'in_force'));
    if (found) {
      redraw(this.#list, () => this.#list.replaceChildren(found.bans.length > 0
        ? h('ul', { class: 'entries', 'data-testid': 'address-bans' }, ...found.bans.map(ban => this.#row(ban)))
        : nothing('No address is banned', 'Mostly a ban of the person is enough.')));
    }
  }

  #row(ban: AddressBanView): HTMLElement {
    return h('li', { class: ban.inForce ? '' : 'decided', 'data-testid': 'address-ban' },
      h('div', { class: 'row between' },
        h('span', { class: 'row' }, tag(ban.inForce ? 'danger' : 'plain', icon('address'), scopeNames[ban.scope]),
          h('strong', {}, ban.label ?? 'not kept any more'), h('span', { class: 'soft' }, reasonNames[ban.reason])),
        ban.inForce && h('button', { type: 'button', class: 'small', 'data-testid': 'lift', onclick: () => this.#lift(ban) }, 'Lift')),
      h('p', {}, `“${ban.text}”`),
      h('p', { class: 'soft small' }, ago(ban.takenAt), ` by ${ban.decidedBy.name} · `,
        ban.liftedAt ? `lifted${ban.liftedBy ? ` by ${ban.liftedBy.name}` : ''}` : ban.inForce ? untilWords(ban.until) : 'is over'));
  }

  #lift(ban: AddressBanView): void {
    this.#app.toasts.offer(`The ban of ${ban.label ?? 'an address'} is lifted`, () => undefined,
      leaving => this.#app.attempt(api.liftAddress(ban.banId, leaving)).then(() => this.#load()));
  }
}

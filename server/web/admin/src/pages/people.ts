import { avatar } from '../../../ui/avatar.ts';
import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { UserSummary } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { PersonPane } from '../cases/person.ts';
import type { Command } from '../commands.ts';
import { personCommands } from '../cases/measures.ts';
import { markCurrent, moveFocus } from '../parts/focus.ts';
import { icon } from '../parts/icons.ts';
import { nothing, standingTag } from '../parts/tags.ts';
import { about, ago } from '../parts/words.ts';

const searchAfterMs = 250;

/** Anybody, by name or id, reported or not. */
export class PeoplePage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #person: PersonPane;
  readonly #list = h('ul', { class: 'rows', 'data-testid': 'people' });
  readonly #search = h('input', {
    type: 'search', placeholder: 'The beginning of a name, or an id', 'aria-label': 'Search people', autocomplete: 'off', 'data-testid': 'search', oninput: () => this.#searchSoon(),
  });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #userId: string | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#person = new PersonPane(app, () => app.go('people'), userId => app.go('people', userId));
    this.element = h('div', { class: 'panes two', 'data-testid': 'people-page' }, h('h1', { class: 'heard' }, 'People'),
      h('section', { class: 'pane queue', 'aria-label': 'Search' },
        h('div', { class: 'filters' },
          h('div', { class: 'search' }, icon('search'), this.#search, h('kbd', { 'aria-hidden': 'true' }, '/'))),
        h('div', { class: 'scroll' }, this.#list)),
      this.#person.element);
    this.#list.append(nothing('Search somebody', 'Names as they are now; an id finds an erased account too.'));
  }

  leave(): void {
    clearTimeout(this.#timer);
  }

  open([userId]: string[]): void {
    this.#userId = userId;
    this.element.dataset.pane = userId ? 'person' : 'queue';
    this.#mark();
    void this.#person.open(userId);
  }

  commands(): Command[] {
    return [
      { id: 'next', title: 'Next person', group: 'Move', key: 'J', run: () => moveFocus(this.#list, 1) },
      { id: 'previous', title: 'Previous person', group: 'Move', key: 'K', run: () => moveFocus(this.#list, -1) },
      { id: 'search', title: 'Search people', group: 'Move', key: '/', icon: 'search', run: () => this.#search.focus() },
      ...personCommands(this.#app, this.#person),
    ];
  }

  #searchSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#find(this.#search.value.trim()), searchAfterMs);
  }

  async #find(q: string): Promise<void> {
    const found = q === '' ? { users: [] } : await this.#app.attempt(api.users(q));
    if (found && q === this.#search.value.trim()) {
      this.#list.replaceChildren(...found.users.length > 0 ? found.users.map(row) : [nothing(q === '' ? 'Search somebody' : 'Nobody is called so')]);
      this.#mark();
    }
  }

  #mark(): void {
    for (const link of this.#list.querySelectorAll('a')) {
      markCurrent(link, link.hash === `#/people/${this.#userId}`);
    }
  }
}

function row({ card, createdAt, standing }: UserSummary): HTMLElement {
  return h('li', { 'data-testid': 'user' }, h('a', { href: `#/people/${card.id}` },
    avatar(card),
    h('span', { class: 'line' }, h('strong', {}, card.name), standing && standingTag(standing)),
    h('span', { class: 'line soft' }, about(card) || 'Says nothing about themselves'),
    h('span', { class: 'line soft' }, h('span', {}, 'Here since ', ago(createdAt)))));
}

import type { Person } from '@matchmaker/client';
import type { App } from '../app.ts';
import { showAvatar } from '../../../ui/avatar.ts';
import { h, passFocus, setText } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { about, until } from '../parts/format.ts';

const tidyMs = 1000;

/**
 * The second way: the people who are here. Nothing moves under the pointer: a card changes in place, a place that was
 * left stays until somebody new takes it, and while nobody points at the list the last card fills it.
 */
export class People {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #list = h('ul', { class: 'people', 'data-testid': 'people' });
  readonly #empty = h('div', { class: 'empty', hidden: true, 'data-testid': 'nobody' }, icon('people'),
    h('strong', {}, 'Nobody else is here just now'),
    h('p', { class: 'soft' }, 'Choose “Find someone”: the next person who fits is yours. Or open this page in a second window to try it with yourself.'));
  readonly #places: Place[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(app: App) {
    this.#app = app;
    this.element = h('div', { class: 'crowd' }, this.#empty, this.#list);
    this.#timer = setInterval(() => this.#tidy(), tidyMs);
  }

  leave(): void {
    clearInterval(this.#timer);
  }

  show(people: readonly Person[]): void {
    const here = new Map(people.map(person => [person.id, person]));
    for (const place of this.#places) {
      const person = place.person && here.get(place.person.id);
      place.show(person);
      here.delete(person?.id ?? '');
    }
    const free = this.#places.filter(place => !place.person);
    for (const person of here.values()) {
      (free.shift() ?? this.#add()).show(person);
    }
    this.#cutEnd();
    this.#empty.hidden = people.length > 0;
  }

  #add(): Place {
    const place = new Place(this.#app);
    this.#places.push(place);
    this.#list.append(place.element);
    return place;
  }

  /** Also lets cooldowns that are over disappear. */
  #tidy(): void {
    this.#places.forEach(place => place.show(place.person));
    if (this.#list.matches(':hover, :focus-within')) {
      return;
    }
    for (const place of this.#places) {
      this.#cutEnd();
      const last = this.#places.at(-1);
      if (!place.person && last && last !== place && this.#places.indexOf(place) >= 0) {
        place.show(last.person);
        last.show(undefined);
      }
    }
    this.#cutEnd();
  }

  #cutEnd(): void {
    while (this.#places.length > 0 && !this.#places.at(-1)?.person) {
      this.#places.pop()?.element.remove();
    }
  }
}

class Place {
  readonly element: HTMLElement;
  person: Person | undefined;
  readonly #face = h('span', { class: 'avatar', 'aria-hidden': 'true' });
  readonly #name = h('strong', {});
  readonly #about = h('span', { class: 'soft small' });
  readonly #again = h('span', { class: 'soft small again', 'data-testid': 'cooldown' });
  readonly #button: HTMLButtonElement;

  constructor(app: App) {
    this.#button = h('button', { 'data-testid': 'invite', onclick: () => this.person && void app.invite(this.person) }, icon('phone'), 'Invite');
    this.element = h('li', {}, this.#face, h('span', { class: 'who' }, this.#name, this.#about), this.#again, this.#button);
  }

  show(person: Person | undefined): void {
    const cools = person?.cooldownUntil !== undefined && Date.parse(person.cooldownUntil) > Date.now();
    if (!person || cools) {
      passFocus(this.element);
    }
    if (person !== this.person) {
      this.person = person;
      this.element.classList.toggle('left', !person);
      this.element.inert = !person;
      if (person) {
        this.element.dataset.testid = 'person';
        this.element.dataset.userId = person.id;
        showAvatar(this.#face, person);
        setText(this.#name, person.name);
        setText(this.#about, about(person));
        this.#about.title = about(person);
        this.#button.setAttribute('aria-label', `Invite ${person.name}`);
      } else {
        delete this.element.dataset.testid;
        delete this.element.dataset.userId;
        setText(this.#about, 'has left');
      }
    }
    this.#button.hidden = cools;
    this.#again.hidden = !cools;
    setText(this.#again, cools ? `again in ${until(person?.cooldownUntil ?? '')}` : '');
  }
}

import type { Gender, Lobby, Person, QueueStatus, Unsubscribe } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { field, h, setText } from './dom.ts';
import { about, duration, until } from './format.ts';
import { HistoryList } from './history.ts';
import { openMedia, troubleTexts } from './media.ts';

const wantNames = { female: 'Women', male: 'Men', nonbinary: 'Non-binary people' } as const satisfies Partial<Record<Gender, string>>;
const lengths = [60, 180, 300, 600, 1800];

/** Two equal ways to meet: anyone who fits, or one of the people who are here. */
export class LobbyScreen implements Screen {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #off: Unsubscribe;
  readonly #history: HistoryList;
  readonly #cards = new Map<string, PersonCard>();
  readonly #count = h('span', { class: 'soft', 'data-testid': 'lobby-count' });
  readonly #people = h('ul', { class: 'people', 'data-testid': 'people' });
  readonly #empty = h('p', { class: 'soft' }, 'Nobody else is here just now. Choose “Find someone”: the next person who fits is yours.');
  readonly #find = h('button', { class: 'primary', 'data-testid': 'meet-anyone', onclick: () => void this.#app.joinQueue() }, 'Find someone');
  readonly #leave = h('button', { 'data-testid': 'leave-queue', onclick: () => void this.#app.leaveQueue() }, 'Stop looking');
  readonly #wait = h('p', { class: 'waiting', 'aria-live': 'polite', 'data-testid': 'queue-status' });
  readonly #wishes: HTMLFieldSetElement;

  constructor(app: App) {
    this.#app = app;
    const length = h('select', { 'data-testid': 'call-seconds', onchange: () => { app.wishes.callSeconds = Number(length.value); } },
      ...lengths.map(s => h('option', { value: s, selected: s === app.wishes.callSeconds }, duration(s))));
    const visible = h('input', { type: 'checkbox', id: 'visible', checked: app.visible, 'data-testid': 'visible',
      onchange: () => { app.visible = visible.checked; void app.attempt(app.client.setAvailable(app.visible)); } });
    this.#wishes = h('fieldset', {}, h('legend', {}, 'I would like to meet'), ...this.#genders(),
      h('small', {}, 'None chosen: everybody.'));
    this.#history = new HistoryList(app);
    this.element = h('div', { class: 'lobby', 'data-testid': 'lobby' },
      h('section', { class: 'card', 'aria-labelledby': 'anyone' },
        h('h2', { id: 'anyone' }, 'Meet anyone'), this.#wishes, field('Length of a call', length), this.#wait, this.#find, this.#leave),
      h('section', { class: 'card', 'aria-labelledby': 'here' },
        h('div', { class: 'row' }, h('h2', { id: 'here' }, 'People here'), this.#count),
        h('div', { class: 'check' }, visible, h('label', { for: 'visible' }, 'Others can see and invite me')),
        this.#empty, this.#people),
      this.#history.element);
    this.#off = app.client.on('lobby', lobby => this.#showPeople(lobby));
    this.showQueue(app.queue);
    void app.attempt(app.client.watchLobby());
    // Asked for here and not when somebody waits on the other side.
    void openMedia().then(({ trouble }) => trouble && app.notices.say(troubleTexts[trouble]));
  }

  leave(): void {
    this.#off();
    if (this.#app.client.state.state === 'online') {
      void this.#app.attempt(this.#app.client.unwatchLobby());
    }
  }

  showQueue(status: QueueStatus | undefined): void {
    this.#find.hidden = this.#wishes.disabled = status !== undefined;
    this.#leave.hidden = this.#wait.hidden = status === undefined;
    if (status) {
      const widened = status.widened?.length ? ' Looking more widely now.' : '';
      const wait = status.estimatedWaitSeconds > 0 ? `, about ${duration(status.estimatedWaitSeconds)}` : '';
      setText(this.#wait, `Looking for someone… place ${status.position} of ${status.waiting}${wait}.${widened}`);
    }
  }

  #genders(): HTMLElement[] {
    return (Object.keys(wantNames) as (keyof typeof wantNames)[]).map(gender => {
      const box = h('input', { type: 'checkbox', id: `want-${gender}`, checked: this.#app.wishes.wants?.includes(gender) ?? false,
        'data-testid': `want-${gender}`,
        onchange: () => {
          const wants = new Set(this.#app.wishes.wants);
          void (box.checked ? wants.add(gender) : wants.delete(gender));
          const { wants: _, ...rest } = this.#app.wishes;
          this.#app.wishes = wants.size > 0 ? { ...rest, wants: [...wants] } : rest;
        } });
      return h('div', { class: 'check' }, box, h('label', { for: box.id }, wantNames[gender]));
    });
  }

  /** In place: a card keeps its element and its position, so nothing jumps under the pointer. */
  #showPeople({ people, total }: Lobby): void {
    const others = people.filter(person => person.id !== this.#app.me?.id);
    const ids = new Set(others.map(person => person.id));
    for (const [id, card] of this.#cards) {
      if (!ids.has(id)) {
        card.element.remove();
        this.#cards.delete(id);
      }
    }
    for (const person of others) {
      let card = this.#cards.get(person.id);
      if (!card) {
        this.#cards.set(person.id, card = new PersonCard(this.#app, person));
        this.#people.append(card.element);
      }
      card.update(person);
    }
    this.#empty.hidden = others.length > 0;
    setText(this.#count, `${Math.max(total, others.length)} here`);
  }
}

class PersonCard {
  readonly element: HTMLElement;
  readonly #name = h('strong', {});
  readonly #about = h('span', { class: 'soft' });
  readonly #again = h('span', { class: 'soft', 'data-testid': 'cooldown' });
  readonly #button: HTMLButtonElement;
  #person: Person;

  constructor(app: App, person: Person) {
    this.#person = person;
    this.#button = h('button', { 'data-testid': 'invite', onclick: () => void app.invite(this.#person) }, 'Invite');
    this.element = h('li', { 'data-testid': 'person', 'data-user-id': person.id },
      h('span', { class: 'avatar', 'aria-hidden': 'true' }, [...person.name][0] ?? '?'),
      h('span', { class: 'who' }, this.#name, this.#about), this.#again, this.#button);
  }

  update(person: Person): void {
    this.#person = person;
    setText(this.#name, person.name);
    setText(this.#about, about(person));
    const cools = person.cooldownUntil !== undefined && Date.parse(person.cooldownUntil) > Date.now();
    this.#button.hidden = cools;
    this.#button.setAttribute('aria-label', `Invite ${person.name}`);
    this.#again.hidden = !cools;
    setText(this.#again, cools ? `again in ${until(person.cooldownUntil ?? '')}` : '');
  }
}

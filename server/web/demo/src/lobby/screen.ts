import type { Lobby, QueueStatus, StandingView, Unsubscribe } from '@matchmaker/client';
import type { App, Screen } from '../app.ts';
import { h, setText } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { Preview } from '../media/preview.ts';
import { count } from '../parts/format.ts';
import { showHistory } from '../parts/header.ts';
import { HeldNotice } from '../safety/standing.ts';
import { MeetAnyone } from './meet.ts';
import { People } from './people.ts';
import { callLength } from './length.ts';
import { isVisible, setVisible } from './visible.ts';

/** Two equal ways to meet: anyone who fits, or one of the people who are here. */
export class LobbyScreen implements Screen {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #off: Unsubscribe;
  readonly #meet: MeetAnyone;
  readonly #people: People;
  readonly #preview: Preview;
  readonly #held: HeldNotice;
  readonly #count = h('span', { class: 'soft', 'data-testid': 'lobby-count' });

  constructor(app: App) {
    this.#app = app;
    this.#meet = new MeetAnyone(app);
    this.#people = new People(app);
    this.#preview = new Preview(app.media);
    this.#held = new HeldNotice(app);
    const visible = h('input', { type: 'checkbox', id: 'visible', checked: isVisible(), 'data-testid': 'visible',
      onchange: () => { setVisible(visible.checked); void app.attempt(app.client.setAvailable(visible.checked)); } });
    this.element = h('div', { class: 'lobby', 'data-testid': 'lobby' },
      h('h1', { class: 'heard' }, 'Lobby'),
      this.#held.element,
      h('div', { class: 'side stack' },
        this.#meet.element,
        h('section', { class: 'card stack mine', 'aria-labelledby': 'mine' },
          h('div', { class: 'row between' }, h('h2', { id: 'mine' }, 'Your camera'),
            h('button', { class: 'quiet', 'data-testid': 'lobby-history', onclick: () => showHistory(app) }, icon('history'), 'Your calls')),
          this.#preview.element)),
      h('section', { class: 'card here', 'aria-labelledby': 'here' },
        h('div', { class: 'row between' }, h('div', { class: 'row' }, h('h2', { id: 'here' }, 'People here'), this.#count), callLength(app, 'Invite for')),
        h('div', { class: 'check' }, visible, h('label', { for: 'visible' }, 'Others can see and invite me')),
        this.#people.element));
    this.#off = app.client.on('lobby', lobby => this.#showPeople(lobby));
    this.showQueue(app.queue);
    void app.attempt(app.client.watchLobby());
  }

  leave(): void {
    this.#off();
    this.#meet.leave();
    this.#people.leave();
    this.#preview.leave();
    if (this.#app.client.state.state === 'online') {
      void this.#app.attempt(this.#app.client.unwatchLobby());
    }
  }

  showStanding(standing: StandingView | undefined): void {
    this.#held.show(standing);
    this.#meet.hold(standing?.kind === 'hold');
  }

  showQueue(status: QueueStatus | undefined): void {
    this.#meet.show(status);
  }

  #showPeople({ people, total }: Lobby): void {
    const others = people.filter(person => person.id !== this.#app.me?.id);
    this.#people.show(others);
    setText(this.#count, count(Math.max(total, others.length), 'person', 'people'));
  }
}

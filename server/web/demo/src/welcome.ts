import type { App, Screen } from './app.ts';
import { h, setText } from '../../ui/dom.ts';
import { icon } from '../../ui/icons.ts';
import { Preview } from './media/preview.ts';
import { explain } from './parts/format.ts';
import { ProfileFields } from './parts/profile.ts';

/** What this is, how I look, who I say I am. */
export class WelcomeScreen implements Screen {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #preview: Preview;
  readonly #fields = new ProfileFields();
  readonly #adult = h('input', { type: 'checkbox', id: 'adult', required: true, 'data-testid': 'adult' });
  readonly #button = h('button', { type: 'submit', class: 'primary big wide', 'data-testid': 'sign-in' }, 'Start meeting people');
  readonly #error = h('p', { class: 'error', role: 'alert' });

  /** @param why what brought the person back here, if something did. */
  constructor(app: App, why?: string) {
    this.#app = app;
    this.#preview = new Preview(app.media);
    this.element = h('div', { class: 'welcome', 'data-testid': 'welcome' },
      h('div', { class: 'intro' },
        h('h1', {}, 'Meet someone new, face to face'),
        why !== undefined && h('p', { class: 'why', role: 'status', 'data-testid': 'welcome-why' }, why),
        h('p', { class: 'soft large' }, 'Short video calls with people who are here right now. You choose who, or let us find someone who fits.')),
      h('div', { class: 'mirror stack' }, this.#preview.element,
        h('ul', { class: 'facts small' },
          h('li', {}, icon('camera'), 'Picture and sound go to the other person alone, directly or through a relay that cannot see them. Nothing is recorded.'),
          h('li', {}, icon('chat'), 'What you write goes through our server and stays in both histories.'))),
      h('form', { class: 'card stack', onsubmit: event => { event.preventDefault(); void this.#signIn(); } },
        h('h2', {}, 'How others see you'),
        ...this.#fields.elements,
        h('div', { class: 'check' }, this.#adult, h('label', { for: 'adult' }, 'I am 18 or older')),
        this.#error, this.#button));
  }

  leave(): void {
    this.#preview.leave();
  }

  async #signIn(): Promise<void> {
    this.#button.disabled = true;
    setText(this.#error, '');
    try {
      await this.#app.client.signInAsGuest({ ...this.#fields.profile, adult: this.#adult.checked });
      this.#app.signedIn();
    } catch (error) {
      setText(this.#error, explain(error));
      this.#fields.focus(error);
    } finally {
      this.#button.disabled = false;
    }
  }
}

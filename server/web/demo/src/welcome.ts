import { type Gender, MatchmakerError } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { field, h, setText } from './dom.ts';
import { explain, genderNames } from './format.ts';

export class WelcomeScreen implements Screen {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #name = h('input', { required: true, maxlength: 60, autocomplete: 'nickname', 'data-testid': 'name' });
  readonly #gender = h('select', { 'data-testid': 'gender' },
    ...Object.entries(genderNames).reverse().map(([value, text]) => h('option', { value }, text)));
  readonly #languages = h('input', { value: navigator.language.split('-')[0] ?? '', autocomplete: 'off', 'data-testid': 'languages' });
  readonly #interests = h('input', { autocomplete: 'off', 'data-testid': 'interests' });
  readonly #adult = h('input', { type: 'checkbox', id: 'adult', required: true, 'data-testid': 'adult' });
  readonly #button = h('button', { type: 'submit', class: 'primary', 'data-testid': 'sign-in' }, 'Start');
  readonly #error = h('p', { class: 'error', role: 'alert' });

  constructor(app: App) {
    this.#app = app;
    this.element = h('section', { class: 'welcome', 'data-testid': 'welcome' },
      h('div', { class: 'intro' },
        h('h1', {}, 'Meet somebody new, face to face.'),
        h('p', {}, 'Short video calls with people who are here right now. You choose who, or let us find someone who fits.'),
        h('p', { class: 'soft' }, 'Picture and sound go directly from you to the other person and are not recorded. Chat goes through '
          + 'the server and stays in both histories.')),
      h('form', { class: 'card', onsubmit: event => { event.preventDefault(); void this.#signIn(); } },
        field('Your name', this.#name, 'As others see it.'),
        field('Gender', this.#gender),
        h('details', {}, h('summary', {}, 'Languages and interests'),
          field('Languages', this.#languages, 'Such as en, de; at most five.'),
          field('Interests', this.#interests, 'Separated by commas; at most ten.')),
        h('div', { class: 'check' }, this.#adult, h('label', { for: 'adult' }, 'I am 18 or older')),
        this.#error, this.#button));
  }

  async #signIn(): Promise<void> {
    this.#button.disabled = true;
    setText(this.#error, '');
    try {
      await this.#app.client.signInAsGuest({
        name: this.#name.value.trim(),
        gender: this.#gender.value as Gender,
        adult: this.#adult.checked,
        languages: list(this.#languages.value),
        interests: list(this.#interests.value),
      });
      this.#app.signedIn();
    } catch (error) {
      setText(this.#error, explain(error));
      const wrong = error instanceof MatchmakerError ? error.field : undefined;
      (wrong === 'languages' ? this.#languages : wrong === 'interests' ? this.#interests : this.#name).focus();
    } finally {
      this.#button.disabled = false;
    }
  }
}

function list(text: string): string[] {
  return text.split(',').map(word => word.trim()).filter(Boolean);
}

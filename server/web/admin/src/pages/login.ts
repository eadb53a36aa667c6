import { field, h, setText } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { App, Page } from '../app.ts';
import { explain } from '../parts/refusals.ts';

/** E-mail address, password, and the six digits of the authenticator. */
export class LoginPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #email = h('input', { type: 'email', required: true, autocomplete: 'username', 'data-testid': 'email' });
  readonly #password = h('input', { type: 'password', required: true, autocomplete: 'current-password', 'data-testid': 'password' });
  readonly #code = h('input', {
    required: true, inputmode: 'numeric', autocomplete: 'one-time-code', pattern: '\\s*\\d{3}\\s?\\d{3}\\s*', maxlength: 8,
    title: 'Six digits', class: 'code', 'data-testid': 'code',
  });
  readonly #button = h('button', { type: 'submit', class: 'primary wide', 'data-testid': 'sign-in' }, 'Sign in');
  readonly #error = h('p', { class: 'error', role: 'alert' });

  /** @param why what brought the person here, if something did. */
  constructor(app: App, why?: string) {
    this.#app = app;
    this.element = h('form', { class: 'card stack login', 'data-testid': 'login', onsubmit: event => { event.preventDefault(); void this.#signIn(); } },
      h('h1', {}, 'Sign in to the console'),
      why !== undefined && h('p', { class: 'why', role: 'status' }, why),
      field('E-mail address', this.#email), field('Password', this.#password),
      field('Code', this.#code, 'The six digits that your authenticator shows now.'),
      this.#error, this.#button,
      h('p', { class: 'soft small' }, 'For those who look after this place. An operator makes accounts on the machine of the server.'));
    queueMicrotask(() => this.#email.focus());
  }

  async #signIn(): Promise<void> {
    this.#button.disabled = true;
    setText(this.#error, '');
    try {
      this.#app.signedIn(await api.login({
        email: this.#email.value.trim(), password: this.#password.value, code: this.#code.value.replaceAll(/\s/g, ''),
      }));
    } catch (error) {
      setText(this.#error, explain(error));
      this.#code.value = '';
      this.#code.focus();
    } finally {
      this.#button.disabled = false;
    }
  }
}

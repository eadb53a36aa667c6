import { confirmed, field, h, setText } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { AdminSessionView } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { icon } from '../parts/icons.ts';
import { explain } from '../parts/refusals.ts';
import { facts, tag } from '../parts/tags.ts';
import { ago, dateAndTime, duration, roleNames } from '../parts/words.ts';

/** Who I am here, where I am signed in, and my password. */
export class MePage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #sessions = h('ul', { class: 'entries', 'data-testid': 'sessions' });

  constructor(app: App) {
    this.#app = app;
    const me = app.me!;
    this.element = h('div', { class: 'wide-page narrow stack', 'data-testid': 'me-page' },
      h('div', { class: 'row between' }, h('h1', {}, 'Your account'),
        h('button', { type: 'button', 'data-testid': 'sign-out', onclick: () => void app.signOut() }, icon('sign-out'), 'Sign out')),
      h('section', { class: 'card stack' },
        facts(['Name', me.name], ['E-mail', me.email], ['Role', roleNames[me.role]],
          ['This session', `until ${dateAndTime(me.expiresAt)}, or after ${duration(me.idleSeconds)} without a request`],
          ['You may ban', me.maxBanSeconds === 0 ? 'nobody' : `for ${me.mayBanForGood ? 'any time, and for good' : `at most ${duration(me.maxBanSeconds)}`}`])),
      h('section', { class: 'card stack', 'aria-labelledby': 'sessions-title' }, h('h2', { id: 'sessions-title' }, 'Where you are signed in'), this.#sessions),
      this.#password());
    void this.#load();
  }

  async #load(): Promise<void> {
    const found = await this.#app.attempt(api.sessions());
    this.#sessions.replaceChildren(...found?.sessions.map(session => this.#session(session)) ?? []);
  }

  #session({ sessionId, browser, createdAt, seenAt, current, sameNetwork }: AdminSessionView): HTMLElement {
    return h('li', { 'data-testid': 'session' }, h('div', { class: 'row between' },
      h('div', { class: 'grow' },
        h('p', { class: 'clip', title: browser }, browserName(browser), ' ', current && tag('success', 'This one'), !sameNetwork && tag('warn', icon('address'), 'Another network')),
        h('p', { class: 'soft small' }, 'signed in ', ago(createdAt), ', last seen ', ago(seenAt))),
      !current && confirmed({ type: 'button', class: 'small warn', 'data-testid': 'end-session' }, icon('close'), 'End', 'Really?', () => void this.#app.attempt(api.endSession(sessionId)).then(() => this.#load()))));
  }

  #password(): HTMLElement {
    const current = h('input', { type: 'password', required: true, autocomplete: 'current-password' });
    const fresh = h('input', { type: 'password', required: true, minlength: 12, maxlength: 128, autocomplete: 'new-password' });
    const code = h('input', { required: true, inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8, class: 'code' });
    const error = h('p', { class: 'error', role: 'alert' });
    const form = h('form', { class: 'card stack', 'aria-labelledby': 'password-title', onsubmit: event => { event.preventDefault(); void change(); } },
      h('h2', { id: 'password-title' }, 'Change the password'),
      field('Current password', current), field('New password', fresh, '12 to 128 characters.'), field('Code', code, 'A new one, not that of the sign-in.'),
      error, h('div', { class: 'row' }, h('button', { type: 'submit' }, 'Change it')));
    const change = async (): Promise<void> => {
      try {
        await api.password({ current: current.value, new: fresh.value, code: code.value.replaceAll(/\s/g, '') });
        form.reset();
        setText(error, '');
        this.#app.toasts.say('The password is changed. Your other sessions have ended.');
        void this.#load();
      } catch (problem) {
        setText(error, explain(problem));
      }
    };
    return form;
  }
}

/** "Firefox on Linux", of what browsers say of themselves; all of it where that is not known. */
function browserName(agent: string): string {
  const browser = /\b(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent.replace('HeadlessChrome', 'Chrome'))?.[1];
  const system = /\b(Windows|Android|iPhone|iPad|Macintosh|Linux|CrOS)\b/.exec(agent)?.[1];
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'macOS', CrOS: 'ChromeOS' };
  return browser && system ? `${names[browser] ?? browser} on ${names[system] ?? system}` : agent || 'Unknown browser';
}

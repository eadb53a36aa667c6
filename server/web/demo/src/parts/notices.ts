import type { ConnectionState, MatchmakerError } from '@matchmaker/client';
import { h, setText } from '../../../ui/dom.ts';
import { Deadline } from './format.ts';

const shownMs = 8000;
const most = 3;

/** Short words at the top of the page, read out by screen readers. */
export class Notices {
  readonly #root: HTMLElement;
  readonly #why = h('span');
  /** For the eyes: read out, it would be a word every second. */
  readonly #when = h('span', { 'aria-hidden': 'true' });
  readonly #connection = h('p', { class: 'notice trouble-notice', 'data-testid': 'connection-notice', hidden: true }, this.#why, ' ', this.#when);
  #retry: ReturnType<typeof setInterval> | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.append(this.#connection);
  }

  say(text: string): void {
    const notice = h('p', { class: 'notice', 'data-testid': 'notice' }, text);
    this.#root.append(notice);
    const shown = this.#root.querySelectorAll('[data-testid=notice]');
    [...shown].slice(0, Math.max(0, shown.length - most)).forEach(old => old.remove());
    setTimeout(() => notice.remove(), shownMs);
  }

  clear(): void {
    this.#root.replaceChildren(this.#connection);
  }

  /** Why there is no connection and when it is tried again; hidden where the screen says so itself. */
  connection(state: ConnectionState, screenSays: boolean): void {
    clearInterval(this.#retry);
    const waits = (state.state === 'connecting' || state.state === 'reconnecting') && state.retryInSeconds !== undefined;
    this.#connection.hidden = !waits || screenSays;
    if (!waits) {
      return;
    }
    const deadline = new Deadline(state.retryInSeconds ?? 0);
    const step = (): void => setText(this.#when, whenAgain(deadline));
    setText(this.#why, whyOffline(state.error));
    step();
    this.#retry = setInterval(step, 1000);
  }
}

export function whyOffline(error: MatchmakerError | undefined): string {
  return error?.code === 'server_full' ? 'The server is full.'
    : error?.code === 'draining' ? 'The server is being updated.'
    : error?.code === 'rate_limited' ? 'That was too fast.'
    : navigator.onLine ? 'The connection was lost.' : 'Your device is offline.';
}

export function whenAgain(deadline: Deadline): string {
  return deadline.seconds > 2 ? `Trying again in ${deadline.seconds} s.` : 'Trying again.';
}

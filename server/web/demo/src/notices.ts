import type { ConnectionState } from '@matchmaker/client';
import { h, setText } from './dom.ts';
import { Deadline } from './format.ts';

const shownMs = 8000;

/** Short words at the top of the page, read out by screen readers. */
export class Notices {
  readonly #root: HTMLElement;
  readonly #connection = h('p', { class: 'notice', 'data-testid': 'connection-notice', hidden: true });
  #retry: ReturnType<typeof setInterval> | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.append(this.#connection);
  }

  say(text: string): void {
    const notice = h('p', { class: 'notice', 'data-testid': 'notice' }, text);
    this.#root.append(notice);
    setTimeout(() => notice.remove(), shownMs);
  }

  clear(): void {
    this.#root.replaceChildren(this.#connection);
  }

  /** Why there is no connection and when it is tried again. A call says so itself, over the running picture. */
  connection(state: ConnectionState, inCall: boolean): void {
    clearInterval(this.#retry);
    const waits = (state.state === 'connecting' || state.state === 'reconnecting') && state.retryInSeconds !== undefined;
    this.#connection.hidden = !waits || inCall;
    if (!waits) {
      return;
    }
    const deadline = new Deadline(state.retryInSeconds ?? 0);
    const why = state.error?.code === 'server_full' ? 'The server is full.'
      : state.error?.code === 'draining' ? 'The server is being updated.'
      : 'The connection was lost.';
    const step = (): void => setText(
      this.#connection, deadline.seconds > 2 ? `${why} Trying again in ${deadline.seconds} s.` : `${why} Trying again.`);
    step();
    this.#retry = setInterval(step, 1000);
  }
}

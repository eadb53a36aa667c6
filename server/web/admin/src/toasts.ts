import { h, passFocus } from '../../ui/dom.ts';
import { icon } from './parts/icons.ts';
import { type Undoable, UndoStack } from './undo.ts';

const saidMs = 6000;
const most = 4;

/** Short words at the foot of the page, and what was done a moment ago with the way back. */
export class Toasts {
  readonly #root: HTMLElement;
  readonly #undo = new UndoStack();

  constructor(root: HTMLElement) {
    this.#root = root;
    addEventListener('pagehide', () => void this.#undo.flush(true));
  }

  say(text: string): void {
    const element = h('p', { class: 'toast', 'data-testid': 'toast' }, h('span', {}, text));
    this.#root.append(element);
    const said = this.#root.querySelectorAll('[data-testid=toast]');
    [...said].slice(0, Math.max(0, said.length - most)).forEach(old => old.remove());
    setTimeout(() => element.remove(), saidMs);
  }

  /** Says what was done and takes it back on demand for 10 s. `done` is for what the server cannot take back. */
  offer(text: string, undo: () => void, done?: (leaving: boolean) => Promise<void>): void {
    const element = h('p', { class: 'toast', 'data-testid': 'undo-toast' }, h('span', {}, text),
      h('button', { type: 'button', 'data-testid': 'undo', 'aria-keyshortcuts': 'U', onclick: () => this.#undo.undo(undoable) },
        icon('undo'), 'Undo', h('kbd', { 'aria-hidden': 'true' }, 'U')),
      h('span', { class: 'time', 'aria-hidden': 'true' }));
    const over = (): void => {
      passFocus(element);
      element.remove();
    };
    const undoable: Undoable = { undo, over, ...done && { done } };
    this.#root.append(element);
    this.#undo.push(undoable);
  }

  get canUndo(): boolean {
    return !this.#undo.isEmpty;
  }

  undo(): void {
    this.#undo.undo();
  }

  /** What waits for its time is done now; ends when it is. */
  flush(): Promise<void> {
    return this.#undo.flush(false);
  }
}

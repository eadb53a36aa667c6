import { h } from '../../ui/dom.ts';
import { icon, type IconName } from './parts/icons.ts';

/** Something that can be done now: by its key, its button and the palette, all three the same. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: 'Move' | 'Case' | 'Person' | 'Appeal' | 'Go to' | 'Console';
  /** As `KeyboardEvent.key`, letters in upper case. */
  readonly key?: string;
  readonly icon?: IconName;
  /** Why it cannot be done; then it is shown, and does nothing but say so. */
  readonly why?: string | undefined;
  run(): void;
}

/** The command's button. What cannot be done keeps its place and can be reached, so that one can hear why. */
export function commandButton(command: Command, say: (why: string) => void, look = ''): HTMLButtonElement {
  const { title, key, why } = command;
  const button = h('button', {
    type: 'button', class: look, 'data-testid': `do-${command.id}`, title: why ?? (key ? `${title} (${key})` : title),
    'aria-disabled': why === undefined ? undefined : 'true', 'aria-keyshortcuts': key,
    onclick: () => why === undefined ? command.run() : say(why),
  }, command.icon && icon(command.icon), h('span', {}, title), key && h('kbd', { 'aria-hidden': 'true' }, key));
  return button;
}

const shortcutsKey = 'matchmaker.console.keys';

/** Single keys can be switched off, for whoever speaks to the machine rather than types. */
export function areKeysOn(): boolean {
  return localStorage.getItem(shortcutsKey) !== 'off';
}

export function switchKeys(on: boolean): void {
  localStorage.setItem(shortcutsKey, on ? 'on' : 'off');
}

/** Runs the command of a key that was pressed where nobody writes. */
export function listenForKeys(commands: () => Command[], say: (why: string) => void, palette: () => void): void {
  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      palette();
      return;
    }
    const isBusy = event.ctrlKey || event.metaKey || event.altKey || event.repeat && !'jk'.includes(event.key);
    if (isBusy || !areKeysOn() || isWriting(event.target) || document.querySelector('dialog[open]')) {
      return;
    }
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const command = commands().find(each => each.key === key);
    if (command) {
      event.preventDefault();
      if (command.why === undefined) {
        command.run();
      } else {
        say(command.why);
      }
    }
  });
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=radio]), select, textarea');
}

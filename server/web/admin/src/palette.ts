import { h, showDialog } from '../../ui/dom.ts';
import { areKeysOn, type Command, switchKeys } from './commands.ts';
import { icon } from './parts/icons.ts';

/** Everything that can be done now, found by a few letters. */
export function showPalette(commands: readonly Command[], say: (why: string) => void): void {
  if (document.querySelector('dialog[open]')) {
    return;
  }
  const list = h('ul', { class: 'commands', role: 'listbox', id: 'palette-list', 'aria-label': 'Commands' });
  const input = h('input', {
    role: 'combobox', 'aria-expanded': 'true', 'aria-controls': list.id, 'aria-autocomplete': 'list', autocomplete: 'off',
    'aria-label': 'What to do', placeholder: 'What would you like to do?', 'data-testid': 'palette-input',
    oninput: () => fill(), onkeydown: event => onKey(event as KeyboardEvent),
  });
  const dialog = showDialog('Commands', 'palette', input, list, h('p', { class: 'nothing soft', hidden: true }, 'Nothing is called so.'));
  let shown: Command[] = [];
  let at = 0;
  const fill = (): void => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = commands.filter(({ title, group }) => words.every(word => `${group} ${title}`.toLowerCase().includes(word)));
    list.replaceChildren(...shown.map((command, i) => h('li', {
      role: 'option', id: `palette-${i}`, 'aria-disabled': command.why === undefined ? undefined : 'true', onclick: () => run(command),
    }, icon(command.icon ?? 'keyboard'), h('span', { class: 'grow' }, command.title, command.why !== undefined && h('small', {}, command.why)),
    h('small', {}, command.group), command.key && h('kbd', {}, command.key))));
    dialog.querySelector<HTMLElement>('.nothing')!.hidden = shown.length > 0;
    move(0);
  };
  const move = (to: number): void => {
    at = Math.max(0, Math.min(to, shown.length - 1));
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    list.children[at]?.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', shown.length > 0 ? `palette-${at}` : '');
  };
  const run = (command: Command): void => {
    dialog.close();
    if (command.why === undefined) {
      command.run();
    } else {
      say(command.why);
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(at + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = shown[at];
      void (chosen && run(chosen));
    }
  };
  fill();
  input.focus();
}

/** Every key, by what it belongs to. */
export function showKeys(commands: readonly Command[]): void {
  if (document.querySelector('dialog[open]')) {
    return;
  }
  const groups = [...new Set(commands.filter(command => command.key).map(command => command.group))];
  const on = h('input', { type: 'checkbox', id: 'keys-on', checked: areKeysOn(), onchange: () => switchKeys(on.checked) });
  const row = (keys: string[], title: string): HTMLElement => h('div', {}, h('dt', {}, ...keys.map(key => h('kbd', {}, key))), h('dd', {}, title));
  const dialog = showDialog('Keys', 'keys',
    h('div', { class: 'keys' },
      ...groups.map(group => h('section', {}, h('h3', {}, group), h('dl', {},
        ...commands.filter(command => command.group === group && command.key).map(({ key, title }) => row([key!], title))))),
      h('section', {}, h('h3', {}, 'Everywhere'), h('dl', {},
        row(['Enter'], 'Open, or do what the dialog asks'), row(['Esc'], 'Close the dialog'), row(['Ctrl', 'K'], 'All commands'),
        row(['1 – 5'], 'In a dialog: one of the choices')))),
    h('div', { class: 'check' }, on, h('label', { for: on.id }, 'Single keys do things')),
    h('div', { class: 'row' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')));
  dialog.focus(); // not the box at its end
}

import { h } from './dom.ts';
import { icon, type IconName } from './icons.ts';

type Choice = 'auto' | 'light' | 'dark';

/** Also read by theme.js, before the first paint. */
const key = 'matchmaker.theme';
const order: readonly Choice[] = ['auto', 'light', 'dark'];
const icons: Readonly<Record<Choice, IconName>> = { auto: 'system', light: 'light', dark: 'dark' };
const words: Readonly<Record<Choice, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

/** A button that goes through "as the system", light and dark, and remembers. */
export function themeSwitch(): HTMLButtonElement {
  const button = h('button', { class: 'quiet round', 'data-testid': 'theme', onclick: () => choose(order[(order.indexOf(chosen()) + 1) % order.length]!) });
  const choose = (choice: Choice): void => {
    if (choice === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = choice;
    }
    store(choice);
    button.replaceChildren(icon(icons[choice]));
    button.dataset.themeChoice = choice;
    button.title = `Colours: ${words[choice]}`;
    button.setAttribute('aria-label', button.title);
  };
  choose(chosen());
  return button;
}

function chosen(): Choice {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

function store(choice: Choice): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Storage is forbidden by the browser's settings: the choice lasts as long as the page.
  }
}

import { h } from './dom.ts';

/** The first letter on a colour that stays with the person. */
export function avatar(person: { id: string; name: string } | undefined, size: '' | 'large' = ''): HTMLElement {
  const element = h('span', { class: `avatar ${size}`, 'aria-hidden': 'true' });
  showAvatar(element, person);
  return element;
}

export function showAvatar(element: HTMLElement, person: { id: string; name: string } | undefined): void {
  let hash = 0;
  for (const letter of person?.id ?? '') {
    hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  }
  element.style.setProperty('--hue', String(hash));
  element.textContent = firstLetter(person?.name ?? '?');
}

function firstLetter(name: string): string {
  const first = 'Segmenter' in Intl ? new Intl.Segmenter().segment(name)[Symbol.iterator]().next().value?.segment : [...name][0];
  return (first ?? '?').toUpperCase();
}

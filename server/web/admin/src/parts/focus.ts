/** Redraws what may hold the focus; it stays at what has the same name afterwards, or goes to what takes its place. */
export function redraw(root: HTMLElement, draw: () => void, instead?: HTMLElement): void {
  const before = document.activeElement;
  const had = before instanceof HTMLElement && root.contains(before);
  draw();
  if (had && document.activeElement !== before) {
    const name = before.dataset.testid;
    const same = before.isConnected ? before : name && root.querySelector<HTMLElement>(`[data-testid=${name}]:not(:disabled)`);
    (same || instead || document.querySelector<HTMLElement>('main'))?.focus({ preventScroll: true });
  }
}

/** That this link leads to what is open. */
export function markCurrent(link: HTMLAnchorElement, isCurrent: boolean, kind: 'page' | 'true' = 'true'): void {
  if (isCurrent) {
    link.setAttribute('aria-current', kind);
  } else {
    link.removeAttribute('aria-current');
  }
}

/** The link after, or before, the one that has the focus or is current. */
export function moveFocus(list: HTMLElement, by: 1 | -1): void {
  const links = [...list.querySelectorAll('a')];
  const focused = links.indexOf(document.activeElement as HTMLAnchorElement);
  const from = focused >= 0 ? focused : links.findIndex(link => link.hasAttribute('aria-current'));
  links[from < 0 ? 0 : Math.max(0, Math.min(links.length - 1, from + by))]?.focus();
}

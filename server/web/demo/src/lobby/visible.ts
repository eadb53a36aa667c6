const key = 'matchmaker.hidden';
let hidden = false;

/** Whether others may see me in the lobby. Outlives a reload, so that nobody who hid is shown by it. */
export function isVisible(): boolean {
  try {
    hidden = localStorage.getItem(key) !== null;
  } catch {
    // Storage is forbidden by the browser's settings: the choice lasts as long as the page.
  }
  return !hidden;
}

export function setVisible(visible: boolean): void {
  hidden = !visible;
  try {
    if (hidden) {
      localStorage.setItem(key, '');
    } else {
      localStorage.removeItem(key);
    }
  } catch {
    // As above.
  }
}

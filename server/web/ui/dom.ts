type Child = Node | string | false | null | undefined;
type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

/** An element with attributes (`onclick` and the like are listeners; false leaves an attribute out) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter((child): child is Node | string => child !== false && child !== null && child !== undefined));
  return element;
}

/** A labelled form field. */
export function field(label: string, input: HTMLElement, hint?: string): HTMLElement {
  input.id ||= `f-${label.toLowerCase().replaceAll(/\W+/g, '-')}`;
  const hintElement = hint ? h('small', { id: `${input.id}-hint` }, hint) : undefined;
  if (hintElement) {
    input.setAttribute('aria-describedby', hintElement.id);
  }
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input, hintElement);
}

/** Sets text only where it changed, so that screen readers are not told twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Runs `step` at once and each quarter of a second until the element has left the page. */
export function everyTick(element: HTMLElement, step: () => void): void {
  step();
  const timer = setInterval(() => element.isConnected ? step() : clearInterval(timer), 250);
}

/** For what goes away with the focus: the screen gets it, so that the keyboard is not sent back to the top of the page. */
export function passFocus(from: Element, to: HTMLElement | null = document.querySelector('main')): void {
  if (from.contains(document.activeElement)) {
    to?.focus({ preventScroll: true });
  }
}

const doubtMs = 4000;

/** A button for what cannot be taken back: the first click asks, the second does it. */
export function confirmed(attributes: Attributes, sign: Node, words: string, question: string, action: () => void): HTMLButtonElement {
  let asked: ReturnType<typeof setTimeout> | undefined;
  const text = h('span', { 'aria-live': 'polite' }, words);
  return h('button', { ...attributes, onclick: () => {
    const again = asked !== undefined;
    clearTimeout(asked);
    asked = again ? undefined : setTimeout(() => {
      asked = undefined;
      setText(text, words);
    }, doubtMs);
    setText(text, again ? words : question);
    if (again) {
      action();
    }
  } }, sign, text);
}

/** A modal dialog that is gone once it is closed; the focus goes back to where it was. */
export function showDialog(title: string, testId: string, ...children: Child[]): HTMLDialogElement {
  const heading = h('h2', { id: `${testId}-title` }, title);
  const dialog = h('dialog', { 'aria-labelledby': heading.id, 'data-testid': testId, closedby: 'any', tabindex: -1, onclose: () => dialog.remove() }, heading, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function closeDialogs(): void {
  document.querySelectorAll<HTMLDialogElement>('dialog[open]').forEach(dialog => dialog.close());
}

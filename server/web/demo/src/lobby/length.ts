import type { App } from '../app.ts';
import { field, h } from '../../../ui/dom.ts';
import { callLengths, duration } from '../parts/format.ts';

/** How long a call shall be; all of these on the page show the same choice. */
export function callLength(app: App, label: string): HTMLElement {
  const select = h('select', { id: `length-${label.toLowerCase().replaceAll(' ', '-')}`, 'data-testid': 'call-seconds', onchange: () => {
    app.wishes.callSeconds = Number(select.value);
    if (app.queue) {
      void app.joinQueue(); // the place is kept
    }
    document.querySelectorAll<HTMLSelectElement>('[data-testid=call-seconds]').forEach(other => { other.value = select.value; });
  } }, ...callLengths.map(seconds => h('option', { value: seconds, selected: seconds === app.wishes.callSeconds }, duration(seconds))));
  const element = field(label, select);
  element.classList.add('length');
  return element;
}

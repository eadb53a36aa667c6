import type { App } from '../app.ts';
import { h, setText, showDialog } from '../../../ui/dom.ts';
import { explain } from '../parts/format.ts';

const most = 1000;

/** Where somebody says, once, why a measure was wrong. */
export function appealForm(app: App, sent: () => void): HTMLFormElement {
  const error = h('p', { class: 'error', role: 'alert' });
  const left = h('small', { id: 'appeal-left' });
  const text = h('textarea', { id: 'appeal-text', required: true, maxlength: most, rows: 4, 'aria-describedby': 'appeal-left', 'data-testid': 'appeal-text', oninput: () => count() });
  const count = (): void => setText(left, `You can do this once. ${most - text.value.length} characters are left.`);
  const button = h('button', { type: 'submit', class: 'primary', 'data-testid': 'appeal-send' }, 'Send the appeal');
  const send = async (): Promise<void> => {
    button.disabled = true;
    setText(error, '');
    try {
      await app.client.appeal(text.value.trim());
      sent();
    } catch (problem) {
      setText(error, explain(problem));
      button.disabled = false;
    }
  };
  count();
  return h('form', { class: 'stack appeal', 'data-testid': 'appeal', onsubmit: event => { event.preventDefault(); void send(); } },
    h('div', { class: 'field' }, h('label', { for: text.id }, 'Was this wrong? Say why'), text, left), error, h('div', { class: 'row' }, button));
}

export function askAppeal(app: App, sent: () => void): void {
  const dialog = showDialog('Appeal', 'appeal-dialog',
    h('p', { class: 'soft' }, 'Somebody other than whoever decided reads it.'),
    appealForm(app, () => {
      dialog.close();
      app.notices.say('Your appeal was sent.');
      sent();
    }),
    h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Cancel'));
}

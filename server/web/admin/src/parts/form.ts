import { h, setText, showDialog } from '../../../ui/dom.ts';
import { explain } from './refusals.ts';

type Child = Node | string | false | undefined;

export interface FormWords {
  title: string;
  testId: string;
  /** Of the button that does it. */
  action: string;
  look?: 'primary' | 'danger';
}

export interface FormDialog {
  dialog: HTMLDialogElement;
  /** Changes the words of the button. */
  say(action: string): void;
}

/**
 * A dialog with a form: Enter does it (in a text of several lines with Ctrl), Escape leaves. It stays open, and says
 * why, when the answer is no.
 */
export function formDialog({ title, testId, action, look = 'primary' }: FormWords, submit: () => Promise<void>, ...children: Child[]): FormDialog {
  const error = h('p', { class: 'error', role: 'alert' });
  const button = h('button', { type: 'submit', class: look, 'data-testid': 'confirm' }, action);
  const send = async (): Promise<void> => {
    button.disabled = true;
    setText(error, '');
    try {
      await submit();
      dialog.close();
    } catch (problem) {
      setText(error, explain(problem));
      button.disabled = false;
      button.focus();
    }
  };
  const form = h('form', { class: 'stack', onsubmit: event => { event.preventDefault(); void send(); } }, ...children, error,
    h('div', { class: 'row' }, button, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel')));
  const dialog = showDialog(title, testId, form);
  form.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return { dialog, say: words => setText(button, words) };
}

import type { StandingView } from '@matchmaker/client';
import type { App } from '../app.ts';
import { h, showDialog } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { askAppeal } from './appeal.ts';
import { reasonNames, termWords } from './words.ts';

/** A warning has to be read before one goes on; it comes back until it is confirmed. */
export function showWarning(app: App, { measureId, reason, text }: StandingView): void {
  if (document.querySelector('[data-testid=warning]')) {
    return;
  }
  const understood = h('button', { class: 'primary', 'data-testid': 'understood', onclick: () => {
    dialog.close();
    void app.attempt(app.client.acknowledge(measureId));
  } }, 'I have read this');
  const dialog = showDialog('A word from the moderators', 'warning',
    h('blockquote', {}, h('strong', {}, reasonNames[reason]), h('p', {}, text)),
    h('p', { class: 'soft' }, 'You can go on. If it happens again, you may be shut out.'),
    h('div', { class: 'row' }, understood));
  understood.focus();
}

/** Stands over the lobby while one may look around and meets nobody. */
export class HeldNotice {
  readonly element = h('section', { class: 'held card', role: 'status', 'data-testid': 'held', hidden: true });
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  show(standing: StandingView | undefined): void {
    this.element.hidden = standing?.kind !== 'hold';
    if (standing?.kind === 'hold') {
      const { reason, text, appealable } = standing;
      this.element.replaceChildren(icon('warning'),
        h('div', { class: 'grow' },
          h('strong', {}, `You meet nobody new ${termWords(standing, 'until the moderators have looked at it')}.`),
          h('p', {}, `${reasonNames[reason]}: ${text}`)),
        appealable ? h('button', { 'data-testid': 'held-appeal', onclick: () => askAppeal(this.#app, () => this.show({ ...standing, appealable: false })) }, 'Appeal…')
          : h('p', { class: 'soft', 'data-testid': 'appeal-sent' }, 'Your appeal was sent.'));
    }
  }
}

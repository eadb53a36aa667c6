import { h } from '../../../ui/dom.ts';
import type { Reason } from '../api/shapes.ts';
import { reasonNames, reasons, sentences } from './words.ts';

/** Why, and the sentence (of one line) that the person reads: that of the reason until somebody writes another one. */
export class ReasonAndText {
  readonly element: HTMLElement;
  readonly #reason = h('select', { id: 'measure-reason', 'data-testid': 'measure-reason', onchange: () => this.#onReason() });
  readonly #text = h('textarea', { id: 'measure-text', required: true, maxlength: 500, rows: 3, 'data-testid': 'measure-text' });

  constructor(reader: string, reason: Reason) {
    this.#reason.append(...reasons.map(value => h('option', { value, selected: value === reason }, reasonNames[value])));
    this.#text.value = sentences[reason];
    this.element = h('div', { class: 'stack' },
      h('div', { class: 'field' }, h('label', { for: 'measure-reason' }, 'Reason'), this.#reason),
      h('div', { class: 'field' }, h('label', { for: 'measure-text' }, `What ${reader}`), this.#text));
  }

  get value(): { reason: Reason; text: string } {
    return { reason: this.#reason.value as Reason, text: this.#text.value.trim().replaceAll(/\s*\n\s*/g, ' ') };
  }

  #onReason(): void {
    if (Object.values(sentences).includes(this.#text.value)) {
      this.#text.value = sentences[this.#reason.value as Reason];
    }
  }
}

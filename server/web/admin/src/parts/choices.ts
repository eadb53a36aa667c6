import { h } from '../../../ui/dom.ts';

export interface Choice<T> {
  value: T;
  words: string;
  /** Why it cannot be chosen. */
  why?: string | undefined;
}

/** A few to choose from, each with the key of its number while nobody writes. */
export class Choices<T> {
  readonly element: HTMLFieldSetElement;
  readonly #choices: readonly Choice<T>[];
  readonly #inputs: HTMLInputElement[];

  constructor(legend: string, name: string, choices: readonly Choice<T>[], chosen: T, onChange: () => void = () => undefined) {
    this.#choices = choices;
    this.#inputs = choices.map(({ value, why }, i) => h('input', {
      type: 'radio', name, id: `${name}-${i + 1}`, value: i, checked: value === chosen && why === undefined, disabled: why !== undefined, 'data-testid': `${name}-${i + 1}`, onchange: onChange,
    }));
    const why = choices.find(choice => choice.why !== undefined)?.why;
    this.element = h('fieldset', {}, h('legend', {}, legend),
      h('div', { class: 'choices' }, ...choices.map(({ words }, i) => h('div', { class: 'choice' }, this.#inputs[i]!,
        h('label', { for: `${name}-${i + 1}` }, h('kbd', { 'aria-hidden': 'true' }, String(i + 1)), words)))),
      why !== undefined && h('small', {}, why));
  }

  get value(): T {
    return this.#choices[Math.max(0, this.#inputs.findIndex(input => input.checked))]!.value;
  }

  focus(): void {
    (this.#inputs.find(input => input.checked) ?? this.#inputs.find(input => !input.disabled))?.focus();
  }

  /** Numbers choose, wherever in the dialog the focus is but in what one writes. */
  listen(dialog: HTMLDialogElement): void {
    dialog.addEventListener('keydown', event => {
      const input = this.#inputs[Number(event.key) - 1];
      const isWriting = event.target instanceof HTMLElement && event.target.matches('textarea, select, input:not([type=radio], [type=checkbox])');
      if (input && !input.disabled && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        input.focus();
        input.click();
      }
    });
  }
}

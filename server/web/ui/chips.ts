import { h } from './dom.ts';
import { icon } from './icons.ts';

export interface ChipOptions {
  label: string;
  hint: string;
  testId: string;
  most: number;
  values?: readonly string[];
  /** What a chip says for a value. */
  show?: (value: string) => string;
  /** The value that is meant by what was typed. */
  read?: (text: string) => string;
  suggestions?: readonly string[];
}

/** A few short values: typed and ended by Enter, a comma or leaving the field; taken back by Backspace or their cross. */
export class ChipField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #options: ChipOptions;
  readonly #box: HTMLElement;
  #values: string[] = [];

  constructor(options: ChipOptions) {
    this.#options = options;
    const id = `f-${options.testId}`;
    this.input = h('input', {
      id, autocomplete: 'off', enterkeyhint: 'done', 'data-testid': options.testId, 'aria-describedby': `${id}-hint`,
      list: options.suggestions && `${id}-list`,
      onkeydown: event => this.#onKey(event as KeyboardEvent), onblur: () => this.#take(), oninput: () => this.#onInput(),
    });
    this.#box = h('div', { class: 'chips' }, this.input);
    this.element = h('div', { class: 'field' },
      h('label', { for: id }, options.label), this.#box, h('small', { id: `${id}-hint` }, options.hint),
      options.suggestions && h('datalist', { id: `${id}-list` }, ...options.suggestions.map(value => h('option', { value }))));
    options.values?.forEach(value => this.#add(value));
  }

  /** What is chosen, with what was typed and not ended yet. */
  get values(): string[] {
    this.#take();
    return [...this.#values];
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && this.input.value.trim() !== '') {
      event.preventDefault();
      this.#take();
    } else if (event.key === 'Backspace' && this.input.value === '') {
      this.#remove(this.#values.at(-1));
    }
  }

  #onInput(): void {
    if (this.input.value.includes(',') || this.#options.suggestions?.includes(this.input.value)) {
      this.#take();
    }
  }

  #take(): void {
    const words = this.input.value.split(',').map(word => word.trim()).filter(Boolean);
    this.input.value = '';
    words.forEach(word => this.#add(this.#options.read?.(word) ?? word));
  }

  #add(value: string): void {
    if (this.#values.includes(value) || this.#values.length >= this.#options.most) {
      return;
    }
    this.#values.push(value);
    const words = this.#options.show?.(value) ?? value;
    this.input.before(h('span', { class: 'chip', 'data-value': value }, words,
      h('button', { type: 'button', 'aria-label': `Remove ${words}`, onclick: () => this.#remove(value) }, icon('close'))));
    this.#update();
  }

  #remove(value: string | undefined): void {
    this.#values = this.#values.filter(each => each !== value);
    [...this.#box.querySelectorAll<HTMLElement>('.chip')].find(chip => chip.dataset.value === value)?.remove();
    this.#update();
    this.input.focus();
  }

  #update(): void {
    this.input.readOnly = this.#values.length >= this.#options.most; // disabled, it would lose the focus
  }
}

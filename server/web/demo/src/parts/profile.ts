import { type Card, type Gender, MatchmakerError, type Profile } from '@matchmaker/client';
import { ChipField } from '../../../ui/chips.ts';
import { field, h } from '../../../ui/dom.ts';
import { genderNames, languageName } from './format.ts';

const common = ['ar', 'bn', 'cs', 'da', 'de', 'el', 'en', 'es', 'fa', 'fi', 'fr', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'nl', 'no', 'pl',
  'pt', 'ro', 'ru', 'sv', 'sw', 'ta', 'th', 'tr', 'uk', 'ur', 'vi', 'zh'];
const codes = new Map(common.map(code => [languageName(code).toLowerCase(), code]));

/** How others see me. */
export class ProfileFields {
  readonly elements: HTMLElement[];
  readonly #name = h('input', { required: true, maxlength: 60, autocomplete: 'nickname', 'data-testid': 'name' });
  readonly #gender = h('select', { 'data-testid': 'gender' });
  readonly #languages: ChipField;
  readonly #interests: ChipField;

  constructor(card?: Card) {
    this.#name.value = card?.name ?? '';
    const gender = card?.gender ?? 'unspecified';
    this.#gender.append(...Object.entries(genderNames).reverse().map(([value, text]) => h('option', { value, selected: value === gender }, text)));
    this.#languages = new ChipField({
      label: 'Languages', hint: 'At most five, such as English or German.', testId: 'languages', most: 5,
      values: card?.languages ?? [navigator.language.split('-')[0] ?? 'en'],
      show: languageName, read: text => codes.get(text.toLowerCase()) ?? text, suggestions: common.map(languageName),
    });
    this.#interests = new ChipField({
      label: 'Interests', hint: 'At most ten, such as chess or cooking. End each with Enter.', testId: 'interests', most: 10, values: card?.interests ?? [],
    });
    this.elements = [
      h('div', { class: 'two' }, field('Your name', this.#name), field('Gender', this.#gender)),
      this.#languages.element, this.#interests.element,
    ];
  }

  get profile(): Required<Profile> {
    return {
      name: this.#name.value.trim(), gender: this.#gender.value as Gender, languages: this.#languages.values, interests: this.#interests.values,
    };
  }

  /** Goes to the field that the server complains of. */
  focus(error?: unknown): void {
    const wrong = error instanceof MatchmakerError ? error.field : undefined;
    (wrong === 'languages' ? this.#languages.input : wrong === 'interests' ? this.#interests.input : this.#name).focus();
  }
}

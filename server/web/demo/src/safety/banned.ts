import type { AppealView, Banned, MatchmakerError } from '@matchmaker/client';
import type { App } from '../app.ts';
import { confirmed, h, passFocus } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { dateAndTime } from '../parts/format.ts';
import { appealForm } from './appeal.ts';
import { saveMyData } from './export.ts';
import { reasonNames, termWords } from './words.ts';

const lookMs = 30_000;

/** Why somebody is shut out, until when, and what they can do. Goes on by itself when it is over. */
export class BannedCard {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #answer = h('div', { class: 'answer', 'data-testid': 'appeal-state' });
  readonly #ban: Banned | undefined;

  constructor(app: App, error: MatchmakerError | undefined) {
    this.#app = app;
    const ban = this.#ban = error?.ban;
    this.element = h('section', { class: 'card trouble banned', 'data-testid': 'stopped' }, h('span', { class: 'sign' }, icon('ban')),
      h('h1', {}, 'You cannot take part'),
      h('p', { 'data-testid': 'banned-until' }, ban ? `The moderators have shut you out ${termWords(ban, 'for good')}.` : 'The moderators have shut you out.'),
      ban && h('blockquote', { 'data-testid': 'banned-why' }, h('strong', {}, reasonNames[ban.reason]), h('p', {}, ban.text)),
      this.#answer,
      h('div', { class: 'row answers' },
        h('button', { 'data-testid': 'look-again', onclick: () => app.useHere() }, icon('retry'), 'Look again'),
        h('button', { 'data-testid': 'export', onclick: () => void saveMyData(app) }, icon('download'), 'Download your data'),
        confirmed({ class: 'warn', 'data-testid': 'erase' }, icon('erase'), 'Delete account', 'Really delete everything?', () => void app.eraseMe()),
        h('button', { class: 'quiet', onclick: () => void app.signOut() }, icon('sign-out'), 'Sign out')));
    this.#showAppeal(undefined);
    const timer = setInterval(() => this.element.isConnected ? document.hidden || void this.#look() : clearInterval(timer), lookMs);
    void this.#look();
  }

  /** Whether it is over, and what came of an appeal. */
  async #look(): Promise<void> {
    const found = await this.#app.client.standing().catch(() => undefined); // the next look may have an answer
    if (found && this.element.isConnected) {
      if (this.#ban?.appealable === true && found.standing?.kind !== 'ban') {
        this.#app.useHere();
      } else if (found.appeal && found.appeal.measureId === found.standing?.measureId) {
        this.#showAppeal(found.appeal);
      }
    }
  }

  #showAppeal(appeal: AppealView | undefined): void {
    if (appeal) {
      passFocus(this.#answer);
      this.#answer.replaceChildren(appeal.outcome
        ? h('div', { role: 'status' }, h('strong', {}, 'Your appeal was read, and it stays so.'), h('p', {}, appeal.answer ?? ''))
        : h('div', { role: 'status' }, h('strong', {}, 'Your appeal was sent.'), h('p', { class: 'soft' }, `On ${dateAndTime(appeal.createdAt)}. Somebody other than whoever decided reads it, and the answer shows here.`)));
    } else if (this.#ban?.appealable) {
      this.#answer.replaceChildren(appealForm(this.#app, () => this.#showAppeal({ measureId: '', text: '', createdAt: new Date().toISOString() })));
    }
  }
}

import { avatar } from '../../../ui/avatar.ts';
import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { AppealOutcome, AppealDetail } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { PersonPane } from '../cases/person.ts';
import { type Command, commandButton } from '../commands.ts';
import { Choices } from '../parts/choices.ts';
import { markCurrent, moveFocus, redraw } from '../parts/focus.ts';
import { formDialog } from '../parts/form.ts';
import { icon } from '../parts/icons.ts';
import { measureList } from '../parts/measures.ts';
import { nothing, tag } from '../parts/tags.ts';
import { ago, kindNames, reasonNames } from '../parts/words.ts';

type Which = 'open' | 'decided';

const answers: Readonly<Record<AppealOutcome, string>> = {
  granted: 'You are right: we have lifted it.',
  upheld: 'Somebody else has looked at it again, and it stays.',
};

/** People who say that a measure was wrong. Somebody other than whoever took it decides. */
export class AppealsPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #person: PersonPane;
  readonly #list = h('ul', { class: 'rows', 'data-testid': 'appeals' });
  readonly #pane = h('section', { class: 'pane case', 'aria-label': 'Appeal', 'data-testid': 'appeal-pane' });
  readonly #title = h('h2', { tabindex: -1 });
  readonly #pill = h('button', { type: 'button', class: 'pill', hidden: true, 'data-testid': 'new-appeals', onclick: () => void this.#load() }, icon('refresh'), 'News');
  readonly #more = h('button', { type: 'button', class: 'quiet wide', hidden: true, onclick: () => void this.#load(this.#cursor) }, 'Show more');
  readonly #deciding = new Map<string, AppealOutcome>();
  #which: Which = 'open';
  #appeals: AppealDetail[] = [];
  #appealId: string | undefined;
  #known: number | undefined;
  #cursor: string | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#person = new PersonPane(app, () => app.go('appeals', this.#appealId ?? ''), () => undefined);
    this.element = h('div', { class: 'panes three', 'data-testid': 'appeals-page' }, h('h1', { class: 'heard' }, 'Appeals'),
      h('section', { class: 'pane queue', 'aria-label': 'List' },
        h('div', { class: 'filters' },
          h('div', { class: 'row between' },
            h('div', { class: 'segments', role: 'group', 'aria-label': 'Which appeals' }, this.#segment('open', 'Open'), this.#segment('decided', 'Decided')), this.#pill)),
        h('div', { class: 'scroll' }, this.#list, this.#more)),
      this.#pane, this.#person.element);
    this.#known = app.counts?.appeals;
    void this.#load();
  }

  changed(): void {
    const now = this.#app.counts?.appeals;
    this.#pill.hidden = this.#known === undefined || now === undefined || now <= this.#known;
    this.#known ??= now;
  }

  open([appealId, person]: string[]): void {
    const isOther = appealId !== this.#appealId;
    this.#appealId = appealId;
    this.element.dataset.pane = person ? 'person' : appealId ? 'case' : 'queue';
    if (isOther || !this.#pane.hasChildNodes()) {
      this.#show(true);
    }
  }

  commands(): Command[] {
    const appeal = this.#appeal;
    return [
      { id: 'next', title: 'Next appeal', group: 'Move', key: 'J', run: () => moveFocus(this.#list, 1) },
      { id: 'previous', title: 'Previous appeal', group: 'Move', key: 'K', run: () => moveFocus(this.#list, -1) },
      ...appeal ? [{ id: 'decide', title: 'Decide', group: 'Appeal' as const, key: 'R', icon: 'resolve' as const, why: this.#why(appeal), run: () => this.#decide(appeal) }] : [],
    ];
  }

  get #appeal(): AppealDetail | undefined {
    return this.#appeals.find(({ appealId }) => appealId === this.#appealId);
  }

  #why({ appealId, outcome, mayDecide, measure }: AppealDetail): string | undefined {
    return outcome ?? this.#deciding.get(appealId) ? 'This appeal is decided.'
      : mayDecide ? undefined
      : measure.decidedBy?.adminId === this.#app.me?.adminId ? 'You took this measure yourself: somebody else has to decide.'
      : 'Deciding appeals needs a senior.';
  }

  #segment(which: Which, words: string): HTMLElement {
    return h('button', { type: 'button', 'aria-pressed': String(which === this.#which), 'data-testid': `filter-${which}`, onclick: event => {
      this.#which = which;
      for (const button of (event.currentTarget as HTMLElement).parentElement!.children) {
        button.setAttribute('aria-pressed', String(button === event.currentTarget));
      }
      void this.#load();
    } }, words);
  }

  async #load(cursor?: string): Promise<void> {
    const which = this.#which;
    const page = await this.#app.attempt(api.appeals(which, cursor));
    if (page && which === this.#which) {
      this.#appeals = cursor ? [...this.#appeals, ...page.appeals] : page.appeals;
      this.#cursor = page.nextCursor;
      this.#more.hidden = page.nextCursor === undefined;
      this.#known = which === 'open' ? page.total : this.#known;
      this.#pill.hidden = true;
      redraw(this.#list, () => this.#list.replaceChildren(...this.#appeals.length > 0 ? this.#appeals.map(appeal => this.#row(appeal))
        : [nothing(which === 'open' ? 'Nobody appeals' : 'No appeal was decided yet')]));
      this.#show(false);
    }
  }

  #row({ appealId, user, measure, createdAt, outcome }: AppealDetail): HTMLElement {
    return h('li', { 'data-testid': 'appeal', class: outcome ? 'decided' : '' }, h('a', { href: `#/appeals/${appealId}`, 'data-appeal-id': appealId },
      avatar(user),
      h('span', { class: 'line' }, h('strong', {}, user.name), ago(createdAt)),
      h('span', { class: 'line' }, h('span', {}, `${kindNames[measure.kind]} for ${reasonNames[measure.reason].toLowerCase()}`)),
      h('span', { class: 'line soft' }, h('span', {}, measure.decidedBy ? `by ${measure.decidedBy.name}` : 'by the weight of reports'), outcome && h('span', { class: 'by' }, outcome === 'granted' ? 'Granted' : 'Upheld'))));
  }

  #show(isNew: boolean): void {
    const appeal = this.#appeal;
    for (const link of this.#list.querySelectorAll('a')) {
      markCurrent(link, link.dataset.appealId === this.#appealId);
    }
    if (!appeal) {
      this.#pane.replaceChildren(nothing('No appeal is open', 'J and K move through the list, Enter opens.'));
      void this.#person.open(undefined);
      return;
    }
    redraw(this.#pane, () => this.#draw(appeal), this.#title);
    if (isNew) {
      this.#title.focus({ preventScroll: true });
      void this.#person.open(appeal.user.id);
    } else if (this.#person.detail?.card.id !== appeal.user.id) {
      void this.#person.open(appeal.user.id);
    }
  }

  #draw(appeal: AppealDetail): void {
    const { appealId, user, text, createdAt, measure, outcome, decidedBy, answer } = appeal;
    const result = outcome ?? this.#deciding.get(appealId);
    const why = this.#why(appeal);
    const command = this.commands().find(({ id }) => id === 'decide')!;
    this.#title.replaceChildren(`${user.name} appeals`);
    this.#pane.replaceChildren(
      h('div', { class: 'head' },
        h('div', { class: 'row title' },
          h('button', { type: 'button', class: 'quiet round back', 'aria-label': 'Back to the appeals', onclick: () => this.#app.go('appeals') }, icon('back')),
          avatar(user),
          h('div', { class: 'who' }, this.#title, h('span', { class: 'soft small' }, ago(createdAt))),
          result && tag(result === 'granted' ? 'success' : 'plain', icon('check'), result === 'granted' ? 'Granted' : 'Upheld'),
          h('button', { type: 'button', class: 'quiet round to-person', 'aria-label': `About ${user.name}`, onclick: () => this.#app.go('appeals', appealId, user.id) }, icon('person'))),
        h('div', { class: 'actions' }, commandButton(command, words => this.#app.toasts.say(words), 'primary'),
          why !== undefined && !result && h('p', { class: 'soft', 'data-testid': 'why-not' }, why))),
      h('section', { class: 'block' }, h('h3', {}, `What ${user.name} says`), h('blockquote', { 'data-testid': 'appeal-text' }, text)),
      h('section', { class: 'block' }, h('h3', {}, 'The measure'), measureList([measure]),
        measure.caseId && h('p', {}, h('a', { href: `#/cases/${measure.caseId}` }, 'To its case'))),
      ...answer ? [h('section', { class: 'block' }, h('h3', {}, `Answer${decidedBy ? ` of ${decidedBy.name}` : ''}`), h('blockquote', {}, answer))] : []);
  }

  #decide(appeal: AppealDetail): void {
    const { appealId, user, measure } = appeal;
    const kind = kindNames[measure.kind].toLowerCase();
    const text = h('textarea', { id: 'answer', required: true, maxlength: 1000, rows: 4, 'data-testid': 'answer' });
    const outcome = new Choices<AppealOutcome>('The appeal is', 'outcome', [
      { value: 'granted', words: `Right: lift the ${kind}` }, { value: 'upheld', words: `Wrong: the ${kind} stays` },
    ], 'upheld', () => {
      text.value = text.value === '' || Object.values(answers).includes(text.value) ? answers[outcome.value] : text.value;
      form.say(action());
    });
    const action = (): string => outcome.value === 'granted' ? `Lift the ${kind} of ${user.name}` : `Leave the ${kind} of ${user.name}`;
    text.value = answers.upheld;
    const form = formDialog({ title: `Decide the appeal of ${user.name}`, testId: 'decide-dialog', action: action() },
      async () => this.#decideLater(appealId, { outcome: outcome.value, answer: text.value.trim() }, user.name),
      outcome.element, h('div', { class: 'field' }, h('label', { for: text.id }, `What ${user.name} reads`), text));
    outcome.listen(form.dialog);
    outcome.focus();
  }

  #decideLater(appealId: string, decision: { outcome: AppealOutcome; answer: string }, name: string): void {
    this.#deciding.set(appealId, decision.outcome);
    this.#show(false);
    const over = (): void => {
      this.#deciding.delete(appealId);
      this.#show(false);
    };
    this.#app.toasts.offer(`The appeal of ${name} is ${decision.outcome}`, over,
      leaving => this.#app.attempt(api.decide(appealId, decision, leaving)).then(decided => {
        this.#appeals = this.#appeals.map(appeal => appeal.appealId === appealId ? decided ?? appeal : appeal);
        over();
        void this.#person.reload();
      }));
  }
}

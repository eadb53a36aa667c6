import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { CaseDetail, CaseOutcome, MeasureKind, Reason } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import type { Command } from '../commands.ts';
import { measureDialog, resolveDialog, type Taken } from './dialogs.ts';
import { addressCommand } from './measures.ts';
import { CasePane } from './pane.ts';
import { type Party, PersonPane } from './person.ts';
import { Queue } from './queue.ts';

/** Queue, case and person side by side; on a phone one of them at a time. */
export class CasesPage implements Page {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #queue: Queue;
  readonly #pane: CasePane;
  readonly #person: PersonPane;
  /** Decisions that can still be taken back; the server cannot, so it hears of them later. */
  readonly #deciding = new Map<string, CaseOutcome>();

  constructor(app: App) {
    this.#app = app;
    this.#queue = new Queue(app);
    this.#pane = new CasePane(app, {
      deciding: caseId => this.#deciding.get(caseId),
      commands: () => this.commands(),
      showPerson: userId => this.#showPerson(userId),
      back: () => app.go('cases'),
    });
    this.#person = new PersonPane(app, () => app.go('cases', this.#caseId ?? ''), userId => this.#showPerson(userId));
    this.element = h('div', { class: 'panes three', 'data-testid': 'cases' }, h('h1', { class: 'heard' }, 'Cases'), this.#queue.element, this.#pane.element, this.#person.element);
  }

  leave(): void {
    this.#queue.leave();
  }

  changed(): void {
    this.#queue.changed();
  }

  open([caseId, userId]: string[]): void {
    this.element.dataset.pane = userId ? 'person' : caseId ? 'case' : 'queue';
    this.#queue.mark(caseId);
    if (caseId === undefined || caseId !== this.#caseId || !this.#pane.detail) {
      this.#open(caseId, userId);
    } else if (this.#person.detail?.card.id !== (userId ?? this.#pane.detail.case.subject.id)) {
      this.#showParty(this.#pane.detail, userId);
    }
  }

  commands(): Command[] {
    return [
      { id: 'next', title: 'Next case', group: 'Move', key: 'J', run: () => this.#queue.move(1) },
      { id: 'previous', title: 'Previous case', group: 'Move', key: 'K', run: () => this.#queue.move(-1) },
      { id: 'search', title: 'Search cases', group: 'Move', key: '/', icon: 'search', run: () => this.#search() },
      { id: 'next-party', title: 'Look at the other side', group: 'Move', key: 'P', icon: 'people', run: () => this.#person.next() },
      { id: 'new-cases', title: 'Show what is new', group: 'Move', key: 'N', icon: 'refresh', run: () => this.#queue.refresh() },
      ...this.#pane.detail ? this.#caseCommands(this.#pane.detail) : [],
      ...this.#person.detail ? [addressCommand(this.#person.detail.card.name, this.#person)] : [],
    ];
  }

  get #caseId(): string | undefined {
    return this.#pane.detail?.case.caseId;
  }

  #open(caseId: string | undefined, userId?: string): void {
    void this.#pane.open(caseId).then(detail => {
      if (detail) {
        this.#queue.update(detail.case);
        this.#showParty(detail, userId);
      } else if (caseId === undefined) {
        void this.#person.open(undefined);
      }
    });
  }

  #showParty({ case: { subject }, reports }: CaseDetail, userId = subject.id): void {
    const reporters = new Map(reports.map(({ reporter }) => [reporter.id, reporter.name]));
    const parties: Party[] = [{ id: subject.id, name: subject.name, role: 'Reported' },
      ...[...reporters].map(([id, name]): Party => ({ id, name, role: 'Reporter' }))];
    void this.#person.open(userId, parties);
  }

  #showPerson(userId: string): void {
    this.#app.go('cases', this.#caseId ?? '', userId);
  }

  #search(): void {
    this.element.dataset.pane = 'queue';
    this.#queue.search.focus();
    this.#queue.search.select();
  }

  #caseCommands({ case: { caseId, subject, claimedBy, outcome, standing } }: CaseDetail): Command[] {
    const { me } = this.#app;
    const isMine = claimedBy?.adminId === me?.adminId;
    const reads = this.#app.is('moderator') ? undefined : 'Viewers only read.';
    const decided = outcome ?? this.#deciding.get(caseId) ? 'This case is decided.' : undefined;
    const taken = claimedBy && !isMine && !outcome ? `${claimedBy.name} has taken this case.` : undefined;
    const why = reads ?? decided ?? taken;
    const measure = (id: MeasureKind, title: string, key: string): Command =>
      ({ id, title, key, icon: id, group: 'Case', why: reads ?? taken, run: () => this.#measure(id) });
    return [
      claimedBy && !isMine && !decided && this.#app.is('senior')
        ? { id: 'claim', title: 'Take it over', group: 'Case', key: 'A', icon: 'claim', run: () => void this.#app.attempt(api.release(caseId)).then(released => released && this.#claim('claim')) }
        : claimedBy && isMine
        ? { id: 'claim', title: 'Give it back', group: 'Case', key: 'A', icon: 'release', why: reads ?? decided, run: () => this.#claim('release') }
        : { id: 'claim', title: 'Assign to me', group: 'Case', key: 'A', icon: 'claim', why, run: () => this.#claim('claim') },
      { id: 'resolve', title: 'Resolve', group: 'Case', key: 'R', icon: 'resolve', why, run: () => resolveDialog(subject, standing?.kind === 'hold', (result, note) => this.#decide(result, note)) },
      measure('ban', 'Ban', 'B'),
      measure('hold', 'Hold', 'H'),
      measure('warn', 'Warn', 'W'),
      { id: 'dismiss', title: 'Dismiss', group: 'Case', key: 'I', icon: 'dismiss', why, run: () => this.#decide('dismissed', '') },
    ];
  }

  #claim(how: 'claim' | 'release'): void {
    const caseId = this.#caseId;
    if (caseId) {
      void this.#app.attempt(api[how](caseId)).then(summary => {
        if (summary) {
          this.#queue.update(summary);
          this.#pane.update(summary);
          this.#app.toasts.say(how === 'claim' ? 'The case is yours.' : 'Anybody can take the case.');
        } else if (this.#caseId === caseId) {
          this.#open(caseId); // what it is like now
        }
      });
    }
  }

  #measure(kind: MeasureKind): void {
    const { detail } = this.#pane;
    const { me } = this.#app;
    if (detail && me) {
      const { case: { caseId, subject, reasons, outcome } } = detail;
      const [reason = 'other'] = (Object.keys(reasons) as Reason[]).sort((a, b) => (reasons[b] ?? 0) - (reasons[a] ?? 0));
      const isOpen = !outcome && !this.#deciding.has(caseId);
      const person = this.#person.detail?.card.id === subject.id ? this.#person.detail : undefined;
      measureDialog(kind, me, { subject, reason, caseId: isOpen ? caseId : undefined, sharesNetworkWith: person?.sharesNetworkWith }, taken => this.#taken(taken, caseId));
    }
  }

  /** A measure holds at once; undo lifts it, and the case that it answers is closed when nobody has undone it. */
  #taken({ measure, closes, words }: Taken, caseId: string): void {
    const undo = (): void => void this.#app.attempt(api.lift(measure.measureId)).then(() => this.#refresh(caseId));
    if (closes) {
      this.#decideLater(caseId, 'upheld', '', words, undo);
    } else {
      this.#app.toasts.offer(words, undo);
    }
    this.#refresh(caseId);
  }

  #decide(outcome: CaseOutcome, note: string): void {
    const { detail } = this.#pane;
    if (detail) {
      const { caseId, subject } = detail.case;
      this.#decideLater(caseId, outcome, note, `The case of ${subject.name} is ${outcome}`);
    }
  }

  #decideLater(caseId: string, outcome: CaseOutcome, note: string, words: string, undo?: () => void): void {
    this.#deciding.set(caseId, outcome);
    this.#pane.update();
    this.#app.toasts.offer(words, () => {
      this.#deciding.delete(caseId);
      this.#pane.update();
      undo?.();
    }, leaving => this.#app.attempt(api.close(caseId, { outcome, ...note && { note } }, leaving)).then(summary => {
      this.#deciding.delete(caseId);
      if (summary) {
        this.#queue.update(summary);
      }
      this.#refresh(caseId);
    }));
  }

  /** What is shown of this case, as it is now. */
  #refresh(caseId: string): void {
    if (this.#caseId === caseId) {
      this.#open(caseId, this.#person.detail?.card.id);
    }
  }
}

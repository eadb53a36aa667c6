import { h, setText, showDialog } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { CaseChatLine, CaseReport } from '../api/shapes.ts';
import type { App } from '../app.ts';
import { icon } from '../parts/icons.ts';
import { tag } from '../parts/tags.ts';
import { accuracyWords, ago, clock, count, endWords, reasonNames, shortTime } from '../parts/words.ts';

/** One report: what is said, by whom and how often that was right, and the call that it is about. */
export class ReportItem {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #caseId: string;
  readonly #report: CaseReport;
  readonly #lines = h('ol', { class: 'lines', hidden: true, tabindex: 0, 'aria-label': 'Chat of the call', 'data-testid': 'chat-lines' });
  readonly #readWords = h('span', {});

  constructor(app: App, caseId: string, report: CaseReport, owner: { showPerson(userId: string): void }) {
    this.#app = app;
    this.#caseId = caseId;
    this.#report = report;
    const { reporter, accuracy, reason, note, createdAt, network, call, earlier, chatLines } = report;
    const read = h('button', { type: 'button', class: 'small', 'data-testid': 'read-chat', onclick: () => this.#ask() }, icon('chat'), this.#readWords);
    setText(this.#readWords, `Read the chat (${count(chatLines, 'line', 'lines')})`);
    const mayRead = app.is('moderator');
    this.element = h('li', { class: 'report', 'data-testid': 'report' },
      h('div', { class: 'row between' },
        h('div', { class: 'row' }, tag(reason === 'minor_safety' ? 'danger' : 'plain', reason === 'minor_safety' && icon('urgent'), reasonNames[reason]), ago(createdAt)),
        h('span', { class: 'soft small' }, earlier > 0 ? `after ${count(earlier, 'earlier report', 'earlier reports')}` : 'the first report about them')),
      note ? h('blockquote', {}, note) : h('p', { class: 'soft' }, 'Without a note.'),
      h('dl', { class: 'facts' },
        h('div', {}, h('dt', {}, 'Reporter'), h('dd', {},
          h('button', { type: 'button', class: 'link', 'data-testid': 'show-reporter', onclick: () => owner.showPerson(reporter.id) }, reporter.name),
          ` · ${accuracyWords(accuracy)} · network ${network}`)),
        h('div', {}, h('dt', {}, 'Call'), h('dd', {},
          shortTime(call.startedAt),
          ` · ${clock(call.seconds)} · ${call.origin === 'queue' ? 'met by the queue' : 'met by invite'} · ${call.endReason ? endWords[call.endReason] : 'still running when reported'}`))),
      chatLines > 0 ? mayRead ? read : h('p', { class: 'soft small' }, `${count(chatLines, 'line', 'lines')} of chat: moderators can read them.`)
        : h('p', { class: 'soft small' }, 'Nothing was written in this call.'),
      chatLines > 0 && this.#lines);
  }

  /** Somebody else's words are not read in passing: why is asked, and written down. */
  #ask(): void {
    if (this.#lines.childElementCount > 0) {
      this.#lines.hidden = !this.#lines.hidden;
      return;
    }
    const reason = h('input', { required: true, maxlength: 500, id: 'why-read', value: `To decide on a report of ${reasonNames[this.#report.reason].toLowerCase()}`, 'data-testid': 'why-read' });
    const dialog = showDialog('Read the chat of this call', 'read-chat-dialog',
      h('form', { class: 'stack', onsubmit: event => { event.preventDefault(); void this.#load(reason.value.trim()).then(done => done && dialog.close()); } },
        h('p', {}, `What ${this.#report.reporter.name} and ${this.#report.subject.name} wrote to each other. That you read it, and why, is written into the audit log.`),
        h('div', { class: 'field' }, h('label', { for: 'why-read' }, 'Why it must be read'), reason),
        h('div', { class: 'row' }, h('button', { type: 'submit', class: 'primary', 'data-testid': 'confirm' }, 'Read'), h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
    reason.select();
  }

  async #load(reason: string): Promise<boolean> {
    const { reportId, reporter, subject } = this.#report;
    const chat = await this.#app.attempt(api.chat(this.#caseId, { reportId, reason }));
    if (chat) {
      const by = ({ from }: CaseChatLine): string => from === reporter.id ? reporter.name : subject.name;
      this.#lines.replaceChildren(...chat.lines.map(line => h('li', { class: line.from === subject.id ? 'subject' : '' },
        h('time', { datetime: line.at, class: 'soft' }, new Date(line.at).toLocaleTimeString(undefined, { timeStyle: 'medium' })), h('strong', {}, by(line)), h('span', {}, line.text))));
      this.#lines.hidden = false;
      setText(this.#readWords, 'Show or hide the chat');
    }
    return chat !== undefined;
  }
}

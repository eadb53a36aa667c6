import type { Card, Reason } from '@matchmaker/client';
import type { App } from '../app.ts';
import { h, showDialog } from '../../../ui/dom.ts';
import { reasonNames } from './words.ts';

const longestNote = 1000;

/** What happened, in one tap; a note for the moderators is for those who want to say more. */
export function askReport(app: App, callId: string, person: Card, done: () => void = () => undefined): void {
  const note = h('textarea', { id: 'report-note', maxlength: longestNote, rows: 3, 'data-testid': 'report-note' });
  const report = async (reason: Reason): Promise<void> => {
    list.disabled = true;
    app.reported.add(callId); // the call may end before the answer is here
    const filed = await app.attempt(app.client.report(callId, reason, note.value.trim() || undefined), { not_found: 'This call is too long ago to be reported.' });
    if (filed) {
      dialog.close();
      app.notices.say(`Thank you, the moderators look at it. You will not meet ${person.name} again.`);
      done();
    } else {
      app.reported.delete(callId);
      list.disabled = false;
    }
  };
  const list = h('fieldset', { class: 'reasons' }, h('legend', { class: 'heard' }, 'What happened?'),
    ...(Object.keys(reasonNames) as Reason[]).map(reason =>
      h('button', { type: 'button', 'data-testid': `report-${reason}`, onclick: () => void report(reason) }, reasonNames[reason])));
  const dialog = showDialog(`Report ${person.name}: what happened?`, 'report-dialog',
    h('p', { class: 'soft' }, `The moderators look at it. You will not meet ${person.name} again, and they are not told who reported them.`),
    h('details', { class: 'more-words' }, h('summary', { 'data-testid': 'report-more' }, 'Say more first'),
      h('div', { class: 'field' }, h('label', { for: note.id, class: 'small' }, 'What should the moderators know?'), note)),
    list,
    h('div', { class: 'row' }, h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Cancel')));
}

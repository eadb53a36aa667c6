import { api } from '../api/api.ts';
import type { MeasureKind } from '../api/shapes.ts';
import type { App } from '../app.ts';
import type { Command } from '../commands.ts';
import { measureDialog } from './dialogs.ts';
import type { PersonPane } from './person.ts';

const kinds: readonly (readonly [MeasureKind, string, string])[] = [['ban', 'Ban', 'B'], ['hold', 'Hold', 'H'], ['warn', 'Warn', 'W']];

/** What can be done about a person who is looked at without a case. */
export function personCommands(app: App, pane: PersonPane): Command[] {
  const { detail } = pane;
  return detail === undefined ? [] : [addressCommand(detail.card.name, pane), ...kinds.map(([kind, title, key]): Command => ({
    id: kind, title: `${title} ${detail.card.name}`, key, icon: kind, group: 'Person',
    why: !app.is('moderator') ? 'Viewers only read.' : detail.createdAt === undefined ? 'The account is erased.' : undefined,
    run: () => app.me && measureDialog(kind, app.me, { subject: detail.card, reason: 'other', sharesNetworkWith: detail.sharesNetworkWith }, ({ measure, words }) => {
      app.toasts.offer(words, () => void app.attempt(api.lift(measure.measureId)).then(() => pane.reload()));
      void pane.reload();
    }),
  }))];
}

export function addressCommand(name: string, pane: PersonPane): Command {
  return { id: 'ban-their-address', title: `Ban the address of ${name}`, icon: 'address', group: 'Person', why: pane.whyNotAddress, run: () => pane.banAddress() };
}

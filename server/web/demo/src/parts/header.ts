import type { App } from '../app.ts';
import { confirmed, h, setText, showDialog } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { themeSwitch } from '../../../ui/theme.ts';
import { showAvatar } from '../../../ui/avatar.ts';
import { saveMyData } from '../safety/export.ts';
import { HistoryList } from './history.ts';
import { logo } from '../../../ui/logo.ts';
import { ProfileFields } from './profile.ts';
import { explain } from './format.ts';

const stateTexts = { offline: 'Offline', connecting: 'Connecting', online: 'Online', reconnecting: 'Reconnecting', ended: 'Stopped' };

/** The name of the house, whether the server hears us, the colours, and my account. */
export function showHeader(app: App, root: HTMLElement): void {
  const name = h('span', { class: 'name', 'data-testid': 'me-name' });
  const face = h('span', { class: 'avatar', 'aria-hidden': 'true' });
  const state = h('span', { class: 'state', 'data-testid': 'connection-state' });
  const menu = h('button', { class: 'quiet account', 'data-testid': 'account', 'aria-haspopup': 'dialog', onclick: () => showAccount(app) },
    h('span', { class: 'heard' }, 'Your account: '), face, name);
  root.append(h('span', { class: 'brand' }, logo(), h('span', {}, 'Matchmaker')), state, themeSwitch(), menu);
  const update = (): void => {
    menu.hidden = state.hidden = app.me === undefined;
    setText(name, app.me?.name ?? '');
    showAvatar(face, app.me);
    state.dataset.state = app.client.state.state;
    setText(state, stateTexts[app.client.state.state]);
  };
  app.client.on('session', update);
  app.client.on('state', update);
  update();
}

function showAccount(app: App): void {
  const fields = new ProfileFields(app.me);
  const error = h('p', { class: 'error', role: 'alert' });
  const save = async (): Promise<void> => {
    try {
      await app.client.updateMe(fields.profile);
      dialog.close(); // first, since nothing is read out behind it
      app.notices.say('Saved. Others see it from now on.');
    } catch (problem) {
      setText(error, explain(problem));
      fields.focus(problem);
    }
  };
  const dialog = showDialog('Your account', 'account-dialog',
    h('form', { class: 'stack', onsubmit: event => { event.preventDefault(); void save(); } }, ...fields.elements, error,
      h('div', { class: 'row' },
        h('button', { type: 'submit', class: 'primary', 'data-testid': 'save-me' }, 'Save'),
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Close'))),
    h('hr', {}),
    h('div', { class: 'row' },
      h('button', { 'data-testid': 'show-history', onclick: () => { dialog.close(); showHistory(app); } }, icon('history'), 'Your calls'),
      h('button', { 'data-testid': 'sign-out', onclick: () => { dialog.close(); void app.signOut(); } }, icon('sign-out'), 'Sign out'),
      h('button', { 'data-testid': 'export', onclick: () => void saveMyData(app) }, icon('download'), 'Download your data'),
      confirmed({ class: 'warn', 'data-testid': 'erase' }, icon('erase'), 'Delete account', 'Really delete everything?', () => {
        dialog.close();
        void app.eraseMe();
      })));
}

export function showHistory(app: App): void {
  const dialog = showDialog('Your calls', 'history-dialog', new HistoryList(app).element,
    h('div', { class: 'row' }, h('button', { onclick: () => dialog.close() }, 'Close')));
}

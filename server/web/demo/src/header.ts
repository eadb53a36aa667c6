import type { App } from './app.ts';
import { h, setText } from './dom.ts';

const stateTexts = { offline: 'Offline', connecting: 'Connecting', online: 'Online', reconnecting: 'Reconnecting', ended: 'Stopped' };

export function showHeader(app: App, root: HTMLElement): void {
  const name = h('span', { class: 'me', 'data-testid': 'me-name' });
  const state = h('span', { class: 'state', 'data-testid': 'connection-state' });
  const signOut = h('button', { class: 'quiet', 'data-testid': 'sign-out', onclick: () => void app.signOut() }, 'Sign out');
  const account = h('div', { class: 'account' }, state, name, signOut);
  root.append(h('span', { class: 'brand' }, 'Matchmaker'), account);
  const update = (): void => {
    account.hidden = app.me === undefined;
    setText(name, app.me?.name ?? '');
    state.dataset.state = app.client.state.state;
    setText(state, stateTexts[app.client.state.state]);
  };
  app.client.on('session', update);
  app.client.on('state', update);
  update();
}

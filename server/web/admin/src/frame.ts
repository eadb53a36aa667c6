import { logo } from '../../ui/logo.ts';
import { h, setText } from '../../ui/dom.ts';
import { themeSwitch } from '../../ui/theme.ts';
import type { AdminMe } from './api/shapes.ts';
import { type App, pages } from './app.ts';
import { markCurrent } from './parts/focus.ts';
import { icon } from './parts/icons.ts';
import { count, roleNames } from './parts/words.ts';

/** What stands over every page: where one can go, what waits there, whether news comes by itself, and me. */
export class Frame {
  readonly #app: App;
  readonly #nav = h('nav', { 'aria-label': 'Console' });
  readonly #live = h('span', { class: 'live', 'data-testid': 'live' });
  readonly #me = h('a', { class: 'me', href: '#/me', 'data-testid': 'me' });
  readonly #palette: HTMLButtonElement;
  #shownTo: AdminMe | undefined;

  constructor(app: App, root: HTMLElement) {
    this.#app = app;
    this.#palette = h('button', { type: 'button', class: 'quiet', 'data-testid': 'open-palette', 'aria-keyshortcuts': 'Control+K', onclick: () => app.showPalette() },
      icon('search'), h('span', {}, 'Commands'), h('kbd', { 'aria-hidden': 'true' }, 'Ctrl K'));
    root.append(h('span', { class: 'brand' }, logo(), h('span', {}, 'Console')), this.#nav, this.#live, this.#palette, themeSwitch(), this.#me);
  }

  /** @param name the page that is open; none is when nobody is signed in. */
  show(name: string | undefined): void {
    const { me } = this.#app;
    this.#nav.hidden = this.#live.hidden = this.#me.hidden = this.#palette.hidden = !me;
    if (!me) {
      return;
    }
    if (this.#shownTo !== me) {
      this.#shownTo = me;
      this.#me.replaceChildren(icon('me'), h('span', {}, h('strong', {}, me.name), h('small', {}, roleNames[me.role])));
      this.#nav.replaceChildren(...Object.entries(pages).filter(([key, { least }]) => key !== 'me' && this.#app.is(least)).map(([key, page]) =>
        h('a', { href: `#/${key}`, 'data-testid': `nav-${key}` },
          icon(page.icon), h('span', {}, page.title), h('span', { class: 'count', hidden: true, 'data-count': key }))));
    }
    for (const link of this.#nav.querySelectorAll('a')) {
      markCurrent(link, link.hash === `#/${name}`, 'page');
    }
    this.showCounts();
  }

  showCounts(): void {
    const { counts } = this.#app;
    const show = (key: string, n: number, words: string, urgent = 0): void => {
      const badge = this.#nav.querySelector<HTMLElement>(`[data-count=${key}]`);
      if (badge) {
        badge.hidden = n === 0;
        badge.replaceChildren(urgent > 0 ? icon('urgent') : '', h('span', { 'aria-hidden': 'true' }, String(n)), h('span', { class: 'heard' }, ` ${words}`));
        badge.classList.toggle('urgent', urgent > 0);
        badge.title = words;
      }
    };
    show('cases', counts?.open ?? 0, `${count(counts?.open ?? 0, 'open case', 'open cases')}${counts?.urgent ? `, ${counts.urgent} urgent` : ''}`, counts?.urgent);
    show('appeals', counts?.appeals ?? 0, count(counts?.appeals ?? 0, 'appeal waits', 'appeals wait'));
    this.#nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  showLive(isLive: boolean): void {
    this.#live.dataset.live = String(isLive);
    setText(this.#live, isLive ? 'Live' : 'Not live');
    this.#live.title = isLive ? 'News is told as it happens.' : 'There is no connection for news; trying again.';
  }
}

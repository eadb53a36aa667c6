import { closeDialogs } from '../../ui/dom.ts';
import { api } from './api/api.ts';
import { ApiError } from './api/http.ts';
import { Live } from './api/live.ts';
import type { AdminMe, AdminRole, CasesChanged } from './api/shapes.ts';
import { type Command, listenForKeys } from './commands.ts';
import { Frame } from './frame.ts';
import { AccountsPage } from './pages/accounts.ts';
import { AddressesPage } from './pages/addresses.ts';
import { AppealsPage } from './pages/appeals.ts';
import { AuditPage } from './pages/audit.ts';
import { CasesPage } from './cases/page.ts';
import { LoginPage } from './pages/login.ts';
import { MePage } from './pages/me.ts';
import { PeoplePage } from './pages/people.ts';
import { StatsPage } from './pages/stats.ts';
import { showKeys, showPalette } from './palette.ts';
import type { IconName } from './parts/icons.ts';
import { explain } from './parts/refusals.ts';
import { Toasts } from './toasts.ts';

const sessionOver = 'Your session has ended. Please sign in again.';
const attendedMs = 5 * 60_000;
const ranks: readonly AdminRole[] = ['viewer', 'moderator', 'senior', 'admin'];

/** What fills the window; it is told when it goes. */
export interface Page {
  readonly element: HTMLElement;
  /** What can be done here now. */
  commands?(): Command[];
  /** What the address says after the page's name. */
  open?(path: string[]): void;
  /** Something changed on the server. */
  changed?(): void;
  leave?(): void;
}

export interface PageKind {
  readonly title: string;
  readonly icon: IconName;
  readonly least: AdminRole;
  make(app: App): Page;
}

export const pages: Readonly<Record<string, PageKind>> = {
  cases: { title: 'Cases', icon: 'cases', least: 'viewer', make: app => new CasesPage(app) },
  appeals: { title: 'Appeals', icon: 'appeals', least: 'viewer', make: app => new AppealsPage(app) },
  people: { title: 'People', icon: 'people', least: 'viewer', make: app => new PeoplePage(app) },
  addresses: { title: 'Address bans', icon: 'address', least: 'senior', make: app => new AddressesPage(app) },
  audit: { title: 'Audit', icon: 'audit', least: 'senior', make: app => new AuditPage(app) },
  stats: { title: 'Statistics', icon: 'stats', least: 'viewer', make: app => new StatsPage(app) },
  accounts: { title: 'Accounts', icon: 'accounts', least: 'admin', make: app => new AccountsPage(app) },
  me: { title: 'Your account', icon: 'me', least: 'viewer', make: app => new MePage(app) },
};

/** Holds what outlives a page, and shows the page that the address names. */
export class App {
  me: AdminMe | undefined;
  counts: CasesChanged | undefined;
  readonly toasts = new Toasts(document.querySelector('#toasts')!);
  readonly #root = document.querySelector<HTMLElement>('#screen')!;
  readonly #frame = new Frame(this, document.querySelector('#top')!);
  readonly #live = new Live({
    changed: counts => this.#onChanged(counts), isLive: isLive => this.#frame.showLive(isLive), goesOn: () => this.#isSignedIn(),
  });
  #attendedAt = Date.now();
  #name: string | undefined;
  #page: Page | undefined;

  async start(): Promise<void> {
    for (const event of ['pointermove', 'pointerdown', 'keydown']) {
      addEventListener(event, () => { this.#attendedAt = Date.now(); }, { capture: true, passive: true });
    }
    addEventListener('hashchange', () => this.#route());
    // What opened a dialog may have been drawn anew meanwhile, and nothing else takes the focus back.
    addEventListener('close', () => queueMicrotask(() => document.activeElement === document.body && this.#focus()), true);
    listenForKeys(() => this.commands(), why => this.toasts.say(why), () => this.showPalette());
    try {
      this.signedIn(await api.me());
    } catch (error) {
      this.#signIn(error instanceof ApiError && error.code !== 'admin_session_ended' ? explain(error) : undefined);
    }
  }

  /**
   * Whether somebody sits here. A page that nobody looks at asks for nothing, or the session would not end when they
   * have left the desk.
   */
  get isAttended(): boolean {
    return !document.hidden && Date.now() - this.#attendedAt < attendedMs;
  }

  signedIn(me: AdminMe): void {
    this.me = me;
    this.#live.start();
    this.#route();
  }

  async signOut(): Promise<void> {
    await this.toasts.flush();
    await this.attempt(api.logout());
    this.#signIn();
  }

  /** Whether my role is this one or above it. */
  is(least: AdminRole): boolean {
    return this.me !== undefined && ranks.indexOf(this.me.role) >= ranks.indexOf(least);
  }

  /** Does it, and says so when the answer is no. */
  async attempt<T>(doing: Promise<T>, words: Readonly<Record<string, string>> = {}): Promise<T | undefined> {
    try {
      return await doing;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'admin_session_ended') {
        if (this.me) {
          this.#signIn(sessionOver);
        }
      } else {
        this.toasts.say(explain(error, words));
      }
      return undefined;
    }
  }

  go(...path: string[]): void {
    location.hash = `/${path.join('/')}`;
  }

  commands(): Command[] {
    if (!this.me) {
      return [];
    }
    const kinds = Object.entries(pages).filter(([, kind]) => this.is(kind.least));
    return [
      ...this.#page?.commands?.() ?? [],
      { id: 'undo', title: 'Undo', group: 'Console', key: 'U', icon: 'undo', why: this.toasts.canUndo ? undefined : 'There is nothing to undo.', run: () => this.toasts.undo() },
      ...kinds.map(([name, { title, icon }]): Command => ({ id: `go-${name}`, title, group: 'Go to', icon, run: () => this.go(name) })),
      { id: 'keys', title: 'Keys', group: 'Console', key: '?', icon: 'keyboard', run: () => showKeys(this.commands()) },
      { id: 'sign-out', title: 'Sign out', group: 'Console', icon: 'sign-out', run: () => void this.signOut() },
    ];
  }

  showPalette(): void {
    showPalette(this.commands(), why => this.toasts.say(why));
  }

  async #isSignedIn(): Promise<boolean> {
    try {
      await api.me();
      return true;
    } catch (error) {
      const isOver = error instanceof ApiError && error.code === 'admin_session_ended';
      if (isOver && this.me) {
        this.#signIn(sessionOver);
      }
      return !isOver;
    }
  }

  #signIn(why?: string): void {
    this.me = undefined;
    this.counts = undefined;
    this.#live.stop();
    this.#name = undefined;
    this.#show(new LoginPage(this, why), 'Sign in');
  }

  #route(): void {
    if (!this.me) {
      return;
    }
    const [name = '', ...path] = location.hash.replace(/^#\//, '').split('/'); // ids need no escapes
    const kind = pages[name];
    if (!kind || !this.is(kind.least)) {
      location.replace('#/cases');
      return;
    }
    if (name !== this.#name) {
      this.#name = name;
      this.#show(kind.make(this), kind.title);
    }
    this.#frame.show(name);
    this.#page?.open?.(path);
  }

  #show(page: Page, title: string): void {
    this.#page?.leave?.();
    this.#page = page;
    closeDialogs();
    document.title = `${title} · Matchmaker console`;
    this.#root.replaceChildren(page.element);
    this.#root.focus({ preventScroll: true });
    this.#frame.show(this.#name);
  }

  #focus(): void {
    (this.#root.querySelector<HTMLElement>('h2[tabindex]') ?? this.#root).focus({ preventScroll: true });
  }

  #onChanged(counts: CasesChanged): void {
    this.counts = counts;
    this.#frame.showCounts();
    this.#page?.changed?.();
  }
}

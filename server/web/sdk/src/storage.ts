import type { Session } from './contract.ts';

/** Where the login lives between visits. */
export interface SessionStore {
  load(): Session | undefined;
  save(session: Session | undefined): void;
}

const sessionKey = 'matchmaker.session';
const tabKey = 'matchmaker.tab';

/** The login in localStorage, shared by all tabs; in memory where there is none. */
export function browserSessionStore(): SessionStore {
  let inMemory: Session | undefined;
  return {
    load() {
      const text = attempt(() => localStorage.getItem(sessionKey));
      return text ? attempt(() => JSON.parse(text) as Session) : inMemory;
    },
    save(session) {
      inMemory = session;
      attempt(() => session
        ? localStorage.setItem(sessionKey, JSON.stringify(session))
        : localStorage.removeItem(sessionKey));
    },
  };
}

/**
 * The id of this tab: the same after a reload, so that the page takes its old connection's place. Browsers copy
 * sessionStorage when a tab is duplicated; two pages with one id would push each other out for ever, so a page holds
 * a lock on its id and one that cannot get it takes a new id.
 */
export async function claimTab(): Promise<string> {
  const kept = attempt(() => sessionStorage.getItem(tabKey)) ?? undefined;
  const tab = kept && await lock(kept) ? kept : randomId();
  if (tab !== kept) {
    attempt(() => sessionStorage.setItem(tabKey, tab));
    await lock(tab);
  }
  return tab;
}

/** A short random id, good enough to tell apart the few things of one call, or the few tabs of one user. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), b => b.toString(36).padStart(2, '0')).join('');
}

/** Held until the page goes away. A page that reloads lets go of it a moment after the new one starts: wait for that. */
function lock(tab: string): Promise<boolean> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks as LockManager | undefined;
  if (!locks) {
    return Promise.resolve(true);
  }
  return new Promise(resolve => {
    locks.request(`matchmaker.tab.${tab}`, { signal: AbortSignal.timeout(500) }, () => {
      resolve(true);
      return new Promise<never>(() => {});
    }).catch(() => resolve(false));
  });
}

/** Storage may be forbidden by the browser's settings; the page then forgets when it is closed. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

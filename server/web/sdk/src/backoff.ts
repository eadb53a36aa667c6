const firstMs = 1000;
const longestMs = 15_000;
/** In a call: the partner waits 30 s. */
const longestInCallMs = 3000;
/** A connection that lasted less than this was not a good one. */
const settledMs = 5000;

/**
 * Waiting times between attempts to connect: up to a second, then up to twice as long each time, to 15 s. Anywhere in that
 * time, so that a crowd does not return at once. Two connections that did not last are forgiven; after that a server that
 * drops everybody gets air.
 */
export class Backoff {
  #attempt = 0;
  #brief = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds until the next attempt; never before the time that the server named. */
  next(inCall: boolean, retryAfterSeconds?: number): number {
    const wait = this.#random() * Math.min(inCall ? longestInCallMs : longestMs, firstMs * 2 ** this.#attempt++);
    return retryAfterSeconds === undefined ? wait : Math.max(wait, retryAfterSeconds * 1000 * (1 + 0.25 * this.#random()));
  }

  /** An open connection was lost after this time. */
  lost(lastedMs: number): void {
    this.#brief = lastedMs > settledMs ? 0 : this.#brief + 1;
    this.#attempt = Math.max(0, this.#brief - 2);
  }
}

/** Resolves after the time, or at once when the page learns that the network is back or that it is looked at. */
export function waitOrWake(milliseconds: number, signal: AbortSignal, mayWake: boolean): Promise<void> {
  return new Promise(resolve => {
    const page = typeof document === 'undefined' ? undefined : document;
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      globalThis.removeEventListener?.('online', done);
      page?.removeEventListener('visibilitychange', shown);
      resolve();
    };
    const shown = (): void => {
      if (page?.visibilityState === 'visible') {
        done();
      }
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) {
      done();
    } else if (mayWake) {
      globalThis.addEventListener?.('online', done);
      page?.addEventListener('visibilitychange', shown);
    }
  });
}

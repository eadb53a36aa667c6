/** Waiting times between attempts to connect: soon, then doubling to 15 s, spread so that a crowd does not return at once. */
export class Backoff {
  #attempt = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds until the next attempt; never before the time that the server named. */
  next(retryAfterSeconds?: number): number {
    const attempt = this.#attempt++;
    const usual = attempt === 0 ? this.#random() * 1000 : Math.min(15_000, 500 * 2 ** attempt) * (0.5 + this.#random());
    return retryAfterSeconds === undefined ? usual : Math.max(usual, retryAfterSeconds * 1000 * (1 + 0.25 * this.#random()));
  }

  reset(): void {
    this.#attempt = 0;
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
    }
    if (mayWake) {
      globalThis.addEventListener?.('online', done);
      page?.addEventListener('visibilitychange', shown);
    }
  });
}

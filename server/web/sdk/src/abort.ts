/** The last argument of everything that waits. */
export interface Abortable {
  /** Aborting it rejects with its reason at once. A request that was sent already may still have its effect. */
  signal?: AbortSignal | undefined;
}

/** The outcome of the work, or the signal's reason if that comes first; leaves nothing behind at the signal. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return work;
  }
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  if (signal.aborted) {
    stop();
  }
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

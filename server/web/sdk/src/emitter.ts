export type Unsubscribe = () => void;

/** Typed events; a handler that throws does not keep the others from hearing. */
export class Emitter<Events extends object> {
  readonly #handlers = new Map<keyof Events, Set<(payload: never) => void>>();

  on<K extends keyof Events>(event: K, handler: (payload: Events[K]) => void): Unsubscribe {
    let handlers = this.#handlers.get(event);
    if (!handlers) {
      this.#handlers.set(event, handlers = new Set());
    }
    // A wrapper, so that the same function given twice is two subscriptions.
    const entry = (payload: Events[K]): void => handler(payload);
    handlers.add(entry);
    return () => void handlers.delete(entry);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const handler of [...this.#handlers.get(event) ?? []]) {
      try {
        (handler as (payload: Events[K]) => void)(payload);
      } catch (error) {
        // As an uncaught error of a page: visible, and not ours to interpret.
        setTimeout(() => { throw error; });
      }
    }
  }

  clear(): void {
    this.#handlers.clear();
  }
}

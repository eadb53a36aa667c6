const undoMs = 10_000;

/** Something that was done, and can be taken back for a while. */
export interface Undoable {
  undo(): void;
  /** For what the server cannot take back: does it, when nobody has undone it. @param leaving the page goes away. */
  done?(leaving: boolean): Promise<void>;
  /** It is over, either way. */
  over(): void;
}

/** What can be taken back, the latest first. Each is either undone or done, exactly once. */
export class UndoStack {
  readonly #waiting = new Map<Undoable, ReturnType<typeof setTimeout>>();

  push(undoable: Undoable): void {
    this.#waiting.set(undoable, setTimeout(() => void this.#end(undoable, false), undoMs));
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** @param undoable the latest when left out. */
  undo(undoable = [...this.#waiting.keys()].at(-1)): void {
    if (undoable && this.#remove(undoable)) {
      undoable.undo();
    }
  }

  /** What waits for its time is done now, the earliest first. Ends when all of it is. */
  async flush(leaving: boolean): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map(undoable => this.#end(undoable, leaving)));
  }

  async #end(undoable: Undoable, leaving: boolean): Promise<void> {
    if (this.#remove(undoable)) {
      await undoable.done?.(leaving);
    }
  }

  #remove(undoable: Undoable): boolean {
    clearTimeout(this.#waiting.get(undoable));
    const was = this.#waiting.delete(undoable);
    if (was) {
      undoable.over();
    }
    return was;
  }
}

import type { Abortable } from './abort.ts';
import type { Lobby, LobbyChanged, LobbySnapshot, LobbyWatch, Person } from './contract.ts';
import { MatchmakerError } from './errors.ts';

type Ask = (wishes: LobbyWatch, options?: Abortable) => Promise<LobbySnapshot>;

/** A lobby that is watched through reconnects and lost changes, until it is told to stop. */
export class LobbyWatcher {
  readonly #ask: Ask;
  readonly #tell: (lobby: Lobby) => void;
  readonly #view = new LobbyView();
  #wishes: LobbyWatch | undefined;
  #meanwhile: LobbyChanged[] | undefined;

  constructor(ask: Ask, tell: (lobby: Lobby) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  async watch(wishes: LobbyWatch, options?: Abortable): Promise<void> {
    this.#wishes = wishes;
    const meanwhile: LobbyChanged[] = this.#meanwhile = [];
    try {
      const snapshot = await this.#ask(wishes, options);
      if (this.#meanwhile !== meanwhile) {
        return; // another watch has begun
      }
      this.#view.reset(snapshot);
      // Changes that overtook the snapshot; those of the watch before it do not follow on and fall away.
      meanwhile.forEach(change => this.#view.apply(change));
      this.#tell(this.#view.lobby);
    } catch (error) {
      if (options?.signal?.aborted && this.#wishes === wishes) {
        this.#wishes = undefined;
      }
      this.#later(wishes, error);
      throw error;
    } finally {
      if (this.#meanwhile === meanwhile) {
        this.#meanwhile = undefined;
      }
    }
  }

  stop(): void {
    this.#wishes = undefined;
    this.#meanwhile = undefined;
  }

  onResumed(): void {
    // One that is under way goes on over the new connection by itself.
    if (!this.#meanwhile) {
      this.#again();
    }
  }

  onChanged(change: LobbyChanged): void {
    if (this.#meanwhile) {
      this.#meanwhile.push(change);
      return;
    }
    const result = this.#wishes ? this.#view.apply(change) : 'old';
    if (result === 'applied') {
      this.#tell(this.#view.lobby);
    } else if (result === 'gap') {
      this.#again();
    }
  }

  #again(): void {
    if (this.#wishes) {
      this.watch(this.#wishes).catch(() => undefined); // tried again
    }
  }

  /** Without a connection the next `resumed` watches again; a refusal is tried again after its time. */
  #later(wishes: LobbyWatch, error: unknown): void {
    if (error instanceof MatchmakerError && error.code !== 'offline' && error.code !== 'invalid_argument') {
      setTimeout(() => this.#wishes === wishes && !this.#meanwhile && this.#again(), (error.retryAfterSeconds ?? 5) * 1000);
    }
  }
}

/** A watched lobby: a snapshot and the changes since, in the order in which people were first seen. */
export class LobbyView {
  #version = 0;
  #total = 0;
  readonly #people = new Map<string, Person>();

  get lobby(): Lobby {
    return { total: this.#total, people: [...this.#people.values()] };
  }

  reset(snapshot: LobbySnapshot): void {
    this.#version = snapshot.version;
    this.#total = snapshot.total;
    this.#people.clear();
    for (const person of snapshot.people) {
      this.#people.set(person.id, person);
    }
  }

  /** `gap` means that a change was lost: watch again. */
  apply(change: LobbyChanged): 'applied' | 'old' | 'gap' {
    if (change.version <= this.#version) {
      return 'old';
    }
    if (change.version !== this.#version + 1) {
      return 'gap';
    }
    this.#version = change.version;
    this.#total = change.total;
    for (const id of change.removed ?? []) {
      this.#people.delete(id);
    }
    for (const person of [...change.changed ?? [], ...change.added ?? []]) {
      this.#people.set(person.id, person);
    }
    return 'applied';
  }
}

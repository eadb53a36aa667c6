import type { Call, CallEnded, InviteExtended, LiveInvite, LobbyChanged, LobbySnapshot, Person } from './contract.ts';

const rememberMs = 60_000;

/**
 * Drops what is older than what is known: events of one row can overtake each other between instances, and a
 * snapshot can be newer than an event that was under way.
 */
export class Order {
  readonly #revs = new Map<string, { rev: number; at: number }>();
  readonly #ended = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  takesCall(call: Call): boolean {
    this.#forget();
    return !this.#ended.has(call.callId) && this.#isNew(call.callId, call.rev);
  }

  takesEnd(end: CallEnded): boolean {
    this.#forget();
    if (this.#ended.has(end.callId)) {
      return false;
    }
    this.#ended.set(end.callId, this.#now());
    this.#revs.delete(end.callId);
    return true;
  }

  takesInvite(invite: LiveInvite | InviteExtended): boolean {
    this.#forget();
    return !this.#ended.has(invite.inviteId) && (invite.rev === undefined || this.#isNew(invite.inviteId, invite.rev));
  }

  takesInviteEnd(inviteId: string): boolean {
    this.#forget();
    if (this.#ended.has(inviteId)) {
      return false;
    }
    this.#ended.set(inviteId, this.#now());
    return true;
  }

  #isNew(id: string, rev: number): boolean {
    const known = this.#revs.get(id);
    if (known && rev < known.rev) {
      return false;
    }
    this.#revs.set(id, { rev, at: this.#now() });
    return true;
  }

  #forget(): void {
    const before = this.#now() - rememberMs;
    for (const [id, at] of this.#ended) {
      if (at < before) {
        this.#ended.delete(id);
      }
    }
    // A call lasts up to half an hour; what is kept longer than an hour is nobody's.
    for (const [id, { at }] of this.#revs) {
      if (at < before - 3_600_000) {
        this.#revs.delete(id);
      }
    }
  }
}

/** A watched lobby: a snapshot and the changes since, in the order in which people were first seen. */
export class LobbyView {
  #version = 0;
  #total = 0;
  readonly #people = new Map<string, Person>();

  get people(): Person[] {
    return [...this.#people.values()];
  }

  get total(): number {
    return this.#total;
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

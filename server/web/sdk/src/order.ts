import type { Call, CallEnded, HubEvents, InviteExtended, LiveInvite } from './contract.ts';

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

  /** Whether an event tells something new. */
  takes<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): boolean {
    switch (name) {
      case 'callStarted': return this.takesCall(payload as Call);
      case 'callEnded': return this.takesEnd(payload as CallEnded);
      case 'inviteReceived':
      case 'inviteExtended': return this.takesInvite(payload as LiveInvite | InviteExtended);
      case 'inviteEnded': return this.takesInviteEnd((payload as HubEvents['inviteEnded']).inviteId);
      default: return true;
    }
  }

  /** A snapshot is right about where the call is, whatever its `rev`, unless the call has ended meanwhile. */
  takesSnapshot(call: Call): boolean {
    return this.takesCall(call) || !this.#ended.has(call.callId);
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

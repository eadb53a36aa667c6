import type { Json, SignalKind } from './contract.ts';
import { MatchmakerError } from './errors.ts';

type Send = (kind: SignalKind, data: Json) => Promise<void>;

const batchMs = 60;
const batchSize = 10;
const longest = 200;

/**
 * The signals of one call on their way out: in order, one at a time, kept while the hub is away. Candidates travel
 * inside the description that follows them, and the later ones in groups: one frame each would be five to ten times the
 * frames, and the wait is too short to be felt.
 */
export class SignalOutbox {
  readonly #send: Send;
  #queue: { kind: SignalKind; data: Json }[] = [];
  #candidates: Json[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #closed = false;

  constructor(send: Send) {
    this.#send = send;
  }

  push(kind: SignalKind, data: Json): void {
    this.#flushCandidates();
    this.#enqueue(kind, data);
  }

  /** A description, with every candidate that was found so far in it. */
  describe(kind: 'offer' | 'answer', data: Json): void {
    this.#candidates = [];
    this.push(kind, data);
  }

  candidate(candidate: Json): void {
    this.#candidates.push(candidate);
    if (this.#candidates.length >= batchSize) {
      this.#flushCandidates();
    } else {
      this.#timer ??= setTimeout(() => this.#flushCandidates(), batchMs);
    }
  }

  /** Forgets what belongs to an RTCPeerConnection that is gone. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#candidates = [];
    this.#queue = [];
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }

  #flushCandidates(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#candidates.length > 0) {
      this.#enqueue('ice', this.#candidates);
      this.#candidates = [];
    }
  }

  #enqueue(kind: SignalKind, data: Json): void {
    if (this.#closed) {
      return;
    }
    this.#queue.push({ kind, data });
    if (this.#queue.length > longest) {
      this.#queue.shift();
    }
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    for (let next = this.#queue.shift(); next && !this.#closed; next = this.#queue.shift()) {
      const queue = this.#queue;
      const wait = await this.#attempt(next.kind, next.data);
      if (wait !== undefined) {
        queue.unshift(next); // one that was cleared meanwhile is nobody's any more
        await new Promise(resolve => setTimeout(resolve, wait * 1000));
      }
    }
    this.#busy = false;
  }

  /** Seconds until the same signal may be sent again; undefined when it is done with. */
  async #attempt(kind: SignalKind, data: Json): Promise<number | undefined> {
    try {
      await this.#send(kind, data);
      return undefined;
    } catch (error) {
      if (!(error instanceof MatchmakerError)) {
        throw error;
      }
      // A final "no" means that the call ended or moved, which its own event tells; the signal has no use then.
      return error.retryable ? error.retryAfterSeconds ?? 1 : undefined;
    }
  }
}

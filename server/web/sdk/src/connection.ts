import { type Abortable, orAbort } from './abort.ts';
import { Backoff, waitOrWake } from './backoff.ts';
import type { HubMethods, Resumed } from './contract.ts';
import { MatchmakerError } from './errors.ts';
import { type Arguments, Link, type LinkEvents, type Value } from './link.ts';

export type FinalReason = 'replaced' | 'banned' | 'session_ended';

/** Whether the server hears us. Says nothing about a call's media, which goes on without it. */
export type ConnectionState =
  | { state: 'offline' }
  | { state: 'connecting' | 'reconnecting'; error?: MatchmakerError; retryInSeconds?: number }
  | { state: 'online' }
  /** Does not come back by itself. */
  | { state: 'ended'; reason: FinalReason; error?: MatchmakerError };

export interface ConnectionOwner extends LinkEvents {
  ticket(signal: AbortSignal): Promise<string>;
  inCall(): boolean;
  state(state: ConnectionState): void;
}

/** For the hub ticket, the socket and `Resume` together. */
const openTimeoutMs = 15_000;
const openTimeoutInCallMs = 6000;
const commandPatienceMs = 15_000;
/** The server asks a few at a time; this spreads those. */
const moveWithinMs = 1000;
/** A proxy that knows no health sends every second request to the instance that drains, and it does so only for seconds. */
const moveAgainWithinMs = 500;

/** The one connection of this tab: a socket, and another one after it for as long as somebody wants it. */
export class Connection {
  readonly #url: string;
  readonly #owner: ConnectionOwner;
  #state: ConnectionState = { state: 'offline' };
  #link: Link | undefined;
  #wanted: AbortController | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, owner: ConnectionOwner) {
    this.#url = url;
    this.#owner = owner;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  connect(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    const isNew = !this.#wanted;
    const wanted = this.#wanted ??= new AbortController();
    signal?.addEventListener('abort', () => void this.disconnect(), { signal: wanted.signal });
    if (isNew) {
      this.#set({ state: 'connecting' });
      void this.#keepOpen(wanted);
    }
  }

  async disconnect(): Promise<void> {
    this.#wanted?.abort();
    this.#wanted = undefined;
    this.#set({ state: 'offline' });
    await this.#link?.stop();
  }

  /**
   * Calls a method and unwraps its answer. Every command is idempotent, so one that a cut interrupts is sent again
   * once the connection is back.
   */
  invoke<M extends keyof HubMethods>(method: M, args: Arguments<M>, options?: Abortable): Promise<Value<M>> {
    return this.#whenOnline(link => link.send(method, args), options);
  }

  /** Asks for the snapshot again on the open connection. */
  resume(args: Arguments<'Resume'>, options?: Abortable): Promise<Resumed> {
    return this.#whenOnline(link => link.resume(args), options);
  }

  async #whenOnline<T>(act: (link: Link) => Promise<T | 'cut'>, { signal }: Abortable = {}): Promise<T> {
    for (;;) {
      const link = await this.#online(signal);
      const answer = await orAbort(act(link), signal);
      if (answer !== 'cut') {
        return answer;
      }
    }
  }

  async #keepOpen(wanted: AbortController): Promise<void> {
    const backoff = new Backoff();
    let wasOnline = false;
    while (!wanted.signal.aborted) {
      let error: MatchmakerError | undefined;
      try {
        const link = await this.#open(wanted.signal);
        wasOnline = true;
        backoff.lost(await this.#lasting(link, wanted.signal));
      } catch (failure) {
        error = asError(failure);
      }
      if (wanted.signal.aborted) {
        return;
      }
      error = this.#link?.finalError ?? error;
      const reason = this.#link?.final ?? finalReason(error);
      if (reason) {
        this.#wanted = undefined;
        wanted.abort();
        this.#set({ state: 'ended', reason, ...error && { error } });
        return;
      }
      const wait = backoff.next(this.#owner.inCall(), error?.retryAfterSeconds);
      const state = wasOnline ? 'reconnecting' : 'connecting';
      this.#set({ state, ...error && { error }, retryInSeconds: Math.ceil(wait / 1000) });
      await waitOrWake(wait, wanted.signal, error?.retryAfterSeconds === undefined);
    }
  }

  /** Until the connection is lost, however often the server moves it; answers how long its last socket was open. */
  async #lasting(first: Link, wanted: AbortSignal): Promise<number> {
    for (let link: Link | undefined = first, since = performance.now(); ; since = performance.now()) {
      const next: Link | undefined = await this.#moved(link, wanted);
      if (!next) {
        return performance.now() - since;
      }
      link = next;
    }
  }

  /**
   * The socket that takes this one's place when its server drains; undefined when it ended before. It is given up only
   * once the other one has resumed, so nobody notices; the server closes it itself, since both are of one tab.
   */
  async #moved(link: Link, wanted: AbortSignal): Promise<Link | undefined> {
    const inSeconds = await Promise.race([link.draining, link.closed]);
    if (typeof inSeconds !== 'number') {
      return undefined;
    }
    const ended = new AbortController();
    void link.closed.then(() => ended.abort());
    let wait = inSeconds * 1000 + Math.random() * moveWithinMs;
    for (;;) {
      await waitOrWake(wait, ended.signal, false);
      if (!link.isOpen || this.#link !== link) {
        return undefined;
      }
      try {
        return await this.#open(wanted, link);
      } catch (failure) {
        const { code, retryAfterSeconds } = asError(failure);
        wait = code === 'draining' || retryAfterSeconds === undefined ? Math.random() * moveAgainWithinMs : retryAfterSeconds * 1000;
      }
    }
  }

  /** Opens a socket and resumes; the one before it, if there is one, is in use until then. */
  async #open(wanted: AbortSignal, before?: Link): Promise<Link> {
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort();
    const timer = setTimeout(giveUp, this.#owner.inCall() ? openTimeoutInCallMs : openTimeoutMs);
    wanted.addEventListener('abort', giveUp);
    this.#link = before;
    try {
      const ticket = await orAbort(this.#owner.ticket(attempt.signal), attempt.signal);
      const link: Link = new Link(this.#url, ticket, {
        event: (name, payload) => this.#owner.event(name, payload),
        signal: (callId, kind, data) => this.#owner.signal(callId, kind, data),
        resumed: value => {
          this.#link = link;
          void before?.stop();
          this.#set({ state: 'online' });
          this.#owner.resumed(value);
        },
      });
      this.#link ??= link;
      try {
        await link.open(attempt.signal);
      } catch (failure) {
        this.#link = link.final ? link : this.#link; // what it was told last counts, also in place of another
        throw failure;
      }
      return link;
    } finally {
      clearTimeout(timer);
      wanted.removeEventListener('abort', giveUp);
    }
  }

  /** The open and resumed connection; waits for it, so that a short cut costs a person nothing but time. */
  async #online(signal: AbortSignal | undefined): Promise<Link> {
    const deadline = performance.now() + commandPatienceMs;
    while (this.#state.state !== 'online' || !this.#link?.isOpen) {
      signal?.throwIfAborted();
      const left = deadline - performance.now();
      if (!this.#wanted || left <= 0) {
        throw new MatchmakerError('offline', 'There is no connection.');
      }
      await new Promise<void>(resolve => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          this.#waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(left, 1000));
        signal?.addEventListener('abort', done);
        this.#waiting.add(done);
      });
    }
    signal?.throwIfAborted();
    return this.#link;
  }

  #set(state: ConnectionState): void {
    const isNews = state.state !== 'online' || this.#state.state !== 'online';
    this.#state = state;
    if (isNews) {
      this.#owner.state(state);
    }
    [...this.#waiting].forEach(done => done());
  }
}

function finalReason(error: MatchmakerError | undefined): FinalReason | undefined {
  return error?.code === 'banned' ? 'banned' : error?.code === 'session_ended' ? 'session_ended' : undefined;
}

function asError(failure: unknown): MatchmakerError {
  return failure instanceof MatchmakerError
    ? failure
    : new MatchmakerError('unreachable', 'There is no connection.', { cause: failure });
}

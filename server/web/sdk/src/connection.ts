import { type HubConnection, HubConnectionBuilder, HubConnectionState, HttpTransportType, LogLevel } from '@microsoft/signalr';
import { Backoff, waitOrWake } from './backoff.ts';
import { type HubEvents, hubEventNames, type HubMethods, type Json, type Reply, type Resumed, type SignalKind } from './contract.ts';
import { MatchmakerError } from './errors.ts';

export type FinalReason = 'replaced' | 'banned' | 'session_ended';

/** Whether the server hears us. Says nothing about a call's media, which goes on without it. */
export type ConnectionState =
  | { state: 'offline' }
  | { state: 'connecting' | 'reconnecting'; error?: MatchmakerError; retryInSeconds?: number }
  | { state: 'online' }
  /** Does not come back by itself. */
  | { state: 'ended'; reason: FinalReason; error?: MatchmakerError };

export interface ConnectionEvents {
  event<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): void;
  signal(callId: string, kind: SignalKind, data: Json): void;
  resumed(value: Resumed): void;
  state(state: ConnectionState): void;
}

type Arguments<M extends keyof HubMethods> = Parameters<HubMethods[M]>;
type Value<M extends keyof HubMethods> = ReturnType<HubMethods[M]>;

const openTimeoutMs = 15_000;
const settledMs = 5_000;
const commandPatienceMs = 15_000;

/**
 * The one socket of this tab, opened again for as long as somebody wants it. Invariant: nothing is told to the page
 * between a socket's opening and the answer to its `Resume`; what arrives in between is held back and follows it.
 */
export class Connection {
  readonly #url: string;
  readonly #ticket: () => Promise<string>;
  readonly #events: ConnectionEvents;
  #state: ConnectionState = { state: 'offline' };
  #hub: HubConnection | undefined;
  #held: (() => void)[] | undefined;
  #final: FinalReason | undefined;
  #wanted: AbortController | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, ticket: () => Promise<string>, events: ConnectionEvents) {
    this.#url = url;
    this.#ticket = ticket;
    this.#events = events;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  connect(): void {
    if (!this.#wanted) {
      this.#wanted = new AbortController();
      this.#final = undefined;
      this.#set({ state: 'connecting' });
      void this.#keepOpen(this.#wanted);
    }
  }

  async disconnect(): Promise<void> {
    this.#wanted?.abort();
    this.#wanted = undefined;
    this.#set({ state: 'offline' });
    await this.#hub?.stop();
  }

  /**
   * Calls a method and unwraps its answer. Every command is idempotent, so one that a cut interrupts is sent again
   * once the connection is back.
   */
  async invoke<M extends keyof HubMethods>(method: M, ...args: Arguments<M>): Promise<Value<M>> {
    const deadline = performance.now() + commandPatienceMs;
    for (;;) {
      const hub = await this.#online(deadline);
      const answer = await this.#send(hub, method, args);
      if (answer !== 'cut') {
        return answer;
      }
    }
  }

  /** Asks for the snapshot again on the open connection. */
  async resume(options: { takeCall?: boolean }): Promise<Resumed> {
    const deadline = performance.now() + commandPatienceMs;
    for (;;) {
      const value = await this.#resume(await this.#online(deadline), [options]);
      if (value !== 'cut') {
        return value;
      }
    }
  }

  async #keepOpen(wanted: AbortController): Promise<void> {
    const backoff = new Backoff();
    let wasOnline = false;
    while (!wanted.signal.aborted) {
      let error: MatchmakerError | undefined;
      try {
        const { closed } = await this.#open(wanted.signal);
        wasOnline = true;
        const since = performance.now();
        await closed;
        if (performance.now() - since > settledMs) {
          backoff.reset();
        }
      } catch (failure) {
        error = asError(failure);
      }
      if (wanted.signal.aborted) {
        return;
      }
      const final = this.#final ?? finalReason(error);
      if (final) {
        this.#wanted = undefined;
        this.#set({ state: 'ended', reason: final, ...error && { error } });
        return;
      }
      const wait = backoff.next(error?.retryAfterSeconds);
      const state = wasOnline ? 'reconnecting' : 'connecting';
      this.#set({ state, ...error && { error }, retryInSeconds: Math.ceil(wait / 1000) });
      await waitOrWake(wait, wanted.signal, error?.retryAfterSeconds === undefined);
    }
  }

  /** Opens a socket and resumes; `closed` resolves at its end. */
  async #open(signal: AbortSignal): Promise<{ closed: Promise<void> }> {
    const hub = new HubConnectionBuilder()
      .withUrl(this.#url, {
        // No negotiation: a proxy without sticky sessions may send every request to another instance.
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        accessTokenFactory: this.#ticket,
      })
      .configureLogging(LogLevel.None)
      .build();
    const closed = new Promise<void>(resolve => hub.onclose(() => resolve()));
    const stop = (): void => void hub.stop();
    const timer = setTimeout(stop, openTimeoutMs);
    this.#hub = hub;
    this.#held = [];
    this.#listen(hub);
    signal.addEventListener('abort', stop);
    void closed.then(() => signal.removeEventListener('abort', stop));
    try {
      await hub.start();
      if (await this.#resume(hub, []) === 'cut') {
        throw new MatchmakerError('unreachable', 'The connection closed before it could be resumed.');
      }
    } catch (error) {
      signal.removeEventListener('abort', stop);
      await hub.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return { closed };
  }

  async #resume(hub: HubConnection, args: Arguments<'Resume'>): Promise<Resumed | 'cut'> {
    this.#held ??= [];
    let value: Resumed | 'cut';
    try {
      value = await this.#send(hub, 'Resume', args);
    } catch (error) {
      this.#release(hub);
      throw error;
    }
    if (value !== 'cut' && hub === this.#hub) {
      this.#set({ state: 'online' });
      this.#events.resumed(value);
    }
    this.#release(hub);
    return value;
  }

  #listen(hub: HubConnection): void {
    const tell = (action: () => void): void => {
      if (hub !== this.#hub) {
        return; // the last words of a socket that has been given up
      }
      if (this.#held) {
        this.#held.push(action);
      } else {
        action();
      }
    };
    for (const name of hubEventNames) {
      hub.on(name, payload => {
        if (name === 'replaced' || name === 'banned') {
          this.#final = name;
        } else if (name === 'draining') {
          const seconds = (payload as HubEvents['draining']).reconnectInSeconds;
          setTimeout(() => void hub.stop(), seconds * 1000);
        }
        tell(() => this.#events.event(name, payload));
      });
    }
    hub.on('signal', (callId, kind, data) => tell(() => this.#events.signal(callId, kind, data)));
  }

  #release(hub: HubConnection): void {
    if (hub === this.#hub) {
      const held = this.#held ?? [];
      this.#held = undefined;
      held.forEach(action => action());
    }
  }

  async #send<M extends keyof HubMethods>(hub: HubConnection, method: M, args: Arguments<M>): Promise<Value<M> | 'cut'> {
    let reply: Reply<Value<M>>;
    try {
      reply = await hub.invoke<Reply<Value<M>>>(method, ...args);
    } catch (cause) {
      if (hub.state !== HubConnectionState.Connected) {
        return 'cut';
      }
      throw new MatchmakerError('unexpected_answer', `${method} failed without an answer.`, { cause });
    }
    if (!reply.ok) {
      const { code, message, retryAfterSeconds, field } = reply.error;
      throw new MatchmakerError(code, message, { retryAfterSeconds, field });
    }
    return reply.value;
  }

  /** The open and resumed connection; waits for it, so that a short cut costs a person nothing but time. */
  async #online(deadline: number): Promise<HubConnection> {
    while (this.#state.state !== 'online' || this.#hub?.state !== HubConnectionState.Connected) {
      const left = deadline - performance.now();
      if (!this.#wanted || left <= 0) {
        throw new MatchmakerError('offline', 'There is no connection to the server.');
      }
      await new Promise<void>(resolve => {
        const done = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(left, 1000));
        this.#waiting.add(done);
      });
    }
    return this.#hub;
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    this.#events.state(state);
    [...this.#waiting].forEach(done => done());
  }
}

function finalReason(error: MatchmakerError | undefined): FinalReason | undefined {
  const code = error?.code;
  return code === 'banned' ? 'banned' : code === 'session_ended' ? 'session_ended' : undefined;
}

function asError(failure: unknown): MatchmakerError {
  return failure instanceof MatchmakerError
    ? failure
    : new MatchmakerError('unreachable', 'The connection could not be opened.', { cause: failure });
}

import { type HubConnection, HubConnectionBuilder, HubConnectionState, HttpTransportType, LogLevel } from '@microsoft/signalr';
import { orAbort } from './abort.ts';
import {
  type Banned, type Draining, type HubEvents, hubEventNames, type HubMethods, type Json, type Reply, type Resumed, type SignalKind,
} from './contract.ts';
import { MatchmakerError } from './errors.ts';

export type Arguments<M extends keyof HubMethods> = Parameters<HubMethods[M]>;
export type Value<M extends keyof HubMethods> = ReturnType<HubMethods[M]>;

export interface LinkEvents {
  event<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): void;
  signal(callId: string, kind: SignalKind, data: Json): void;
  resumed(value: Resumed): void;
}

/**
 * One socket, from its opening to its end. Invariant: nothing is told to the page between the opening and the answer
 * to `Resume`; what arrives in between is held back and follows it.
 */
export class Link {
  /** Resolves at the end of the socket. */
  readonly closed: Promise<void>;
  /** Resolves when the server asks us to open another one: in so many seconds. */
  readonly draining: Promise<number>;
  /** What the server said last, if it does not want us back. */
  final: 'replaced' | 'banned' | undefined;
  finalError: MatchmakerError | undefined;
  readonly #hub: HubConnection;
  readonly #events: LinkEvents;
  #socket: WebSocket | undefined;
  #held: (() => void)[] | undefined = [];
  #muted = false;
  #onDraining!: (seconds: number) => void;

  constructor(url: string, ticket: string, events: LinkEvents) {
    this.#events = events;
    this.#hub = new HubConnectionBuilder()
      .withUrl(url, {
        // No negotiation: a proxy without sticky sessions may send every request to another instance.
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        accessTokenFactory: () => ticket,
        ...this.#keepingSocket(),
      })
      .configureLogging(LogLevel.None)
      .build();
    this.closed = new Promise(resolve => this.#hub.onclose(() => resolve()));
    this.draining = new Promise(resolve => { this.#onDraining = resolve; });
    this.#listen();
  }

  get isOpen(): boolean {
    return this.#hub.state === HubConnectionState.Connected;
  }

  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await orAbort(this.#hub.start(), signal);
      if (await orAbort(this.resume([]), signal) === 'cut') {
        throw new MatchmakerError('unreachable', 'There is no connection.');
      }
    } catch (error) {
      void this.stop();
      throw error;
    }
  }

  async resume(args: Arguments<'Resume'>): Promise<Resumed | 'cut'> {
    this.#held ??= [];
    try {
      const value = await this.send('Resume', args);
      if (value !== 'cut' && !this.#muted) {
        this.#events.resumed(value);
      }
      return value;
    } finally {
      const held = this.#held ?? [];
      this.#held = undefined;
      held.forEach(action => this.#tell(action));
    }
  }

  /** Calls a method and unwraps its answer; `cut` when the socket closed before there was one. */
  async send<M extends keyof HubMethods>(method: M, args: Arguments<M>): Promise<Value<M> | 'cut'> {
    let reply: Reply<Value<M>>;
    try {
      reply = await this.#hub.invoke<Reply<Value<M>>>(method, ...args);
    } catch (cause) {
      if (!this.isOpen) {
        return 'cut';
      }
      throw new MatchmakerError('unexpected_answer', `No answer to ${method}.`, { cause });
    }
    if (!reply.ok) {
      const { code, message, retryAfterSeconds, field } = reply.error;
      throw new MatchmakerError(code, message, { retryAfterSeconds, field });
    }
    return reply.value;
  }

  /** Gives the socket up: what it still says is not heard any more. */
  async stop(): Promise<void> {
    this.#muted = true;
    await this.#close();
  }

  async #close(): Promise<void> {
    if (this.isOpen) {
      await this.#hub.stop();
    } else {
      void this.#hub.stop(); // waits for the socket to open, perhaps for minutes
      this.#socket?.close(); // so that the browser opens another one to that host
    }
  }

  #listen(): void {
    for (const name of hubEventNames) {
      this.#hub.on(name, payload => {
        this.#tell(() => this.#events.event(name, payload));
        if (name === 'replaced' || name === 'banned') {
          this.final = name;
          if (name === 'banned') {
            this.finalError = new MatchmakerError('banned', (payload as Banned).text, { details: payload });
          }
          void this.#close();
        } else if (name === 'draining') {
          this.#onDraining((payload as Draining).reconnectInSeconds);
        }
      });
    }
    this.#hub.on('signal', (callId, kind, data) => this.#tell(() => this.#events.signal(callId, kind, data)));
  }

  #tell(action: () => void): void {
    if (this.#muted) {
      return;
    }
    if (this.#held) {
      this.#held.push(action);
    } else {
      action();
    }
  }

  /**
   * Keeps hold of the browser's socket, through an option that SignalR reads and does not declare; were it ignored, a
   * socket that does not open would only be given up later. In Node the library has a socket of its own.
   */
  #keepingSocket(): { WebSocket?: typeof WebSocket } {
    if (typeof window === 'undefined') {
      return {};
    }
    const keep = (socket: WebSocket): void => { this.#socket = socket; };
    return {
      WebSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          keep(this);
        }
      },
    };
  }
}

import type { Abortable } from './abort.ts';
import { checkChat, checkSignal, checkSocials } from './checks.ts';
import { Connection, type ConnectionState } from './connection.ts';
import type {
  Call, CallAccepted, CallClosed, Card, ChatSent, GuestSignIn, HubEvents, HubTicket, HubTicketRequest, Invited, Json, Lobby,
  LobbyChanged, LobbyWatch, MovedOn, Profile, QueueStatus, QueueWishes, Resumed, Session, SignalKind, Socials,
} from './contract.ts';
import { Emitter, type Unsubscribe } from './emitter.ts';
import { MatchmakerError } from './errors.ts';
import { Http } from './http.ts';
import { LobbyWatcher } from './lobby.ts';
import { Order } from './order.ts';
import { Requests } from './requests.ts';
import { browserSessionStore, claimTab, randomId, type SessionStore } from './storage.ts';

export interface ClientOptions {
  /** Where the server is, such as `https://meet.example`; the page's own origin when left out. */
  baseUrl?: string;
  /** Where the login is kept; localStorage when left out. */
  sessionStore?: SessionStore;
  /** A fixed tab id (8 to 64 letters, digits, `-` or `_`), for pages without sessionStorage. */
  tab?: string;
}

export interface ClientEvents extends Omit<HubEvents, 'lobbyChanged'> {
  /** What the partner's page sends; only in the tab that holds the call. */
  signal: { callId: string; kind: SignalKind; data: Json };
  /** The truth after every connect: replace what the page believed. */
  resumed: Resumed;
  state: ConnectionState;
  /** Signed in, out, or out by the server; or my profile has changed. */
  session: Session | undefined;
  /** The watched lobby, whole, whenever it changed. */
  lobby: Lobby;
}

export type MatchmakerClient = Client;

/** The client of one page. It does nothing by itself until `connect` or a request. */
export function createClient(options: ClientOptions = {}): MatchmakerClient {
  return new Client(options);
}

/**
 * Everything that waits rejects with a `MatchmakerError`, or with the reason of the `signal` given as the last argument.
 * Beside the codes named, commands (which need `connect`) reject with `offline` after 15 s without a connection,
 * HTTP requests with `unreachable` after 30 s and with `session_ended`; all of them with `rate_limited`,
 * `unavailable` or `invalid_argument`.
 */
class Client extends Requests {
  readonly #http: Http;
  readonly #store: SessionStore;
  readonly #emitter = new Emitter<ClientEvents>();
  readonly #connection: Connection;
  readonly #lobby: LobbyWatcher;
  #order = new Order();
  #session: Session | undefined;
  #tab: Promise<string> | undefined;
  #call: Call | undefined;

  constructor(options: ClientOptions) {
    const baseUrl = (options.baseUrl ?? globalThis.location?.origin ?? '').replace(/\/$/, '');
    const http = new Http(baseUrl, () => this.#session?.token);
    super(http);
    this.#http = http;
    this.#store = options.sessionStore ?? browserSessionStore();
    this.#session = this.#store.load();
    this.#tab = options.tab === undefined ? undefined : Promise.resolve(options.tab);
    this.#connection = new Connection(`${baseUrl}/hub`, {
      ticket: signal => this.#hubTicket(signal),
      inCall: () => this.#call?.here === true,
      event: (name, payload) => this.#onEvent(name, payload),
      signal: (callId, kind, data) => this.#emitter.emit('signal', { callId, kind, data }),
      resumed: value => this.#onResumed(value),
      state: state => this.#onState(state),
    });
    this.#lobby = new LobbyWatcher(
      (wishes, options) => this.#connection.invoke('WatchLobby', [wishes], options),
      lobby => this.#emitter.emit('lobby', lobby));
  }

  /** The login, also from an earlier visit. */
  get session(): Session | undefined {
    return this.#session;
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The user's call as last heard; `here` says whether it belongs to this tab. */
  get call(): Call | undefined {
    return this.#call;
  }

  on<K extends keyof ClientEvents>(event: K, handler: (payload: ClientEvents[K]) => void): Unsubscribe {
    return this.#emitter.on(event, handler);
  }

  /** A new account with a login of 7 days. Codes: `adult_required`. */
  async signInAsGuest(guest: GuestSignIn, options?: Abortable): Promise<Session> {
    const session = await this.#http.send<Session>('POST', '/api/auth/guest', options, guest);
    this.#setSession(session);
    return session;
  }

  /** Ends the login here at once, and on the server if it answers. */
  async signOut(options?: Abortable): Promise<void> {
    const disconnected = this.#connection.disconnect();
    const told = this.#http.send('POST', '/api/auth/logout', options); // has taken the token along
    this.#setSession(undefined);
    await Promise.all([disconnected, told]);
  }

  /** What is absent stays. `session` tells who I am now. */
  override async updateMe(change: Partial<Profile>, options?: Abortable): Promise<Card> {
    const before = this.#session;
    const user = await super.updateMe(change, options);
    if (before && before === this.#session) {
      this.#setSession({ ...before, user });
    }
    return user;
  }

  /**
   * Opens the connection and keeps it open until `disconnect`, the signal, or a final word of the server; listen to
   * `state` and `resumed` for what comes of it. Throws `signed_out` without a login.
   */
  connect(options: Abortable = {}): void {
    if (!this.#session) {
      throw new MatchmakerError('signed_out', 'Sign in first.');
    }
    this.#connection.connect(options.signal);
  }

  disconnect(): Promise<void> {
    return this.#connection.disconnect();
  }

  /** Moves the running call to this tab; `resumed` tells it too. */
  takeCall(options?: Abortable): Promise<Resumed> {
    return this.#connection.resume([{ takeCall: true }], options);
  }

  /** Also with new wishes: the place is kept. Codes: `invalid_duration`, `busy` (in a call), `held`. */
  joinQueue(wishes: QueueWishes = {}, options?: Abortable): Promise<QueueStatus> {
    return this.#connection.invoke('JoinQueue', [wishes], options);
  }

  async leaveQueue(options?: Abortable): Promise<void> {
    await this.#connection.invoke('LeaveQueue', [], options);
  }

  /** Whether others see me in the lobby and may invite me; in a call it takes effect after it. Codes: `held`. */
  async setAvailable(available: boolean, options?: Abortable): Promise<void> {
    await this.#connection.invoke('SetAvailable', [available], options);
  }

  /**
   * Watches the lobby until `unwatchLobby`, through reconnects and lost changes; `lobby` tells what is seen. A passing no
   * rejects, and is tried again by itself.
   */
  watchLobby(wishes: LobbyWatch = {}, options?: Abortable): Promise<void> {
    return this.#lobby.watch(wishes, options);
  }

  async unwatchLobby(options?: Abortable): Promise<void> {
    this.#lobby.stop();
    await this.#connection.invoke('UnwatchLobby', [], options);
  }

  /**
   * Rings for 20 s. `callSeconds`: 60 to 1800. Codes: `self`, `invalid_duration`, `unavailable` (offline, not
   * available, in a call or blocked), `cooldown`, `busy` (I am in a call), `too_many_invites`, `held`.
   */
  invite(userId: string, callSeconds: number, options?: Abortable): Promise<Invited> {
    return this.#connection.invoke('Invite', [userId, callSeconds], options);
  }

  /** 20 s more, at most twice. Codes: `too_many_extensions`, `invite_gone`. */
  async extendInvite(inviteId: string, options?: Abortable): Promise<void> {
    await this.#connection.invoke('ExtendInvite', [inviteId], options);
  }

  /** Takes my own invite back. Codes: `invite_gone`. */
  async rescindInvite(inviteId: string, options?: Abortable): Promise<void> {
    await this.#connection.invoke('RescindInvite', [inviteId], options);
  }

  /** Codes: `invite_gone`. */
  async declineInvite(inviteId: string, options?: Abortable): Promise<void> {
    await this.#connection.invoke('DeclineInvite', [inviteId], options);
  }

  /** Begins a call of the mean of both lengths, in seconds. Codes: `invalid_duration`, `invite_gone`, `cooldown`, `busy`, `held`. */
  acceptInvite(inviteId: string, callSeconds: number, options?: Abortable): Promise<CallAccepted> {
    return this.#connection.invoke('AcceptInvite', [inviteId, callSeconds], options);
  }

  /** To the partner's page, unread by the server. Codes: `not_in_call`, `not_here`, `too_large` (over 64 KB of JSON). */
  async signal(callId: string, kind: SignalKind, data: Json, options?: Abortable): Promise<void> {
    checkSignal(data);
    await this.#connection.invoke('Signal', [callId, kind, data], options);
  }

  /**
   * Resolves once the message (1 to 500 characters) is durable. Give the same `clientId` (1 to 64 letters, digits, `-`
   * or `_`) again to repeat a message that may have arrived. Codes: `not_in_call`, `not_here`.
   */
  async sendChat(callId: string, text: string, clientId: string = randomId(), options?: Abortable): Promise<ChatSent> {
    checkChat(clientId, text);
    return this.#connection.invoke('SendChat', [callId, clientId, text], options);
  }

  /** Codes: `not_in_call`, `not_here`, `partner_away`. */
  async shareSocials(callId: string, socials: Socials, options?: Abortable): Promise<void> {
    checkSocials(socials);
    await this.#connection.invoke('ShareSocials', [callId, socials], options);
  }

  /** Codes: `not_in_call`. */
  endCall(callId: string, options?: Abortable): Promise<CallClosed> {
    return this.#connection.invoke('EndCall', [callId], options);
  }

  /** Ends the call and joins the queue with the last wishes. Codes: `not_in_call`. */
  next(callId: string, options?: Abortable): Promise<MovedOn> {
    return this.#connection.invoke('Next', [callId], options);
  }

  /** Erases the account with all that belongs to it, and signs out. */
  async eraseMe(options?: Abortable): Promise<void> {
    await this.#http.send('DELETE', '/api/me', options);
    await this.#connection.disconnect();
    this.#setSession(undefined);
  }

  async #hubTicket(signal: AbortSignal): Promise<string> {
    const request: HubTicketRequest = { tab: await (this.#tab ??= claimTab()) };
    return (await this.#http.send<HubTicket>('POST', '/api/auth/ticket', { signal }, request)).ticket;
  }

  #onEvent<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): void {
    if (name === 'lobbyChanged') {
      this.#lobby.onChanged(payload as LobbyChanged);
    } else if (this.#order.takes(name, payload)) {
      this.#follow(name, payload);
      this.#emitter.emit(name as keyof ClientEvents, payload as never);
    }
  }

  #follow<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): void {
    if (name === 'callStarted') {
      this.#call = payload as Call;
    } else if (this.#call && (payload as { callId?: string } | undefined)?.callId === this.#call.callId) {
      this.#call = name === 'callEnded' ? undefined : name === 'callMoved' ? { ...this.#call, here: false } : this.#call;
    }
  }

  #onResumed(value: Resumed): void {
    // An end can overtake the snapshot that still shows the call.
    const { call, ...rest } = value;
    const runs = call !== undefined && this.#order.takesSnapshot(call);
    this.#call = runs ? call : undefined;
    this.#emitter.emit('resumed', runs ? value : rest);
    this.#lobby.onResumed();
  }

  #onState(state: ConnectionState): void {
    if (state.state === 'offline' || state.state === 'ended') {
      this.#call = undefined; // nobody tells us of it any more
    }
    if (state.state === 'ended' && state.reason === 'session_ended') {
      this.#setSession(undefined);
    }
    this.#emitter.emit('state', state);
  }

  #setSession(session: Session | undefined): void {
    if (session?.user.id !== this.#session?.user.id) {
      this.#order = new Order();
      this.#call = undefined;
      this.#lobby.stop();
    }
    // Another tab may have signed in anew since: that login is not ours to change or to forget.
    const isNew = session !== undefined && session.token !== this.#session?.token;
    const kept = this.#store.load()?.token;
    if (isNew || kept === undefined || kept === this.#session?.token) {
      this.#store.save(session);
    }
    this.#session = session;
    this.#emitter.emit('session', session);
  }
}

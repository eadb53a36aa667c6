import { Connection, type ConnectionState } from './connection.ts';
import type {
  Call, CallClosed, Card, GuestSignIn, History, HistoryDetail, HubEvents, HubTicket, IceServers, Invited, IsoTime,
  Json, LiveStats, Lobby, LobbyChanged, LobbyWatch, Profile, QueuePlace, QueueWishes, Resumed, Session, SignalKind, Socials,
} from './contract.ts';
import { Emitter, type Unsubscribe } from './emitter.ts';
import { MatchmakerError } from './errors.ts';
import { Http } from './http.ts';
import { LobbyView, Order } from './order.ts';
import { browserSessionStore, claimTab, randomId, type SessionStore } from './storage.ts';

export interface ClientOptions {
  /** Where the server is; the page's own origin when left out. */
  baseUrl?: string;
  sessionStore?: SessionStore;
  /** A fixed tab id, for pages without sessionStorage. */
  tab?: string;
}

export interface ClientEvents extends Omit<HubEvents, 'lobbyChanged'> {
  signal: { callId: string; kind: SignalKind; data: Json };
  /** The truth after every connect: replace what the page believed. */
  resumed: Resumed;
  state: ConnectionState;
  session: Session | undefined;
  /** The watched lobby, whole, whenever it changed. */
  lobby: Lobby;
}

export type MatchmakerClient = Client;

export function createClient(options: ClientOptions = {}): MatchmakerClient {
  return new Client(options);
}

class Client {
  readonly #http: Http;
  readonly #store: SessionStore;
  readonly #emitter = new Emitter<ClientEvents>();
  readonly #connection: Connection;
  readonly #lobby = new LobbyView();
  #order = new Order();
  #session: Session | undefined;
  #tab: Promise<string> | undefined;
  #watch: LobbyWatch | undefined;
  #duringWatch: LobbyChanged[] | undefined;

  constructor(options: ClientOptions) {
    const baseUrl = (options.baseUrl ?? globalThis.location?.origin ?? '').replace(/\/$/, '');
    this.#store = options.sessionStore ?? browserSessionStore();
    this.#session = this.#store.load();
    this.#tab = options.tab === undefined ? undefined : Promise.resolve(options.tab);
    this.#http = new Http(baseUrl, () => this.#session?.token);
    this.#connection = new Connection(`${baseUrl}/hub`, () => this.#hubTicket(), {
      event: (name, payload) => this.#onEvent(name, payload),
      signal: (callId, kind, data) => this.#emitter.emit('signal', { callId, kind, data }),
      resumed: value => this.#onResumed(value),
      state: state => this.#onState(state),
    });
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  on<K extends keyof ClientEvents>(event: K, handler: (payload: ClientEvents[K]) => void): Unsubscribe {
    return this.#emitter.on(event, handler);
  }

  async signInAsGuest(guest: GuestSignIn): Promise<Session> {
    const session = await this.#http.send<Session>('POST', '/api/auth/guest', guest);
    this.#setSession(session);
    return session;
  }

  async signOut(): Promise<void> {
    await this.#connection.disconnect();
    try {
      await this.#http.send('POST', '/api/auth/logout');
    } finally {
      this.#setSession(undefined);
    }
  }

  /** Opens the connection and keeps it open; listen to `state` and `resumed` for what comes of it. */
  connect(): void {
    if (!this.#session) {
      throw new MatchmakerError('signed_out', 'Sign in first.');
    }
    this.#connection.connect();
  }

  disconnect(): Promise<void> {
    return this.#connection.disconnect();
  }

  /** Moves the running call to this tab. */
  takeCall(): Promise<Resumed> {
    return this.#connection.resume({ takeCall: true });
  }

  joinQueue(wishes: QueueWishes = {}): Promise<QueuePlace> {
    return this.#connection.invoke('JoinQueue', wishes);
  }

  async leaveQueue(): Promise<void> {
    await this.#connection.invoke('LeaveQueue');
  }

  async setAvailable(available: boolean): Promise<void> {
    await this.#connection.invoke('SetAvailable', available);
  }

  /** Watches the lobby until `unwatchLobby`, through reconnects and lost changes; `lobby` tells what is seen. */
  async watchLobby(watch: LobbyWatch = {}): Promise<void> {
    this.#watch = watch;
    const meanwhile: LobbyChanged[] = this.#duringWatch = [];
    try {
      const snapshot = await this.#connection.invoke('WatchLobby', watch);
      if (this.#duringWatch !== meanwhile) {
        return; // another watch has begun
      }
      this.#lobby.reset(snapshot);
      // Changes that overtook the snapshot; those of the watch before it do not follow on and fall away.
      meanwhile.forEach(change => this.#lobby.apply(change));
      this.#emitter.emit('lobby', { total: this.#lobby.total, people: this.#lobby.people });
    } finally {
      if (this.#duringWatch === meanwhile) {
        this.#duringWatch = undefined;
      }
    }
  }

  async unwatchLobby(): Promise<void> {
    this.#watch = undefined;
    await this.#connection.invoke('UnwatchLobby');
  }

  invite(userId: string, callSeconds: number): Promise<Invited> {
    return this.#connection.invoke('Invite', userId, callSeconds);
  }

  async extendInvite(inviteId: string): Promise<void> {
    await this.#connection.invoke('ExtendInvite', inviteId);
  }

  async rescindInvite(inviteId: string): Promise<void> {
    await this.#connection.invoke('RescindInvite', inviteId);
  }

  async declineInvite(inviteId: string): Promise<void> {
    await this.#connection.invoke('DeclineInvite', inviteId);
  }

  acceptInvite(inviteId: string, callSeconds: number): Promise<{ callId: string }> {
    return this.#connection.invoke('AcceptInvite', inviteId, callSeconds);
  }

  async signal(callId: string, kind: SignalKind, data: Json): Promise<void> {
    await this.#connection.invoke('Signal', callId, kind, data);
  }

  /** Resolves once the message is durable. Give the same `clientId` again to repeat a message that may have arrived. */
  sendChat(callId: string, text: string, clientId: string = randomId()): Promise<{ id: string; at: IsoTime }> {
    return this.#connection.invoke('SendChat', callId, clientId, text);
  }

  async shareSocials(callId: string, socials: Socials): Promise<void> {
    await this.#connection.invoke('ShareSocials', callId, socials);
  }

  endCall(callId: string): Promise<CallClosed> {
    return this.#connection.invoke('EndCall', callId);
  }

  /** Ends the call and joins the queue with the last wishes. */
  next(callId: string): Promise<CallClosed> {
    return this.#connection.invoke('Next', callId);
  }

  me(): Promise<Card> {
    return this.#http.send('GET', '/api/me');
  }

  updateMe(change: Partial<Profile>): Promise<Card> {
    return this.#http.send('PATCH', '/api/me', change);
  }

  async eraseMe(): Promise<void> {
    await this.#http.send('DELETE', '/api/me');
    await this.#connection.disconnect();
    this.#setSession(undefined);
  }

  lobby(limit = 50): Promise<Lobby> {
    return this.#http.send('GET', `/api/lobby?limit=${limit}`);
  }

  history(limit = 20, cursor?: string): Promise<History> {
    return this.#http.send('GET', `/api/history?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
  }

  historyOf(callId: string): Promise<HistoryDetail> {
    return this.#http.send('GET', `/api/history/${encodeURIComponent(callId)}`);
  }

  iceServers(): Promise<IceServers> {
    return this.#http.send('GET', '/api/ice-servers');
  }

  async block(userId: string): Promise<void> {
    await this.#http.send('PUT', `/api/blocks/${encodeURIComponent(userId)}`);
  }

  async unblock(userId: string): Promise<void> {
    await this.#http.send('DELETE', `/api/blocks/${encodeURIComponent(userId)}`);
  }

  stats(): Promise<LiveStats> {
    return this.#http.send('GET', '/api/stats/live');
  }

  async #hubTicket(): Promise<string> {
    const tab = await (this.#tab ??= claimTab());
    return (await this.#http.send<HubTicket>('POST', '/api/auth/ticket', { tab })).ticket;
  }

  #onEvent<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): void {
    if (name === 'lobbyChanged') {
      this.#onLobbyChanged(payload as LobbyChanged);
    } else if (this.#isNews(name, payload)) {
      this.#emitter.emit(name as keyof ClientEvents, payload as never);
    }
  }

  #isNews<K extends keyof HubEvents>(name: K, payload: HubEvents[K]): boolean {
    switch (name) {
      case 'callStarted': return this.#order.takesCall(payload as Call);
      case 'callEnded': return this.#order.takesEnd(payload as HubEvents['callEnded']);
      case 'inviteReceived': return this.#order.takesInvite(payload as HubEvents['inviteReceived']);
      case 'inviteExtended': return this.#order.takesInvite(payload as HubEvents['inviteExtended']);
      case 'inviteEnded': return this.#order.takesInviteEnd((payload as HubEvents['inviteEnded']).inviteId);
      default: return true;
    }
  }

  #onResumed(value: Resumed): void {
    // An end can overtake the snapshot that still shows the call.
    const { call, ...rest } = value;
    this.#emitter.emit('resumed', call && this.#order.takesCall(call) ? value : rest);
    // One that is under way goes on over the new connection by itself.
    if (this.#watch && !this.#duringWatch) {
      this.#watchAgain();
    }
  }

  #onLobbyChanged(change: LobbyChanged): void {
    if (this.#duringWatch) {
      this.#duringWatch.push(change);
      return;
    }
    const result = this.#watch ? this.#lobby.apply(change) : 'old';
    if (result === 'applied') {
      this.#emitter.emit('lobby', { total: this.#lobby.total, people: this.#lobby.people });
    } else if (result === 'gap') {
      this.#watchAgain();
    }
  }

  #watchAgain(): void {
    const watch = this.#watch;
    if (watch) {
      this.watchLobby(watch).catch((error: unknown) => {
        // Without a connection the next `resumed` watches again; a refusal is tried again after its time.
        const wait = error instanceof MatchmakerError && error.code !== 'offline' ? error.retryAfterSeconds ?? 5 : undefined;
        if (wait !== undefined) {
          setTimeout(() => this.#watch === watch && this.#watchAgain(), wait * 1000);
        }
      });
    }
  }

  #onState(state: ConnectionState): void {
    if (state.state === 'ended' && state.reason === 'session_ended') {
      this.#setSession(undefined);
    }
    this.#emitter.emit('state', state);
  }

  #setSession(session: Session | undefined): void {
    if (session?.user.id !== this.#session?.user.id) {
      this.#order = new Order();
      this.#watch = undefined;
    }
    this.#session = session;
    this.#store.save(session);
    this.#emitter.emit('session', session);
  }
}


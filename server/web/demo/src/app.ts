import {
  type Call, type CallEnded, type Card, type ConnectionState, createClient, MatchmakerError, type QueueStatus,
  type QueueWishes, type Resumed, type Socials, type StandingView,
} from '@matchmaker/client';
import { AfterScreen } from './after.ts';
import { CallScreen } from './call/screen.ts';
import { OutgoingInvite } from './invites.ts';
import { closeDialogs } from '../../ui/dom.ts';
import { LobbyScreen } from './lobby/screen.ts';
import { isVisible, setVisible } from './lobby/visible.ts';
import { Media } from './media/media.ts';
import { explain } from './parts/format.ts';
import { showHeader } from './parts/header.ts';
import { Notices } from './parts/notices.ts';
import { Ringing } from './ringing.ts';
import { showWarning } from './safety/standing.ts';
import { ConnectingScreen, ElsewhereScreen, StoppedScreen } from './trouble.ts';
import { WelcomeScreen } from './welcome.ts';

/** For how long a call is waited for to be ended by the server. */
const hangUpMs = 2000;
/** After a longer sleep nobody may be there to be seen. */
const lookAgainMs = 5 * 60_000;

/** What fills the page; it is told when it goes. */
export interface Screen {
  readonly element: HTMLElement;
  leave?(): void;
}

/** Holds what outlives a screen, and decides which screen shows. The server's word (`resumed` and events) is the truth. */
export class App {
  readonly client = createClient();
  readonly media = new Media();
  readonly notices = new Notices(document.querySelector('#notices')!);
  /** What the person last wished for; kept while the page is open. */
  wishes: QueueWishes = { callSeconds: 300 };
  /** What I shared in the last call, to be offered in the next. */
  socials: Socials = {};
  queue: QueueStatus | undefined;
  /** What the moderators hold against me, if anything. */
  standing: StandingView | undefined;
  /** The calls that I reported since the page was opened. */
  readonly reported = new Set<string>();
  readonly #root = document.querySelector<HTMLElement>('#screen')!;
  readonly #said = document.querySelector<HTMLElement>('#said')!;
  readonly #ringing = new Ringing(this, document.querySelector('#dialogs')!);
  #screen: Screen | undefined;
  /** When this page last heard of the place that it asked for; another tab's place is not its own to take again. */
  #lookedAt: number | undefined;
  /** The call that I left, whether or not the server has heard of it. */
  #hungUp: string | undefined;

  start(): void {
    const { client } = this;
    showHeader(this, document.querySelector('#top')!);
    client.on('state', state => this.#onState(state));
    client.on('resumed', resumed => this.#onResumed(resumed));
    // One that was under way when I left the queue, or was met, is old.
    client.on('queueStatus', status => this.queue && this.#setQueue(status));
    client.on('inviteReceived', invite => this.#ringing.receive(invite));
    client.on('inviteExtended', ({ inviteId, remainingSeconds }) => this.#ringing.extend(inviteId, remainingSeconds));
    client.on('inviteEnded', end => this.#ringing.end(end));
    client.on('standingChanged', ({ standing }) => this.#setStanding(standing));
    client.on('callStarted', call => this.#enterCall(call, 'started'));
    client.on('callMoved', ({ callId }) => this.#onCallMoved(callId));
    client.on('callEnded', end => this.#onCallEnded(end));
    if (client.session) {
      client.connect();
      this.#show(new ConnectingScreen(this));
    } else {
      this.#show(new WelcomeScreen(this));
    }
    const onNetwork = (): void => client.state.state === 'ended' ? undefined : this.#onState(client.state);
    addEventListener('online', onNetwork);
    addEventListener('offline', onNetwork);
  }

  get me(): Card | undefined {
    return this.client.session?.user;
  }

  signedIn(): void {
    this.notices.clear();
    this.client.connect();
    this.#show(new ConnectingScreen(this));
  }

  /** After `replaced`: another tab gives way instead. */
  useHere(): void {
    this.client.connect();
    this.#show(new ConnectingScreen(this));
  }

  async signOut(): Promise<void> {
    const told = this.client.signOut();
    this.#startAnew();
    await this.attempt(told);
  }

  async eraseMe(): Promise<void> {
    if (await this.attempt(this.client.eraseMe().then(() => true))) {
      this.#startAnew();
      this.notices.say('Your account is deleted.');
    }
  }

  /** Nothing stays on the page of the person who was here. */
  #startAnew(why?: string): void {
    this.#ringing.stop();
    this.#setQueue(undefined);
    this.#setStanding(undefined);
    this.socials = {};
    this.wishes = { callSeconds: 300 };
    setVisible(true);
    this.media.close();
    this.#show(new WelcomeScreen(this, why));
  }

  /** For those who hear the page. */
  say(text: string): void {
    this.#said.textContent = text;
  }

  showLobby(): void {
    if (!(this.#screen instanceof LobbyScreen)) {
      this.#show(new LobbyScreen(this));
    }
    if (!this.queue) {
      this.#beSeen();
    }
  }

  /** Who is on hold is not shown, and need not be told so again. */
  #beSeen(): void {
    if (this.standing?.kind !== 'hold') {
      void this.attempt(this.client.setAvailable(isVisible()));
    }
  }

  /** Does it, and says so when the answer is no. */
  async attempt<T>(doing: Promise<T>, words: Readonly<Record<string, string>> = {}): Promise<T | undefined> {
    try {
      return await doing;
    } catch (error) {
      this.notices.say(explain(error, words));
      return undefined;
    }
  }

  async joinQueue(): Promise<void> {
    void this.media.open(); // asks while we wait, not when somebody waits on the other side
    const place = await this.attempt(this.client.joinQueue(this.wishes));
    // A call may begin before the answer is here: whoever fits is often waiting already.
    if (place && !this.#call) {
      this.#lookedAt = Date.now();
      this.#setQueue(place);
      this.showLobby();
    }
  }

  async leaveQueue(): Promise<void> {
    this.#setQueue(undefined);
    await this.attempt(this.client.leaveQueue());
    await this.attempt(this.client.setAvailable(isVisible()));
  }

  async invite(person: Card): Promise<void> {
    void this.media.open();
    const callSeconds = this.wishes.callSeconds ?? 300;
    const invited = await this.attempt(this.client.invite(person.id, callSeconds), {
      unavailable: `${person.name} cannot be invited right now.`,
    });
    if (invited && !invited.callId && !this.#call) {
      this.#ringing.ask(new OutgoingInvite(this, person, invited.inviteId, callSeconds, invited.remainingSeconds ?? 20));
    }
  }

  async accept(inviteId: string, callSeconds: number, from: Card): Promise<void> {
    try {
      await this.client.acceptInvite(inviteId, callSeconds);
    } catch (error) {
      this.notices.say(explain(error, { unavailable: `${from.name} is not connected right now.` }));
      if (!(error instanceof MatchmakerError && error.retryable)) {
        this.closeInvite(inviteId); // otherwise it rings on
      }
    }
  }

  async next(callId: string): Promise<void> {
    const closed = await this.attempt(this.client.next(callId));
    if (closed && (!this.#call || this.#call.callId === callId)) {
      this.#lookedAt = Date.now();
      this.#setQueue(closed.queue);
      this.showLobby();
      await (closed.queue ? undefined : this.joinQueue());
    }
  }

  /** Hanging up works at once: a server that does not hear of it now hears of it when it is back. */
  async endCall(callId: string): Promise<void> {
    this.#hungUp = callId;
    setTimeout(() => this.#leaveCall(), this.client.state.state === 'online' ? hangUpMs : 0);
    try {
      await this.client.endCall(callId);
    } catch (error) {
      this.#leaveCall();
      if (!(error instanceof MatchmakerError && error.code === 'offline')) {
        this.notices.say(explain(error));
      }
    }
  }

  #leaveCall(): void {
    if (this.#screen instanceof CallScreen && this.#screen.call.callId === this.#hungUp) {
      this.#showAfter(this.#screen, 'hung_up');
      this.#onState(this.client.state); // what the call said of the connection
    }
  }

  async takeCall(): Promise<void> {
    await this.attempt(this.client.takeCall());
  }

  async block(person: Card): Promise<boolean> {
    const blocked = await this.attempt(this.client.block(person.id).then(() => true)) ?? false;
    if (blocked) {
      this.notices.say(`You will not meet ${person.name} again.`);
    }
    return blocked;
  }

  /** The call that this page shows, here or in another tab. */
  get #call(): Call | undefined {
    return this.#screen instanceof CallScreen || this.#screen instanceof ElsewhereScreen ? this.#screen.call : undefined;
  }

  #show(screen: Screen): void {
    this.#screen?.leave?.();
    this.#screen = screen;
    closeDialogs(); // they belong to what was there
    this.#root.replaceChildren(screen.element);
    this.#root.focus({ preventScroll: true });
    this.#showStanding();
  }

  #onState(state: ConnectionState): void {
    if (state.state === 'ended') {
      this.notices.connection(state, true);
      this.#ringing.stop();
      if (state.reason === 'session_ended') {
        const call = this.#screen instanceof CallScreen ? `Your call with ${this.#screen.call.partner.name} is over, because your` : 'Your';
        this.#startAnew(`${call} sign-in has ended. Please start again.`);
      } else {
        this.#show(new StoppedScreen(this, state.reason, state.error));
        this.media.close();
      }
    } else {
      const screen = this.#screen;
      if (screen instanceof ConnectingScreen) {
        screen.show(state);
      }
      this.notices.connection(state, screen instanceof CallScreen || screen instanceof ConnectingScreen);
    }
  }

  #onResumed(resumed: Resumed): void {
    const { call } = resumed;
    this.#ringing.keep(resumed.invites);
    this.#setStanding(resumed.standing);
    if (call && call.callId === this.#hungUp) {
      void this.endCall(call.callId);
      this.#leaveCall();
      return;
    }
    if (call) {
      this.#enterCall(call, 'taken');
      if (this.#screen instanceof CallScreen) {
        const screen = this.#screen;
        resumed.missed.chat.forEach(message => screen.addChat(message));
      }
      return;
    }
    if (this.#screen instanceof CallScreen) {
      this.#showAfter(this.#screen, this.#screen.call.callId === this.#hungUp ? 'hung_up' : undefined);
    } else if (this.#screen instanceof ConnectingScreen || this.#screen instanceof ElsewhereScreen || this.#screen instanceof StoppedScreen) {
      this.#show(new LobbyScreen(this));
    }
    // Away for longer than the place was kept?
    const lost = this.queue !== undefined && resumed.queue === undefined;
    const looksAgain = lost && Date.now() - (this.#lookedAt ?? 0) < lookAgainMs;
    this.#setQueue(resumed.queue);
    if (looksAgain) {
      void this.joinQueue();
      return;
    }
    if (lost) {
      this.notices.say('You are no longer looking for someone.');
    }
    if (resumed.status === 'idle' && isVisible()) {
      this.#beSeen();
    }
  }

  #enterCall(call: Call, how: 'started' | 'taken'): void {
    if (call.callId === this.#hungUp) {
      return;
    }
    this.#ringing.stop();
    this.#setQueue(undefined);
    if (!call.here) {
      this.#show(new ElsewhereScreen(this, call));
      this.media.close();
    } else if (this.#screen instanceof CallScreen && this.#screen.call.callId === call.callId) {
      this.#screen.update(call);
    } else {
      this.#show(new CallScreen(this, call, how));
    }
  }

  #onCallMoved(callId: string): void {
    if (this.#screen instanceof CallScreen && this.#screen.call.callId === callId) {
      this.#show(new ElsewhereScreen(this, { ...this.#screen.call, here: false }));
      this.media.close();
    }
  }

  #onCallEnded(end: CallEnded): void {
    const screen = this.#screen;
    if ((screen instanceof CallScreen || screen instanceof ElsewhereScreen) && screen.call.callId === end.callId) {
      this.#showAfter(screen, end);
    }
  }

  closeInvite(inviteId: string): void {
    this.#ringing.close(inviteId);
  }

  #showAfter(screen: CallScreen | ElsewhereScreen, end: CallEnded | 'hung_up' | undefined): void {
    this.media.close();
    this.#show(new AfterScreen(this, screen.call, end, screen instanceof CallScreen ? screen.socials : undefined));
  }

  #setStanding(standing: StandingView | undefined): void {
    const wasHeld = this.standing?.kind === 'hold';
    this.standing = standing;
    this.#showStanding();
    if (wasHeld && standing === undefined && this.#screen instanceof LobbyScreen) {
      this.#beSeen();
    }
  }

  /** A warning waits until a call is over. */
  #showStanding(): void {
    if (this.#screen instanceof LobbyScreen) {
      this.#screen.showStanding(this.standing);
    }
    if (this.standing?.kind === 'warn' && (this.#screen instanceof LobbyScreen || this.#screen instanceof AfterScreen)) {
      showWarning(this, this.standing);
    }
  }

  #setQueue(status: QueueStatus | undefined): void {
    this.queue = status;
    this.#lookedAt = status && this.#lookedAt && Date.now();
    if (this.#screen instanceof LobbyScreen) {
      this.#screen.showQueue(status);
    }
  }
}

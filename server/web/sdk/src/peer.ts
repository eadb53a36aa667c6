import type { Call, IceServers, Json, Resumed, Signal, SignalKind } from './contract.ts';
import type { ConnectionState } from './connection.ts';
import { Emitter, type Unsubscribe } from './emitter.ts';
import { Recovery } from './recovery.ts';
import { SignalOutbox } from './signal-outbox.ts';
import { belongsTo, type Description, readCandidates, readDescription, readRestart, type Restart } from './signals.ts';
import { randomId } from './storage.ts';
import { addTracks, receiveAll, replaceTracks } from './tracks.ts';

/** What a peer needs of the client. */
export interface SignalingClient {
  readonly state: ConnectionState;
  on(event: 'signal', handler: (signal: { callId: string; kind: SignalKind; data: Json }) => void): Unsubscribe;
  on(event: 'resumed', handler: (resumed: Resumed) => void): Unsubscribe;
  signal(callId: string, kind: SignalKind, data: Json): Promise<void>;
  iceServers(): Promise<IceServers>;
}

export interface PeerOptions {
  /**
   * My camera and microphone. May still be asked for: signals wait, and undefined means to take part without. So does
   * a rejection, which is then reported as an uncaught error of the page.
   */
  stream?: MediaStream | undefined | Promise<MediaStream | undefined>;
  /**
   * `started` at `callStarted`: the initiator offers. `taken` when this page came to a running call (reload, another
   * tab): the partner's connection leads to a page that is gone, so both make new ones.
   */
  how: 'started' | 'taken';
}

export interface PeerEvents {
  /** The partner's picture and sound; a new stream when the partner's page was reloaded. */
  stream: MediaStream;
  state: RTCPeerConnectionState;
}

const mostStartsOver = 5;

/** Long enough for the addresses of the device, too short to be felt. */
const atOnceMs = 40;

/**
 * One call's RTCPeerConnection. It outlives the hub: media goes on without it, signals wait.
 * One side makes all offers and the other asks for one (a `restart` that names both), so that offers do not collide:
 * a rolled-back offer can cost the picture in Chromium (seen in 156: frames are decoded and no longer shown). Should
 * they collide all the same, with another kind of client, the polite side gives way (perfect negotiation).
 * Invariant: everything that touches the connection runs in one chain, step after step, so that its signaling state
 * is the one that was looked at.
 */
export class Peer {
  readonly callId: string;
  readonly #client: SignalingClient;
  readonly #polite: boolean;
  readonly #emitter = new Emitter<PeerEvents>();
  readonly #outbox: SignalOutbox;
  readonly #subscriptions: Unsubscribe[];
  readonly #recovery: Recovery;
  #stream: MediaStream | undefined;
  #servers: IceServers | undefined;
  #chain: Promise<void>;
  #pc: RTCPeerConnection | undefined;
  #id = '';
  #partner: string | undefined;
  /** Whether this side makes the offers. */
  #offering = false;
  /** Set after our `restart`: an offer that does not name us is for the page before this one. */
  #onlyByName = false;
  #offers = 0;
  /** The partner's last offer that was answered; a resume may bring it again. */
  #answered = 0;
  /** How often both ends have agreed; after each time the browser says anew whether more is needed. */
  #agreements = 0;
  #startsOver = 0;
  #closed = false;

  constructor(client: SignalingClient, call: Call, options: PeerOptions) {
    this.callId = call.callId;
    this.#client = client;
    this.#polite = call.polite;
    this.#outbox = new SignalOutbox((kind, data) => client.signal(call.callId, kind, data));
    this.#subscriptions = [
      client.on('signal', signal => signal.callId === call.callId && this.#receive(signal)),
      client.on('resumed', resumed => this.#onResumed(resumed)),
    ];
    this.#chain = Promise.resolve(options.stream).then(stream => void (this.#stream = stream), report);
    this.#run(() => options.how === 'started' ? this.#open(call.initiator) : this.#startOver());
    this.#recovery = new Recovery({
      state: () => this.state,
      offering: () => this.#offering,
      online: () => client.state.state === 'online',
      recover: () => this.#run(() => this.#recover()),
    });
  }

  on<K extends keyof PeerEvents>(event: K, handler: (payload: PeerEvents[K]) => void): Unsubscribe {
    return this.#emitter.on(event, handler);
  }

  get state(): RTCPeerConnectionState {
    return this.#pc?.connectionState ?? (this.#closed ? 'closed' : 'new');
  }

  async stats(): Promise<RTCStatsReport | undefined> {
    return this.#pc?.getStats();
  }

  /** Sends another camera or microphone, or the first one of a person who came without. */
  setStream(stream: MediaStream | undefined): void {
    this.#run(async () => {
      this.#stream = stream;
      if (this.#pc) {
        await replaceTracks(this.#pc, stream);
      }
    });
  }

  /** Looks for other paths to the partner (an ICE restart), now or as soon as the server is back. */
  restart(): void {
    this.#recovery.ask();
  }

  close(): void {
    this.#closed = true;
    this.#recovery.stop();
    this.#subscriptions.forEach(unsubscribe => unsubscribe());
    this.#outbox.close();
    this.#pc?.close();
    this.#emitter.clear();
  }

  #run(step: () => void | Promise<void>): void {
    this.#chain = this.#chain.then(async () => {
      if (this.#closed) {
        return;
      }
      try {
        await step();
      } catch (error) {
        // A description that does not fit the connection (a stranger wrote it): a new connection has no past.
        if (!this.#closed && this.#startsOver++ < mostStartsOver) {
          await this.#startOver();
        } else if (!this.#closed) {
          report(error);
        }
      }
    }).catch(report);
  }

  async #open(offering: boolean, partner?: string): Promise<void> {
    this.#outbox.clear();
    const servers = await this.#iceServers();
    if (this.#closed) {
      return;
    }
    this.#pc?.close();
    const pc = this.#pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
    this.#id = randomId();
    this.#partner = partner;
    this.#offering = false;
    this.#onlyByName = false;
    this.#answered = 0;
    this.#recovery.fresh();
    const remote = new MediaStream();
    pc.ontrack = ({ track }) => {
      remote.addTrack(track);
      this.#emitter.emit('stream', remote);
    };
    pc.onicecandidate = ({ candidate }) => candidate && this.#outbox.candidate(candidate.toJSON() as Json);
    pc.onconnectionstatechange = () => {
      this.#emitter.emit('state', pc.connectionState);
      this.#recovery.look();
    };
    pc.onnegotiationneeded = () => {
      const before = this.#agreements; // with an offer ahead in the chain, its answer says all that this one would ask for
      this.#run(() => pc === this.#pc && before === this.#agreements ? this.#negotiate() : undefined);
    };
    addTracks(pc, this.#stream);
    if (offering) {
      this.#letOffer(pc);
    }
  }

  /** From here on the connection offers by itself; also for what it only wants to receive. */
  #letOffer(pc: RTCPeerConnection): void {
    this.#offering = true;
    receiveAll(pc);
  }

  /** Throws the connection away and asks the partner to do the same and to offer. */
  async #startOver(): Promise<void> {
    await this.#open(false);
    this.#askForOffer();
  }

  #askForOffer(): void {
    this.#onlyByName = true;
    this.#outbox.push('restart', { from: this.#id });
  }

  async #negotiate(): Promise<void> {
    if (this.#offering) {
      await this.#offer();
    } else if (this.#pc?.remoteDescription && this.#partner !== undefined) {
      this.#askForAnother(this.#partner);
    } else if (this.#pc?.remoteDescription) {
      await this.#offer(); // to another kind of client, which names nothing
    }
    // Otherwise the first offer is yet to come, and its answer says it all.
  }

  #askForAnother(partner: string): void {
    this.#outbox.push('restart', { from: this.#id, to: partner });
  }

  async #offer(again = false): Promise<void> {
    const pc = this.#pc;
    if (!pc || !(again || pc.signalingState === 'stable')) {
      return; // asked again by the browser as soon as it is stable
    }
    await pc.setLocalDescription();
    if (pc.localDescription?.type === 'offer') {
      await this.#describe(pc, ++this.#offers);
    }
  }

  /** What the browser finds at once, the addresses of this device, travels in the description itself. */
  async #describe(pc: RTCPeerConnection, n: number | undefined): Promise<void> {
    if (!pc.localDescription?.sdp.includes('\na=candidate:')) {
      await new Promise(resolve => setTimeout(resolve, atOnceMs));
    }
    const to = this.#partner;
    if (pc.localDescription && !this.#closed) {
      const { type, sdp } = pc.localDescription;
      this.#outbox.describe(type as 'offer' | 'answer', {
        type, sdp, from: this.#id, ...to !== undefined && { to }, ...n !== undefined && { n },
      });
    }
  }

  #receive(signal: Signal): void {
    const { kind, data } = signal;
    if (kind === 'restart') {
      this.#run(() => this.#onRestart(readRestart(data)));
    } else if (kind === 'ice') {
      this.#run(() => this.#onCandidates(readCandidates(data)));
    } else {
      const description = readDescription(kind, data);
      if (description) {
        this.#run(() => kind === 'offer' ? this.#onOffer(description) : this.#onAnswer(description));
      }
    }
  }

  async #onRestart({ from, to }: Restart): Promise<void> {
    const pc = this.#pc;
    if (to !== undefined) {
      // Also while an offer is under way: it may have been lost together with its answer.
      if (to === this.#id && from === this.#partner && this.#offering) {
        await this.#recover();
      }
    } else if (from !== undefined && from === this.#partner) {
      // Repeated because no offer arrived.
      await (this.#offering && pc?.connectionState !== 'connected' ? this.#offer(true) : undefined);
    } else if (pc && !pc.remoteDescription) {
      // Ours is as new as theirs. It keeps its name: both may have asked at once, and each names the other's first one.
      this.#partner = from;
      if (!this.#onlyByName || !this.#polite) {
        this.#letOffer(pc);
        await this.#offer(true);
      }
    } else {
      await this.#open(true, from);
    }
  }

  async #onOffer(offer: Description): Promise<void> {
    let pc = this.#pc;
    if (!pc || !this.#isForMe(offer) || (offer.n !== undefined && offer.n <= this.#answered)) {
      return;
    }
    const collides = pc.signalingState !== 'stable';
    if (collides && !this.#polite) {
      return;
    }
    if (collides && !pc.remoteDescription) {
      // Nothing to lose yet, and after a first offer that is rolled back Chromium may never gather a candidate (seen in 156).
      await this.#open(false, offer.from);
      pc = this.#pc;
    }
    if (!pc || this.#closed) {
      return;
    }
    await pc.setRemoteDescription(offer); // rolls our own offer back where they collide
    this.#partner ??= offer.from;
    this.#answered = offer.n ?? this.#answered;
    await pc.setLocalDescription();
    this.#agreements++;
    await this.#describe(pc, offer.n);
  }

  async #onAnswer(answer: Description): Promise<void> {
    const isCurrent = this.#pc?.signalingState === 'have-local-offer' && (answer.n ?? this.#offers) === this.#offers;
    if (isCurrent && this.#isForMe(answer)) {
      this.#partner ??= answer.from;
      await this.#pc?.setRemoteDescription(answer);
      this.#agreements++;
    }
  }

  #isForMe({ from, to }: Description): boolean {
    const named = to === undefined ? !this.#onlyByName : to === this.#id;
    return named && (from === undefined || this.#partner === undefined || from === this.#partner);
  }

  async #onCandidates(candidates: RTCIceCandidateInit[]): Promise<void> {
    for (const candidate of candidates) {
      const remote = this.#pc?.remoteDescription;
      if (remote && belongsTo(candidate, remote)) {
        // A candidate that the browser cannot use (a name it cannot resolve) leaves the others as good as they are.
        await this.#pc?.addIceCandidate(candidate).catch(() => undefined);
      }
    }
  }

  #onResumed({ call, missed }: Resumed): void {
    if (call?.callId !== this.callId || !call.here) {
      return;
    }
    missed.signals.forEach(signal => this.#receive(signal));
    this.#recovery.onResumed(missed.complete);
  }

  /** Other paths, other addresses: an ICE restart, by whoever makes the offers. */
  async #recover(): Promise<void> {
    this.#recovery.begun();
    const pc = this.#pc;
    if (!this.#offering && !pc?.remoteDescription) {
      this.#askForOffer();
      return;
    }
    if (!this.#offering && this.#partner !== undefined) {
      this.#askForAnother(this.#partner);
      return;
    }
    const iceServers = await this.#iceServers();
    if (!this.#closed && pc && pc === this.#pc) {
      pc.setConfiguration({ ...pc.getConfiguration(), iceServers });
      pc.restartIce();
      await this.#offer(pc.signalingState === 'have-local-offer');
    }
  }

  async #iceServers(): Promise<RTCIceServer[]> {
    if (!this.#servers || Date.parse(this.#servers.expiresAt) < Date.now() + 60_000) {
      // Without an answer a direct path may still be found; the next recovery asks again.
      this.#servers = await this.#client.iceServers().catch(() => this.#servers);
    }
    return this.#servers?.iceServers ?? [];
  }
}

/** As an uncaught error of the page: visible, and not ours to interpret. */
function report(error: unknown): void {
  setTimeout(() => { throw error; });
}

import { vi } from 'vitest';

class FakeTrack {
  constructor(readonly kind: string) {}
}

class FakeStream {
  readonly #tracks: FakeTrack[] = [];

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  getTracks(): FakeTrack[] {
    return this.#tracks;
  }
}

/** A description: who wrote it, and the how manieth of theirs it is. */
export interface Sdp {
  type: 'offer' | 'answer';
  sdp: string;
}

/** As much of an RTCPeerConnection as a peer touches: the signaling state machine, and no media. */
export class FakePeerConnection {
  static made: FakePeerConnection[] = [];
  /** Unless a test says otherwise candidates are found before anybody looks. */
  static gathers = false;
  /** What the partner described takes its time; events come meanwhile. */
  static isSlow = false;
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: Sdp | null = null;
  remoteDescription: Sdp | null = null;
  restarts = 0;
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly #lines: { receiver: { track: FakeTrack }; sender: { track: FakeTrack | null }; direction: string }[] = [];
  readonly #number = FakePeerConnection.made.push(this);
  #descriptions = 0;
  #needsNegotiation = false;
  #configuration: RTCConfiguration;
  ontrack: ((event: { track: FakeTrack }) => void) | null = null;
  onicecandidate: ((event: { candidate: { toJSON(): RTCIceCandidateInit } | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;

  constructor(configuration: RTCConfiguration) {
    this.#configuration = configuration;
  }

  get sends(): string[] {
    return this.#lines.flatMap(line => line.sender.track?.kind ?? []);
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  addTrack(track: FakeTrack): void {
    this.#addLine(track.kind, track);
  }

  addTransceiver(kind: string): void {
    this.#addLine(kind, null);
  }

  getTransceivers(): unknown[] {
    return this.#lines;
  }

  getConfiguration(): RTCConfiguration {
    return this.#configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#configuration = configuration;
  }

  async setLocalDescription(): Promise<void> {
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.localDescription = { type, sdp: `connection ${this.#number} description ${++this.#descriptions}${FakePeerConnection.gathers ? '' : '\na=candidate:1'}` };
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
    this.#needsNegotiation = false;
  }

  async setRemoteDescription({ type, sdp }: Sdp): Promise<void> {
    await (FakePeerConnection.isSlow ? new Promise(resolve => setTimeout(resolve, 10)) : undefined);
    if (type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new DOMException('no offer to answer', 'InvalidStateError');
    }
    this.remoteDescription = { type, sdp };
    this.signalingState = type === 'offer' ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    this.candidates.push(candidate);
  }

  restartIce(): void {
    this.restarts++;
  }

  close(): void {
    this.connectionState = 'closed';
    this.signalingState = 'closed';
  }

  #addLine(kind: string, track: FakeTrack | null): void {
    this.#lines.push({ receiver: { track: new FakeTrack(kind) }, sender: { track }, direction: 'sendrecv' });
    this.#needsNegotiation = true;
    // As in a browser: a task of its own, and only if it is still so.
    setTimeout(() => {
      if (this.#needsNegotiation && this.signalingState === 'stable') {
        this.#needsNegotiation = false;
        this.onnegotiationneeded?.();
      }
    });
  }
}

/** The browser's WebRTC is the fake one, until `vi.unstubAllGlobals`. */
export function useFakeRtc(): void {
  FakePeerConnection.made = [];
  FakePeerConnection.gathers = FakePeerConnection.isSlow = false;
  vi.stubGlobal('RTCPeerConnection', FakePeerConnection);
  vi.stubGlobal('MediaStream', FakeStream);
}

export function cameraAndMicrophone(): MediaStream {
  const stream = new FakeStream();
  stream.addTrack(new FakeTrack('audio'));
  stream.addTrack(new FakeTrack('video'));
  return stream as unknown as MediaStream;
}

/** What the page hears of the network, until `vi.unstubAllGlobals`. */
export function useFakeNetwork(): { back(): void; become(type: string | undefined): void } {
  const page = new EventTarget();
  const connection = Object.assign(new EventTarget(), { type: 'wifi' as string | undefined });
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('navigator', { connection });
  return {
    back: () => void page.dispatchEvent(new Event('online')),
    become: type => {
      connection.type = type;
      connection.dispatchEvent(new Event('change'));
    },
  };
}

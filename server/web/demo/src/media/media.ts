import { constraintsOf, isAllowed, type Kind, kinds, listDevices, type MediaTrouble, rememberDevice, troubleOf } from './devices.ts';

/**
 * My camera and microphone: opened once, shared by the preview and the call, switched while they run. What is missing
 * does not keep anybody from taking part. Dispatches `change` whenever stream, trouble or switches did.
 */
export class Media extends EventTarget {
  /** Always the same tracks that are sent; replaced as a whole when one of them changes. */
  stream: MediaStream | undefined;
  trouble: MediaTrouble | undefined;
  readonly #on: Record<Kind, boolean> = { video: true, audio: true };
  /** What was running since it was opened: when it is lost and comes back, it is taken again. */
  readonly #had = new Set<Kind>();
  readonly #onLost = (): void => void this.#onDevices();
  #opening: Promise<void> | undefined;
  /** What was asked for before a close must not come on after it. */
  #closes = 0;

  constructor() {
    super();
    // A camera that was pulled out or plugged in. Absent where the page may not use devices at all.
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener('devicechange', this.#onLost);
  }

  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  isOn(kind: Kind): boolean {
    return this.#on[kind] && this.track(kind) !== undefined;
  }

  track(kind: Kind): MediaStreamTrack | undefined {
    return this.stream?.getTracks().find(track => track.kind === kind && track.readyState === 'live');
  }

  /** Opens what is not open; a second call waits for the first. */
  async open(): Promise<MediaStream | undefined> {
    if (!this.#opening) {
      this.#opening = this.#open();
      this.#changed();
    }
    await this.#opening;
    return this.stream;
  }

  /** Who is muted stays muted. */
  async retry(): Promise<void> {
    this.close();
    await this.open();
  }

  /** The lights go out. Switches and chosen devices are remembered. */
  close(): void {
    this.#closes++;
    this.#opening = undefined;
    this.#had.clear();
    stop(this.stream);
    this.#set(undefined, undefined);
  }

  async toggle(kind: Kind): Promise<void> {
    const track = this.track(kind);
    this.#on[kind] = !track?.enabled;
    if (track) {
      track.enabled = this.#on[kind];
      this.#changed();
    } else {
      await this.retry();
    }
  }

  async choose(kind: Kind, deviceId: string): Promise<void> {
    rememberDevice(kind, deviceId);
    await this.#replace(kind, { ...constraintsOf(kind), deviceId: { exact: deviceId } });
  }

  async #open(): Promise<void> {
    const closes = this.#closes;
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices) {
      this.#set(undefined, 'unsupported');
      return;
    }
    let first: MediaTrouble | undefined;
    let stream: MediaStream | undefined;
    for (const wish of [kinds, ['audio'], ['video']] as const) {
      if (first === 'denied' && !await isAllowed(...wish)) {
        continue; // one of the two may be allowed; do not ask again for the other
      }
      try {
        stream = await devices.getUserMedia(Object.fromEntries(wish.map(kind => [kind, constraintsOf(kind)])));
      } catch (error) {
        first ??= troubleOf(error);
      }
      if (closes !== this.#closes) {
        stop(stream); // closed while the browser asked
        return;
      }
      if (stream) {
        break;
      }
    }
    this.#set(stream, first);
  }

  async #replace(kind: Kind, wish: MediaTrackConstraints): Promise<void> {
    const closes = this.#closes;
    try {
      // Some cameras open only once: let go of the old one first.
      this.track(kind)?.stop();
      const fresh = await navigator.mediaDevices.getUserMedia({ [kind]: wish });
      if (closes !== this.#closes) {
        stop(fresh);
        return;
      }
      this.track(kind)?.stop(); // one that was chosen meanwhile
      const others = this.#live().filter(track => track.kind !== kind);
      this.#set(new MediaStream([...others, ...fresh.getTracks()]), others.length > 0 ? undefined : this.trouble);
    } catch (error) {
      if (closes === this.#closes) {
        this.#dropLost(troubleOf(error));
      }
    }
  }

  async #onDevices(): Promise<void> {
    const closes = this.#closes;
    for (const kind of this.#had) {
      if (!this.track(kind) && (await listDevices(kind)).length > 0 && closes === this.#closes) {
        await this.#replace(kind, constraintsOf(kind));
      }
    }
    if (closes === this.#closes && this.stream && this.#live().length < this.stream.getTracks().length) {
      this.#dropLost('missing');
    } else {
      this.#changed();
    }
  }

  /** What has ended is no longer sent: the partner would look at its last picture. */
  #dropLost(trouble: MediaTrouble): void {
    const live = this.#live();
    this.#set(live.length > 0 ? new MediaStream(live) : undefined, trouble);
  }

  #live(): MediaStreamTrack[] {
    return this.stream?.getTracks().filter(track => track.readyState === 'live') ?? [];
  }

  #set(stream: MediaStream | undefined, trouble: MediaTrouble | undefined): void {
    this.stream = stream;
    this.trouble = trouble;
    for (const track of stream?.getTracks() ?? []) {
      const kind = track.kind as Kind;
      track.enabled = this.#on[kind];
      track.addEventListener('ended', this.#onLost); // not when it is stopped here
      this.#had.add(kind);
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function stop(stream: MediaStream | undefined): void {
  stream?.getTracks().forEach(track => track.stop());
}

import { constraintsOf, type Kind, listDevices, type MediaTrouble, rememberDevice, troubleOf } from './devices.ts';

const kinds = ['video', 'audio'] as const;

/**
 * My camera and microphone: opened once, shared by the preview and the call, switched while they run. What is missing
 * does not keep anybody from taking part. Dispatches `change` whenever stream, trouble or switches did.
 */
export class Media extends EventTarget {
  /** Always the same tracks that are sent; replaced as a whole when one of them changes. */
  stream: MediaStream | undefined;
  trouble: MediaTrouble | undefined;
  #on: Record<Kind, boolean> = { video: true, audio: true };
  #opening: Promise<void> | undefined;

  constructor() {
    super();
    // A camera that was pulled out or plugged in. Absent where the page may not use devices at all.
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener('devicechange', () => void this.#onDevices());
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
    await (this.#opening ??= this.#open());
    return this.stream;
  }

  async retry(): Promise<void> {
    this.#on = { video: true, audio: true };
    this.close();
    await this.open();
  }

  /** The lights go out. Switches and chosen devices are remembered. */
  close(): void {
    this.#opening = undefined;
    this.stream?.getTracks().forEach(track => track.stop());
    this.#set(undefined, undefined);
  }

  async toggle(kind: Kind): Promise<void> {
    const track = this.track(kind);
    if (track) {
      this.#on[kind] = track.enabled = !track.enabled;
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
    const opening = this.#opening;
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices) {
      this.#set(undefined, 'unsupported');
      return;
    }
    let first: unknown;
    let stream: MediaStream | undefined;
    for (const wish of [{ video: constraintsOf('video'), audio: constraintsOf('audio') }, { audio: constraintsOf('audio') }, { video: constraintsOf('video') }]) {
      try {
        stream = await devices.getUserMedia(wish);
        break;
      } catch (error) {
        first ??= error;
        if (troubleOf(error) === 'denied') {
          break;
        }
      }
    }
    if (opening !== undefined && opening !== this.#opening) {
      stream?.getTracks().forEach(track => track.stop()); // closed while the browser asked
      return;
    }
    this.#set(stream, first === undefined ? undefined : troubleOf(first));
  }

  async #replace(kind: Kind, wish: MediaTrackConstraints): Promise<void> {
    try {
      // Some cameras open only once: let go of the old one first.
      this.track(kind)?.stop();
      const fresh = await navigator.mediaDevices.getUserMedia({ [kind]: wish });
      const others = this.stream?.getTracks().filter(track => track.kind !== kind && track.readyState === 'live') ?? [];
      this.#opening ??= Promise.resolve();
      this.#set(new MediaStream([...others, ...fresh.getTracks()]), undefined);
    } catch (error) {
      this.#set(this.stream, troubleOf(error));
    }
  }

  async #onDevices(): Promise<void> {
    for (const kind of kinds) {
      const lost = this.stream?.getTracks().some(track => track.kind === kind && track.readyState === 'ended') ?? false;
      if (lost && (await listDevices(kind)).length > 0) {
        await this.#replace(kind, constraintsOf(kind));
      }
    }
    this.#changed();
  }

  #set(stream: MediaStream | undefined, trouble: MediaTrouble | undefined): void {
    this.stream = stream;
    this.trouble = trouble;
    for (const kind of kinds) {
      stream?.getTracks().filter(track => track.kind === kind).forEach(track => { track.enabled = this.#on[kind]; });
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

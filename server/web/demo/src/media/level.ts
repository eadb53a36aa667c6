import { h } from '../../../ui/dom.ts';

const bars = 14;
const gestures = ['pointerdown', 'keydown'] as const;

/** How loud the microphone is, for the eyes. Runs while it is on the page. */
export class LevelMeter {
  readonly element = h('div', { class: 'level', 'data-testid': 'level', 'aria-hidden': 'true' },
    ...Array.from({ length: bars }, () => h('span')));
  /** A page that was just opened may not use sound before a gesture; what begins asleep has to be woken. */
  readonly #wake = (): void => void this.#sound?.resume();
  #sound: AudioContext | undefined;
  #track: MediaStreamTrack | undefined;

  listenTo(track: MediaStreamTrack | undefined): void {
    if (track === this.#track) {
      return;
    }
    this.close();
    this.#track = track;
    if (track) {
      const sound = this.#sound = new AudioContext();
      const analyser = new AnalyserNode(sound, { fftSize: 512 });
      sound.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      gestures.forEach(gesture => addEventListener(gesture, this.#wake));
      this.#draw(sound, analyser, new Float32Array(analyser.fftSize));
    }
  }

  close(): void {
    gestures.forEach(gesture => removeEventListener(gesture, this.#wake));
    void this.#sound?.close();
    this.#sound = this.#track = undefined;
    this.#show(0);
  }

  #draw(sound: AudioContext, analyser: AnalyserNode, samples: Float32Array<ArrayBuffer>): void {
    if (sound !== this.#sound) {
      return;
    }
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    // From -60 dB, a quiet room, to -12 dB, a loud voice.
    this.#show(loudness === 0 ? 0 : (20 * Math.log10(loudness) + 60) / 48);
    setTimeout(() => requestAnimationFrame(() => this.#draw(sound, analyser, samples)), 50);
  }

  #show(part: number): void {
    const lit = Math.round(Math.min(1, Math.max(0, part)) * bars);
    this.element.dataset.lit = String(lit);
    [...this.element.children].forEach((bar, i) => bar.classList.toggle('lit', i < lit));
  }
}

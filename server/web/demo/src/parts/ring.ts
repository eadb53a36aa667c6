const everyMs = 2000;
const title = document.title;

/**
 * Two soft tones and the window's title, until stopped. Silent where the browser allows no sound yet. No names in the
 * title: browsers keep it in their history.
 */
export function ring(words: string): () => void {
  const sound = new AudioContext();
  let on = false;
  const step = (): void => {
    on = !on;
    document.title = on ? words : title;
    if (sound.state === 'running') {
      tone(sound, 660, 0);
      tone(sound, 880, 0.18);
    }
  };
  step();
  const timer = setInterval(step, everyMs);
  return () => {
    clearInterval(timer);
    document.title = title;
    void sound.close();
  };
}

function tone(sound: AudioContext, frequency: number, after: number): void {
  const at = sound.currentTime + after;
  const volume = new GainNode(sound, { gain: 0 });
  const wave = new OscillatorNode(sound, { frequency });
  volume.gain.setTargetAtTime(0.08, at, 0.01);
  volume.gain.setTargetAtTime(0, at + 0.12, 0.04);
  wave.connect(volume).connect(sound.destination);
  wave.start(at);
  wave.stop(at + 0.5);
}

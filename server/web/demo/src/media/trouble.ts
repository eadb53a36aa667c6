import type { MediaTrouble } from './devices.ts';
import type { Media } from './media.ts';

export interface TroubleWords {
  title: string;
  /** What to do about it, step by step. */
  steps: readonly string[];
  /** How one takes part meanwhile. */
  meanwhile: string;
}

/** One of the two may be there all the same. */
const lacks = {
  both: { name: 'camera or microphone', allow: 'camera and microphone', meanwhile: 'You take part without: you see and hear, and can write.' },
  camera: { name: 'camera', allow: 'the camera', meanwhile: 'Others hear you, and do not see you.' },
  microphone: { name: 'microphone', allow: 'the microphone', meanwhile: 'Others see you, and do not hear you.' },
} as const;

export function troubleWords(trouble: MediaTrouble, media: Media): TroubleWords {
  const lack = lacks[media.track('audio') ? 'camera' : media.track('video') ? 'microphone' : 'both'];
  const again = 'Press “Try again” here.';
  const words: Readonly<Record<MediaTrouble, Omit<TroubleWords, 'meanwhile'>>> = {
    denied: {
      title: lack === lacks.both ? 'Camera and microphone are not allowed' : `Your ${lack.name} is not allowed`,
      steps: ['Press the camera or lock sign in the address bar.', `Allow ${lack.allow} for this page.`, again],
    },
    missing: { title: `No ${lack.name} was found`, steps: ['Plug one in, or switch it on.', again] },
    in_use: { title: `Your ${lack.name} is in use`, steps: ['Close other programs and tabs that use it.', again] },
    unsupported: { title: 'This page may not use the camera', steps: ['Open it over https, or on this computer as localhost.'] },
  };
  return { ...words[trouble], meanwhile: lack.meanwhile };
}

import type { MediaTrouble } from './devices.ts';

export interface TroubleWords {
  title: string;
  /** What to do about it, step by step. */
  steps: readonly string[];
}

export const troubleWords: Readonly<Record<MediaTrouble, TroubleWords>> = {
  denied: {
    title: 'Camera and microphone are not allowed',
    steps: ['Press the camera or lock sign in the address bar.', 'Allow camera and microphone for this page.', 'Press “Try again” here.'],
  },
  missing: {
    title: 'No camera or microphone was found',
    steps: ['Plug one in, or switch it on.', 'Press “Try again” here.'],
  },
  in_use: {
    title: 'Camera or microphone is in use',
    steps: ['Close other programs and tabs that use it.', 'Press “Try again” here.'],
  },
  unsupported: {
    title: 'This page may not use the camera',
    steps: ['Open it over https, or on this computer as localhost.'],
  },
};

export const withoutCamera = 'You can take part without: you see and hear, and can write.';

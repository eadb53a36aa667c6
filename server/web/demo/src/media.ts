export type MediaTrouble = 'denied' | 'missing' | 'in_use' | 'unsupported';

export interface LocalMedia {
  stream: MediaStream | undefined;
  trouble: MediaTrouble | undefined;
}

export const troubleTexts: Readonly<Record<MediaTrouble, string>> = {
  denied: 'Camera and microphone are not allowed. You take part without; to change that, allow them in the address bar and try again.',
  missing: 'No camera or microphone was found. You take part without.',
  in_use: 'Camera or microphone is in use by another program. You take part without.',
  unsupported: 'This browser offers no camera here. You take part without.',
};

let current: Promise<LocalMedia> | undefined;

/** Camera and microphone, asked for once; what is missing does not keep anybody from taking part. */
export function openMedia(): Promise<LocalMedia> {
  return current ??= open();
}

export async function closeMedia(): Promise<void> {
  const closing = current;
  current = undefined;
  (await closing)?.stream?.getTracks().forEach(track => track.stop());
}

async function open(): Promise<LocalMedia> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) {
    return { stream: undefined, trouble: 'unsupported' };
  }
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } };
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  let first: unknown;
  for (const wish of [{ video, audio }, { audio }, { video }]) {
    try {
      const stream = await devices.getUserMedia(wish);
      return { stream, trouble: wish.video ? undefined : troubleOf(first) };
    } catch (error) {
      first ??= error;
      if (troubleOf(error) === 'denied') {
        break;
      }
    }
  }
  return { stream: undefined, trouble: troubleOf(first) };
}

function troubleOf(error: unknown): MediaTrouble {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' ? 'denied' : name === 'NotFoundError' ? 'missing' : 'in_use';
}

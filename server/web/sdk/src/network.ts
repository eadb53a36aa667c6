import type { Unsubscribe } from './emitter.ts';

/** What browsers tell of the network; only some have it, and TypeScript does not know it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** One change comes as several events. */
const settleMs = 300;

/** Tells when the device is on another network, or on one again. */
export function onNetworkChange(handler: () => void): Unsubscribe {
  const network = (globalThis.navigator as { connection?: NetworkInformation } | undefined)?.connection;
  let type = network?.type;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(handler, settleMs);
  };
  const changed = (): void => {
    // The event also comes with every new estimate of the speed.
    if (network?.type !== type) {
      type = network?.type;
      soon();
    }
  };
  globalThis.addEventListener?.('online', soon);
  network?.addEventListener('change', changed);
  return () => {
    clearTimeout(timer);
    globalThis.removeEventListener?.('online', soon);
    network?.removeEventListener('change', changed);
  };
}

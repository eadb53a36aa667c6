import type { Peer } from '@matchmaker/client';
import { h, setText } from '../../../ui/dom.ts';

type Quality = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';

const everyMs = 2000;
const words: Readonly<Record<Quality, string>> = {
  unknown: 'Connecting', good: 'Good connection', fair: 'Fair connection', poor: 'Poor connection', lost: 'No connection',
};

interface Sample {
  received: number;
  lost: number;
  roundTripMs: number;
}

/** A dot that says how the media flows: packets lost since the last look, and the round trip. */
export class QualityDot {
  readonly #text = h('span', { class: 'heard' });
  readonly element = h('span', { class: 'quality', 'data-testid': 'quality', tabindex: 0 }, this.#text);
  readonly #peer: Peer;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: Sample = { received: 0, lost: 0, roundTripMs: 0 };

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#timer = setInterval(() => void this.#look(), everyMs);
    this.#show('unknown', '');
  }

  leave(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#peer.state !== 'connected') {
      this.#show(this.#last.received > 0 ? 'lost' : 'unknown', '');
      return;
    }
    const now = read(await this.#peer.stats());
    const received = Math.max(0, now.received - this.#last.received);
    const lost = Math.max(0, now.lost - this.#last.lost);
    this.#last = now;
    const share = received + lost === 0 ? 0 : lost / (received + lost);
    const quality = share > 0.08 || now.roundTripMs > 600 ? 'poor' : share > 0.02 || now.roundTripMs > 250 ? 'fair' : 'good';
    this.#show(quality, `: ${Math.round(now.roundTripMs)} ms, ${(share * 100).toFixed(share > 0 && share < 0.01 ? 1 : 0)} % lost`);
  }

  #show(quality: Quality, details: string): void {
    this.element.dataset.quality = quality;
    this.element.title = words[quality] + details;
    setText(this.#text, words[quality]);
  }
}

function read(stats: RTCStatsReport | undefined): Sample {
  const sample: Sample = { received: 0, lost: 0, roundTripMs: 0 };
  stats?.forEach((report: RTCStats) => {
    if (report.type === 'inbound-rtp') {
      const { packetsReceived = 0, packetsLost = 0 } = report as RTCInboundRtpStreamStats;
      sample.received += packetsReceived;
      sample.lost += packetsLost;
    } else if (report.type === 'candidate-pair') {
      const { nominated, state, currentRoundTripTime = 0 } = report as RTCIceCandidatePairStats;
      sample.roundTripMs = nominated && state === 'succeeded' ? currentRoundTripTime * 1000 : sample.roundTripMs;
    }
  });
  return sample;
}

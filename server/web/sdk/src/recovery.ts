import { onNetworkChange } from './network.ts';

const tickMs = 1000;
/** How long a state may last before something is done about it. */
const patienceMs: Partial<Record<RTCPeerConnectionState, number>> = { failed: 0, disconnected: 4000, connecting: 9000, new: 9000 };
/** The side that does not offer gives the other one time to act, so that they do not both do it. */
const waitForOfferMs = 3000;
const betweenMs = 8000;

/** What there is to watch. */
export interface Patient {
  state(): RTCPeerConnectionState;
  offering(): boolean;
  /** Whether the hub is there to carry what a recovery says. */
  online(): boolean;
  recover(): void;
}

/**
 * Decides when a connection needs other paths: when it does not get anywhere, when the network changed, when signals
 * were lost. What is decided while the hub is away happens when it is back.
 */
export class Recovery {
  readonly #patient: Patient;
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #unsubscribe: () => void;
  #stuckSince: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #asked = false;

  constructor(patient: Patient) {
    this.#patient = patient;
    this.#ticker = setInterval(() => this.look(), tickMs);
    this.#unsubscribe = onNetworkChange(() => this.ask());
  }

  /** Now, or as soon as the hub is back. */
  ask(): void {
    this.#asked = !this.#patient.online();
    if (!this.#asked) {
      this.#patient.recover();
    }
  }

  /** The hub is back. */
  onResumed(complete: boolean): void {
    if (this.#asked || !complete) {
      this.ask();
    }
  }

  look(): void {
    const patience = patienceMs[this.#patient.state()];
    if (patience === undefined) {
      this.#stuckSince = undefined;
      return;
    }
    const now = performance.now();
    this.#stuckSince ??= now;
    if (!this.#patient.online()) {
      return; // patience runs on; there is nobody to carry what would be said
    }
    const due = this.#stuckSince + patience + (this.#patient.offering() ? 0 : waitForOfferMs);
    if (now >= due && now >= this.#last + betweenMs) {
      this.#patient.recover();
    }
  }

  /** There is a new connection. */
  fresh(): void {
    this.#stuckSince = undefined;
  }

  /** A recovery is under way: it has its time. */
  begun(): void {
    this.#stuckSince = undefined;
    this.#last = performance.now();
  }

  stop(): void {
    clearInterval(this.#ticker);
    this.#unsubscribe();
  }
}

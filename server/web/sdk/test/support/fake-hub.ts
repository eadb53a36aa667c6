import type { ConnectionState, IceServers, Json, Resumed, Signal, SignalingClient, SignalKind, Unsubscribe } from '../../src/index.ts';
import { MatchmakerError } from '../../src/index.ts';
import { idle } from './fake-server.ts';
import { call } from './samples.ts';

type Heard = { callId: string } & Signal;

/** One member's end of a hub that carries signals at once, and knows nothing else. */
export class FakeHubEnd implements SignalingClient {
  state: ConnectionState = { state: 'online' };
  /** Everything that this member sent. */
  readonly sent: Signal[] = [];
  partner: FakeHubEnd | undefined;
  readonly #onSignal = new Set<(signal: Heard) => void>();
  readonly #onResumed = new Set<(resumed: Resumed) => void>();

  on(event: 'signal' | 'resumed', handler: ((signal: Heard) => void) & ((resumed: Resumed) => void)): Unsubscribe {
    const handlers = (event === 'signal' ? this.#onSignal : this.#onResumed) as Set<unknown>;
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  async signal(callId: string, kind: SignalKind, data: Json): Promise<void> {
    if (this.state.state !== 'online') {
      throw new MatchmakerError('offline', '');
    }
    this.sent.push({ kind, data });
    this.partner?.hear(kind, data, callId);
  }

  async iceServers(): Promise<IceServers> {
    return { iceServers: [{ urls: ['stun:127.0.0.1'] }], expiresAt: '2099-01-01T00:00:00.000Z', provider: 'stun' };
  }

  hear(kind: SignalKind, data: Json, callId = 'c1'): void {
    this.#onSignal.forEach(handler => handler({ callId, kind, data }));
  }

  /** How many listen. */
  get handlers(): number {
    return this.#onSignal.size + this.#onResumed.size;
  }

  away(): void {
    this.state = { state: 'reconnecting' };
  }

  back(complete = true, signals: Signal[] = []): void {
    this.state = { state: 'online' };
    this.#onResumed.forEach(handler => handler({ ...idle, call: call('c1', 1), missed: { chat: [], signals, complete } }));
  }

  kinds(): SignalKind[] {
    return this.sent.map(({ kind }) => kind);
  }
}

export function pairOfHubEnds(): [FakeHubEnd, FakeHubEnd] {
  const [one, other] = [new FakeHubEnd(), new FakeHubEnd()];
  one.partner = other;
  other.partner = one;
  return [one, other];
}

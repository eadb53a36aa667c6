import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { CasesChanged } from './shapes.ts';

const retryMs = 2000;

export interface LiveOwner {
  changed(changed: CasesChanged): void;
  isLive(isLive: boolean): void;
  /** Whether to connect again; the place to notice that the session is over, which a refused socket does not tell. */
  goesOn(): Promise<boolean>;
}

/** Hears that something changed, for as long as somebody is signed in. What changed is asked for by the pages. */
export class Live {
  readonly #owner: LiveOwner;
  #hub: HubConnection | undefined;

  constructor(owner: LiveOwner) {
    this.#owner = owner;
  }

  start(): void {
    this.stop();
    const hub = this.#hub = new HubConnectionBuilder()
      .withUrl('/hubs/admin', { skipNegotiation: true, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    hub.on('casesChanged', changed => this.#owner.changed(changed));
    hub.onclose(() => this.#lost(hub));
    void this.#open(hub);
  }

  stop(): void {
    const hub = this.#hub;
    this.#hub = undefined;
    void hub?.stop();
  }

  async #open(hub: HubConnection): Promise<void> {
    try {
      await hub.start();
      this.#owner.isLive(this.#hub === hub);
    } catch {
      this.#lost(hub);
    }
  }

  #lost(hub: HubConnection): void {
    if (this.#hub === hub) {
      this.#owner.isLive(false);
      setTimeout(() => void this.#again(hub), retryMs * (0.5 + Math.random()));
    }
  }

  async #again(hub: HubConnection): Promise<void> {
    if (this.#hub === hub && await this.#owner.goesOn() && this.#hub === hub) {
      await this.#open(hub);
    }
  }
}

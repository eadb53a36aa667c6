import type { InviteEnded, LiveInvite } from '@matchmaker/client';
import type { App } from './app.ts';
import { IncomingInvite, OutgoingInvite } from './invites.ts';

/** The invites that ring on this page: any number that ask me, and the one with which I ask. */
export class Ringing {
  readonly #app: App;
  readonly #root: HTMLElement;
  readonly #incoming = new Map<string, IncomingInvite>();
  #outgoing: OutgoingInvite | undefined;

  constructor(app: App, root: HTMLElement) {
    this.#app = app;
    this.#root = root;
  }

  receive(invite: LiveInvite): void {
    if (invite.from.id === this.#app.me?.id) {
      // After a reload: the invite rings on, and names nobody.
      this.ask(new OutgoingInvite(this.#app, undefined, invite.inviteId, invite.callSeconds, invite.remainingSeconds));
    } else if (!this.#incoming.has(invite.inviteId)) {
      const shown = new IncomingInvite(this.#app, invite);
      this.#incoming.set(invite.inviteId, shown);
      this.#show(shown);
    }
  }

  ask(invite: OutgoingInvite): void {
    this.#outgoing?.close();
    this.#outgoing = invite;
    this.#show(invite);
  }

  extend(inviteId: string, remainingSeconds: number): void {
    this.#find(inviteId)?.extend(remainingSeconds);
  }

  end({ inviteId, outcome }: InviteEnded): void {
    if (this.#outgoing?.inviteId === inviteId) {
      const name = this.#outgoing.person?.name ?? 'The other person';
      const texts = { declined: `${name} would rather not.`, expired: `${name} did not answer.`, unavailable: `${name} is gone.` };
      if (outcome in texts) {
        this.#app.notices.say(texts[outcome as keyof typeof texts]);
      }
    }
    this.close(inviteId);
  }

  close(inviteId: string): void {
    const invite = this.#find(inviteId);
    const hadFocus = invite?.element.contains(document.activeElement) === true;
    invite?.close();
    this.#incoming.delete(inviteId);
    if (this.#outgoing?.inviteId === inviteId) {
      this.#outgoing = undefined;
    }
    if (hadFocus) {
      document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    }
  }

  /** After a reconnect: only what the server still knows of rings on. */
  keep(live: LiveInvite[]): void {
    const ids = new Set(live.map(invite => invite.inviteId));
    for (const id of [...this.#incoming.keys(), ...this.#outgoing ? [this.#outgoing.inviteId] : []]) {
      if (!ids.has(id)) {
        this.close(id);
      }
    }
    live.filter(invite => !this.#find(invite.inviteId)).forEach(invite => this.receive(invite));
  }

  stop(): void {
    this.keep([]);
  }

  #find(inviteId: string): IncomingInvite | OutgoingInvite | undefined {
    return this.#incoming.get(inviteId) ?? (this.#outgoing?.inviteId === inviteId ? this.#outgoing : undefined);
  }

  #show(invite: IncomingInvite | OutgoingInvite): void {
    this.#root.append(invite.element);
    invite.focus();
  }
}

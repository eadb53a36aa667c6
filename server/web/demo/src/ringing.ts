import type { InviteEnded, LiveInvite } from '@matchmaker/client';
import type { App } from './app.ts';
import { IncomingInvite, OutgoingInvite } from './invites.ts';

/** The invites that ring on this page: those that ask me, and those with which I ask. */
export class Ringing {
  readonly #app: App;
  readonly #root: HTMLElement;
  readonly #invites = new Map<string, IncomingInvite | OutgoingInvite>();
  /** Where the focus was before they took it. */
  #before: Element | null = null;

  constructor(app: App, root: HTMLElement) {
    this.#app = app;
    this.#root = root;
  }

  receive(invite: LiveInvite): void {
    if (this.#invites.has(invite.inviteId)) {
      return;
    }
    // Mine after a reload: it rings on, and names nobody.
    this.#show(invite.from.id === this.#app.me?.id
      ? new OutgoingInvite(this.#app, undefined, invite.inviteId, invite.callSeconds, invite.remainingSeconds)
      : new IncomingInvite(this.#app, invite));
  }

  ask(invite: OutgoingInvite): void {
    if (!this.#invites.has(invite.inviteId)) {
      this.#show(invite);
    }
  }

  extend(inviteId: string, remainingSeconds: number): void {
    this.#invites.get(inviteId)?.extend(remainingSeconds);
  }

  end({ inviteId, outcome }: InviteEnded): void {
    const invite = this.#invites.get(inviteId);
    if (invite instanceof OutgoingInvite) {
      const name = invite.person?.name ?? 'The other person';
      const texts = { declined: `${name} would rather not.`, expired: `${name} did not answer.`, unavailable: `${name} is gone.` };
      if (outcome in texts) {
        this.#app.notices.say(texts[outcome as keyof typeof texts]);
      }
    }
    this.close(inviteId);
  }

  close(inviteId: string): void {
    const invite = this.#invites.get(inviteId);
    const hadFocus = invite?.element.contains(document.activeElement) === true;
    invite?.close();
    this.#invites.delete(inviteId);
    if (hadFocus) {
      this.#passFocus();
    }
  }

  /** After a reconnect: only what the server still knows of rings on. */
  keep(live: LiveInvite[]): void {
    const ids = new Set(live.map(invite => invite.inviteId));
    [...this.#invites.keys()].filter(id => !ids.has(id)).forEach(id => this.close(id));
    for (const invite of live) {
      this.extend(invite.inviteId, invite.remainingSeconds);
      this.receive(invite);
    }
  }

  stop(): void {
    this.keep([]);
  }

  #show(invite: IncomingInvite | OutgoingInvite): void {
    this.#invites.set(invite.inviteId, invite);
    if (!this.#root.contains(document.activeElement)) {
      this.#before = document.activeElement;
    }
    this.#rise();
    this.#root.append(invite.element);
    invite.focus();
  }

  /** What is not in an open dialog cannot be answered while it is open. */
  #rise(): void {
    const dialog = document.querySelector('dialog[open]');
    if (dialog && !dialog.contains(this.#root)) {
      dialog.append(this.#root);
      dialog.addEventListener('close', () => document.body.append(this.#root), { once: true });
    }
  }

  #passFocus(): void {
    const other = [...this.#invites.values()].at(-1)?.element;
    const before = this.#before instanceof HTMLElement && this.#before !== document.body ? this.#before : undefined;
    for (const next of [other, before, document.querySelector('main')]) {
      next?.focus({ preventScroll: true });
      if (next && next === document.activeElement) {
        return; // what is hidden or gone does not take it
      }
    }
  }
}

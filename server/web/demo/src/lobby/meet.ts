import type { Gender, LiveStats, QueueStatus } from '@matchmaker/client';
import type { App } from '../app.ts';
import { h, setText } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { count, duration } from '../parts/format.ts';
import { callLength } from './length.ts';

const wantNames = { female: 'Women', male: 'Men', nonbinary: 'Non-binary people' } as const satisfies Partial<Record<Gender, string>>;
const statsEveryMs = 15_000;

/** The first way: whoever fits next. */
export class MeetAnyone {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #find: HTMLButtonElement;
  readonly #leave: HTMLButtonElement;
  readonly #status = h('p', { class: 'small' });
  readonly #live = h('p', { class: 'soft small', 'data-testid': 'live-stats' });
  readonly #wishes: HTMLFieldSetElement;
  readonly #waiting: HTMLElement;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(app: App) {
    this.#app = app;
    this.#find = h('button', { class: 'primary big wide', 'data-testid': 'meet-anyone', onclick: () => void app.joinQueue() }, 'Find someone');
    this.#leave = h('button', { class: 'big wide', 'data-testid': 'leave-queue', onclick: () => void app.leaveQueue() }, 'Stop looking');
    this.#wishes = h('fieldset', {}, h('legend', {}, 'I would like to meet'),
      h('div', { class: 'choices' }, ...this.#genders()), h('small', {}, 'Choose none to meet everybody.'));
    this.#waiting = h('div', { class: 'looking' }, h('span', { class: 'pulse' }, icon('people')), h('div', { class: 'grow', 'aria-live': 'polite', 'data-testid': 'queue-status' }, h('strong', {}, 'Looking for someone…'), this.#status));
    this.element = h('section', { class: 'card stack meet', 'aria-labelledby': 'anyone' },
      h('div', {}, h('h2', { id: 'anyone' }, 'Meet anyone'), this.#live),
      h('div', { class: 'stack swap' }, this.#wishes, callLength(app, 'Length of a call')),
      this.#waiting, this.#find, this.#leave);
    this.#timer = setInterval(() => void this.#askStats(), statsEveryMs);
    void this.#askStats();
  }

  leave(): void {
    clearInterval(this.#timer);
  }

  hold(isHeld: boolean): void {
    this.#find.disabled = isHeld;
  }

  show(status: QueueStatus | undefined): void {
    const hadFocus = document.activeElement === this.#find || document.activeElement === this.#leave;
    this.#find.hidden = this.#wishes.disabled = status !== undefined;
    this.element.classList.toggle('queued', status !== undefined);
    this.#leave.hidden = status === undefined;
    this.#waiting.hidden = status === undefined;
    if (status) {
      const widened = status.widened?.length ? ' Looking more widely now.' : '';
      const wait = status.estimatedWaitSeconds > 0 ? `, about ${duration(status.estimatedWaitSeconds)}` : '';
      setText(this.#status, `Place ${status.position} of ${status.waiting}${wait}.${widened}`);
    }
    if (hadFocus) {
      (status ? this.#leave : this.#find).focus();
    }
  }

  async #askStats(): Promise<void> {
    if (document.visibilityState === 'visible' && navigator.onLine) {
      // A figure in the margin: without an answer the last one stays.
      await this.#app.client.stats().then(stats => this.#showStats(stats), () => undefined);
    }
  }

  #showStats({ online, calls }: LiveStats): void {
    setText(this.#live, `${count(online, 'person', 'people')} online · ${count(calls, 'call', 'calls')}`);
  }

  #genders(): HTMLElement[] {
    const app = this.#app;
    return (Object.keys(wantNames) as (keyof typeof wantNames)[]).map(gender => {
      const box = h('input', { type: 'checkbox', id: `want-${gender}`, checked: app.wishes.wants?.includes(gender) ?? false, 'data-testid': `want-${gender}`,
        onchange: () => {
          const wants = new Set(app.wishes.wants);
          void (box.checked ? wants.add(gender) : wants.delete(gender));
          const { wants: _, ...rest } = app.wishes;
          app.wishes = wants.size > 0 ? { ...rest, wants: [...wants] } : rest;
        } });
      return h('div', { class: 'choice' }, box, h('label', { for: box.id }, wantNames[gender]));
    });
  }
}

import { h, setText } from './dom.ts';
import { element } from './icons.ts';

const radius = 28;
const around = 2 * Math.PI * radius;

/** A ring that empties and the seconds that are left; for the eyes only, so say the time in words too. */
export class Countdown {
  readonly element: HTMLElement;
  readonly #ring = element('circle', { cx: 32, cy: 32, r: radius, 'stroke-dasharray': around.toFixed(1) });
  readonly #seconds = h('span', { class: 'seconds' });
  #whole = 1;

  constructor() {
    const svg = element('svg', { viewBox: '0 0 64 64' });
    svg.append(element('circle', { cx: 32, cy: 32, r: radius }), this.#ring);
    this.element = h('span', { class: 'countdown', 'aria-hidden': 'true' }, svg, this.#seconds);
  }

  /** The first time, or a longer one, is the full ring. */
  show(seconds: number): void {
    this.#whole = Math.max(this.#whole, seconds);
    this.#ring.setAttribute('stroke-dashoffset', (around * (1 - seconds / this.#whole)).toFixed(1));
    setText(this.#seconds, String(seconds));
  }
}

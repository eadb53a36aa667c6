import { h } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';

const corners = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const;
type Corner = (typeof corners)[number];

const dragsFromPx = 6;

/** My own picture, small. Dragged, it settles in the nearest corner; a click or the arrow keys move it too. */
export class SelfView {
  readonly element: HTMLButtonElement;
  readonly #video = h('video', { autoplay: true, playsinline: true, muted: true, 'data-testid': 'self-video', 'aria-label': 'You' });
  readonly #off = h('span', { class: 'off', hidden: true }, icon('camera-off'));
  #corner: Corner = 'bottom-right';
  #from: { x: number; y: number } | undefined;
  #dragged = false;

  constructor() {
    this.#video.muted = true; // the attribute alone counts only for elements made by the parser
    this.element = h('button', {
      type: 'button', class: 'self', 'data-testid': 'self', 'aria-label': 'Your picture. Press to move it to the next corner.', title: 'Drag to move',
      onclick: () => this.#dragged || this.#settle(corners[(corners.indexOf(this.#corner) + 1) % corners.length]!),
      onkeydown: event => this.#onKey(event as KeyboardEvent),
      onpointerdown: event => this.#onDown(event as PointerEvent),
      onpointermove: event => this.#onMove(event as PointerEvent),
      onpointerup: event => this.#onUp(event as PointerEvent),
      onpointercancel: event => this.#onUp(event as PointerEvent),
    }, this.#video, this.#off);
    this.#settle(this.#corner);
  }

  show(stream: MediaStream | undefined, on = true): void {
    if (this.#video.srcObject !== (stream ?? null)) {
      this.#video.srcObject = stream ?? null;
    }
    this.element.hidden = stream === undefined;
    this.#off.hidden = on;
  }

  #settle(corner: Corner): void {
    this.#corner = corner;
    this.element.dataset.corner = corner;
    this.element.style.transform = '';
  }

  #onKey(event: KeyboardEvent): void {
    this.#dragged = false; // the click that follows a drag is none, that of a key is
    const [vertical, horizontal] = this.#corner.split('-') as ['top' | 'bottom', 'left' | 'right'];
    const moved: Partial<Record<string, Corner>> = {
      ArrowUp: `top-${horizontal}`, ArrowDown: `bottom-${horizontal}`, ArrowLeft: `${vertical}-left`, ArrowRight: `${vertical}-right`,
    };
    const corner = moved[event.key];
    if (corner) {
      event.preventDefault();
      this.#settle(corner);
    }
  }

  #onDown(event: PointerEvent): void {
    this.#from = { x: event.clientX, y: event.clientY };
    this.#dragged = false;
    this.element.setPointerCapture(event.pointerId);
  }

  #onMove(event: PointerEvent): void {
    if (!this.#from) {
      return;
    }
    const [x, y] = [event.clientX - this.#from.x, event.clientY - this.#from.y];
    this.#dragged ||= Math.hypot(x, y) > dragsFromPx;
    if (this.#dragged) {
      this.element.style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  #onUp(event: PointerEvent): void {
    this.#from = undefined;
    const stage = this.element.parentElement?.getBoundingClientRect();
    if (this.#dragged && stage) {
      const vertical = event.clientY < stage.top + stage.height / 2 ? 'top' : 'bottom';
      const horizontal = event.clientX < stage.left + stage.width / 2 ? 'left' : 'right';
      this.#settle(`${vertical}-${horizontal}`);
    }
  }
}

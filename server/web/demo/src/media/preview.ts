import { h, passFocus, setText } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import { isAllowed, type Kind, kinds, listDevices, type MediaTrouble } from './devices.ts';
import { LevelMeter } from './level.ts';
import type { Media } from './media.ts';
import { troubleWords } from './trouble.ts';

/** How I look and sound before anybody sees me: picture, switches, devices, the level of the microphone. */
export class Preview {
  readonly element: HTMLElement;
  readonly #media: Media;
  readonly #video = h('video', { autoplay: true, playsinline: true, muted: true, 'data-testid': 'preview', 'aria-label': 'Your camera' });
  readonly #instead = h('div', { class: 'instead' });
  readonly #trouble = h('div', { class: 'stack small', 'data-testid': 'preview-trouble', role: 'status', hidden: true });
  /** What the picture cannot say: that nobody hears me. */
  readonly #lack = h('p', { class: 'small', role: 'status', 'data-testid': 'preview-lack' });
  readonly #ask = h('button', { class: 'primary', 'data-testid': 'preview-ask', onclick: () => void this.#media.open() }, icon('camera'), 'Turn on camera');
  readonly #level = new LevelMeter();
  readonly #switches: Record<Kind, HTMLButtonElement>;
  readonly #pickers: Record<Kind, HTMLSelectElement>;
  readonly #devices: HTMLElement;
  readonly #update = (): void => this.#show();
  #left = false;

  constructor(media: Media) {
    this.#media = media;
    this.#video.muted = true; // the attribute alone counts only for elements made by the parser
    this.#switches = { video: this.#switch('video'), audio: this.#switch('audio') };
    this.#pickers = { video: this.#picker('video', 'camera', 'Camera'), audio: this.#picker('audio', 'microphone', 'Microphone') };
    this.#devices = h('div', { class: 'devices' }, this.#pickers.video, this.#pickers.audio);
    this.element = h('section', { class: 'preview', 'aria-label': 'Camera and microphone' },
      h('div', { class: 'picture' }, this.#video, this.#instead,
        h('div', { class: 'switches' }, this.#switches.audio, this.#switches.video, this.#level.element)),
      this.#lack, this.#devices);
    media.addEventListener('change', this.#update);
    this.#show();
    void this.#openIfAllowed();
  }

  leave(): void {
    this.#left = true;
    this.#media.removeEventListener('change', this.#update);
    this.#level.close();
    this.#video.srcObject = null;
  }

  async #openIfAllowed(): Promise<void> {
    if (!this.#media.isOpen && await isAllowed(...kinds) && !this.#left) {
      await this.#media.open();
    }
  }

  #switch(kind: Kind): HTMLButtonElement {
    return h('button', { type: 'button', class: 'round', 'data-testid': `preview-${kind}`, onclick: () => void this.#media.toggle(kind) });
  }

  #picker(kind: Kind, testId: string, label: string): HTMLSelectElement {
    const select = h('select', { 'data-testid': `device-${testId}`, 'aria-label': label, onchange: () => void this.#media.choose(kind, select.value) });
    return select;
  }

  #show(): void {
    const { stream, trouble } = this.#media;
    if (this.#video.srcObject !== (stream ?? null)) {
      this.#video.srcObject = stream ?? null;
    }
    this.#level.element.hidden = !this.#media.track('audio');
    this.#level.listenTo(this.#media.track('audio'));
    for (const kind of ['audio', 'video'] as const) {
      const name = kind === 'audio' ? 'microphone' : 'camera';
      const on = this.#media.isOn(kind);
      const button = this.#switches[kind];
      button.replaceChildren(icon(on ? name : `${name}-off`));
      button.toggleAttribute('data-off', !on);
      button.title = `Turn ${name} ${on ? 'off' : 'on'}`;
      button.setAttribute('aria-label', button.title);
      button.hidden = !this.#media.track(kind);
    }
    const shows = this.#media.isOn('video');
    this.#instead.hidden = shows;
    passFocus(this.#instead);
    this.#instead.replaceChildren(...this.#words());
    setText(this.#lack, shows && trouble ? this.#lackWords(trouble) : '');
    this.#lack.hidden = this.#lack.textContent === '';
    this.#devices.hidden = !stream;
    this.#trouble.hidden = trouble === undefined;
    void this.#listDevices();
  }

  #words(): Node[] {
    const { stream, trouble, isOpen } = this.#media;
    if (trouble && !stream) {
      return [icon('lens-off'), this.#troubleWords(trouble), h('button', { type: 'button', 'data-testid': 'preview-retry', onclick: () => void this.#media.retry() }, icon('retry'), 'Try again')];
    }
    if (stream) {
      return [icon('lens-off'), h('p', {}, this.#media.track('video') || !trouble ? 'Your camera is off.' : this.#lackWords(trouble))];
    }
    return isOpen
      ? [icon('lens'), h('p', {}, 'Your browser asks for camera and microphone.')]
      : [icon('lens'), h('p', {}, 'See how you look before anybody else does.'), this.#ask];
  }

  #troubleWords(trouble: MediaTrouble): HTMLElement {
    const words = troubleWords(trouble, this.#media);
    this.#trouble.replaceChildren(h('strong', {}, words.title), h('ol', {}, ...words.steps.map(step => h('li', {}, step))), h('p', { class: 'soft' }, words.meanwhile));
    return this.#trouble;
  }

  #lackWords(trouble: MediaTrouble): string {
    const { title, meanwhile } = troubleWords(trouble, this.#media);
    return `${title}. ${meanwhile}`;
  }

  async #listDevices(): Promise<void> {
    for (const kind of ['audio', 'video'] as const) {
      const select = this.#pickers[kind];
      const devices = await listDevices(kind);
      const current = this.#media.track(kind)?.getSettings().deviceId;
      select.replaceChildren(...devices.map((device, i) => h('option', { value: device.deviceId, selected: device.deviceId === current },
        device.label || `${kind === 'audio' ? 'Microphone' : 'Camera'} ${i + 1}`)));
      select.hidden = devices.length === 0;
    }
  }
}

import type { Call } from '@matchmaker/client';
import type { App } from '../app.ts';
import { confirmed, h, passFocus, setText } from '../../../ui/dom.ts';
import { icon, type IconName } from '../../../ui/icons.ts';
import type { Media } from '../media/media.ts';
import type { Kind } from '../media/devices.ts';
import type { Chat } from './chat.ts';
import { askReport } from '../safety/report.ts';
import { askSocials } from './socials.ts';

/** What one can do in a call; where there is little room, the rarer ones are behind "More". */
export class Controls {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #chat: Chat;
  readonly #mute = control('mute', 'microphone', 'Mute', 'M', () => void this.#app.media.toggle('audio'));
  readonly #camera = control('camera', 'camera', 'Camera', 'V', () => void this.#app.media.toggle('video'));
  readonly #toChat = control('chat-toggle', 'chat', 'Chat', 'C', () => this.#chat.toggle());
  readonly #unread = h('span', { class: 'unread', hidden: true });
  readonly #more = control('more', 'more', 'More', '', () => this.#openMore(this.#rare.dataset.open === undefined));
  readonly #rare: HTMLElement;
  readonly #onKey = (event: KeyboardEvent): void => this.#shortcut(event);

  constructor(app: App, call: Call, chat: Chat) {
    this.#app = app;
    this.#chat = chat;
    this.#toChat.append(this.#unread);
    this.#camera.setAttribute('aria-label', 'Camera off'); // what "pressed" means
    this.#more.classList.add('more');
    this.#more.setAttribute('aria-expanded', 'false');
    this.#rare = h('div', { class: 'rare' },
      control('share-socials', 'share', 'Share contact', '', () => { this.#openMore(false); askSocials(app, call, chat); }),
      confirmed({ class: 'control', 'data-testid': 'block' }, icon('block'), 'Block', 'Really?', () => void app.block(call.partner)));
    const end = control('end-call', 'phone-off', 'End', '', () => void app.endCall(call.callId));
    end.classList.add('end');
    this.element = h('div', { class: 'bar', role: 'group', 'aria-label': 'Call' },
      this.#mute, this.#camera, this.#toChat, this.#rare, this.#more,
      control('report', 'report', 'Report', '', () => askReport(app, call.callId, call.partner)),
      control('next', 'next', 'Next', '', () => void app.next(call.callId)), end);
    document.addEventListener('keydown', this.#onKey);
  }

  leave(): void {
    document.removeEventListener('keydown', this.#onKey);
  }

  showMedia(media: Media): void {
    this.#showSwitch(this.#mute, media, 'audio', 'microphone');
    this.#showSwitch(this.#camera, media, 'video', 'camera');
  }

  showChat(open: boolean): void {
    this.#toChat.setAttribute('aria-expanded', String(open));
  }

  showUnread(unread: number): void {
    this.#unread.hidden = unread === 0;
    setText(this.#unread, String(unread));
    this.#toChat.setAttribute('aria-label', unread > 0 ? `Chat, ${unread} unread` : 'Chat');
  }

  #showSwitch(button: HTMLButtonElement, media: Media, kind: Kind, name: 'microphone' | 'camera'): void {
    const isOn = media.isOn(kind);
    button.setAttribute('aria-pressed', String(!isOn));
    button.disabled = media.isOpen && media.track(kind) === undefined && media.trouble === undefined;
    button.querySelector('svg')?.replaceWith(icon(isOn ? name : `${name}-off`));
  }

  #openMore(open: boolean): void {
    this.#more.setAttribute('aria-expanded', String(open));
    if (open) {
      this.#rare.dataset.open = '';
      this.#rare.querySelector('button')?.focus();
    } else if (this.#rare.dataset.open !== undefined) {
      passFocus(this.#rare, this.#more);
      delete this.#rare.dataset.open;
    }
  }

  #shortcut(event: KeyboardEvent): void {
    if (document.querySelector('dialog[open]')) {
      return;
    }
    const typing = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
    if (event.key === 'Escape') {
      this.#openMore(false);
      this.#chat.close();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) {
      const button = { m: this.#mute, v: this.#camera, c: this.#toChat }[event.key.toLowerCase()];
      if (button) {
        event.preventDefault();
        button.click();
      }
    }
  }
}

function control(testId: string, name: IconName, label: string, key: string, action: () => void): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'control', 'data-testid': testId, title: key ? `${label} (${key})` : label, onclick: action },
    icon(name), h('span', { class: 'label' }, label));
  if (key) {
    button.setAttribute('aria-keyshortcuts', key);
  }
  return button;
}

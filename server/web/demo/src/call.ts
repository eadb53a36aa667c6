import { type Call, type ChatMessage, Peer, type Unsubscribe } from '@matchmaker/client';
import type { App, Screen } from './app.ts';
import { Chat } from './chat.ts';
import { confirmed, everyTick, h, setText } from './dom.ts';
import { about, clock, Deadline } from './format.ts';
import { closeMedia, openMedia, troubleTexts } from './media.ts';

/** The running call. Its picture goes on while the server is away; an overlay says so. */
export class CallScreen implements Screen {
  readonly element: HTMLElement;
  call: Call;
  readonly #app: App;
  readonly #peer: Peer;
  readonly #chat: Chat;
  readonly #off: Unsubscribe[];
  readonly #remote = h('video', { autoplay: true, playsinline: true, 'data-testid': 'remote-video', 'aria-label': 'The other person' });
  readonly #self = h('video', { class: 'self', autoplay: true, playsinline: true, muted: true, 'data-testid': 'self-video', 'aria-label': 'You' });
  readonly #overlay = h('p', { class: 'overlay', role: 'status', 'data-testid': 'overlay' });
  readonly #sound = h('button', { class: 'sound', hidden: true, onclick: () => this.#turnSoundOn() }, 'Turn the sound on');
  readonly #trouble = h('div', { class: 'media-trouble', hidden: true, 'data-testid': 'media-trouble' });
  readonly #mute = h('button', { 'aria-pressed': 'false', 'data-testid': 'mute', onclick: () => this.#toggle('audio') }, 'Mute');
  readonly #camera = h('button', { 'aria-pressed': 'false', 'data-testid': 'camera', onclick: () => this.#toggle('video') }, 'Camera off');
  readonly #toChat: HTMLButtonElement;
  #stream: MediaStream | undefined;
  #deadline: Deadline;
  #away: Deadline | undefined;
  #wasConnected = false;

  constructor(app: App, call: Call, how: 'started' | 'taken') {
    this.#app = app;
    this.call = call;
    this.#deadline = new Deadline(call.remainingSeconds);
    this.#peer = new Peer(app.client, call, { how, stream: this.#openMedia() });
    this.#toChat = h('button', { 'aria-expanded': 'false', 'data-testid': 'chat-toggle', onclick: () => this.#chat.toggle() }, 'Chat');
    this.#chat = new Chat(app, call, this.#toChat);
    this.#self.muted = true; // the attribute alone counts only for elements made by the parser
    const left = h('span', { class: 'remaining', 'data-testid': 'remaining', 'aria-label': 'Time left' });
    this.element = h('section', { class: 'call', 'data-testid': 'call', 'data-call-id': call.callId, 'aria-label': `Call with ${call.partner.name}` },
      h('div', { class: 'stage' },
        this.#remote,
        h('div', { class: 'partner' }, h('strong', {}, call.partner.name), h('span', {}, about(call.partner))),
        left, this.#overlay, this.#sound, this.#self, this.#trouble),
      this.#chat.element,
      h('div', { class: 'bar', role: 'group', 'aria-label': 'Call' },
        this.#mute, this.#camera, this.#toChat,
        h('button', { 'data-testid': 'next', onclick: () => void app.next(call.callId) }, 'Next'),
        confirmed({ 'data-testid': 'block' }, 'Block', 'Really block?', () => void app.block(call.partner)),
        h('button', { class: 'danger', 'data-testid': 'end-call', onclick: () => void app.endCall(call.callId) }, 'End')));
    this.#off = [
      this.#peer.on('stream', stream => this.#showPartner(stream)),
      this.#peer.on('state', state => { this.#wasConnected ||= state === 'connected'; }),
      app.client.on('chat', message => this.addChat(message)),
      app.client.on('partnerStatus', ({ callId, state, remainingSeconds }) => {
        if (callId === call.callId) {
          this.#away = state === 'away' ? new Deadline(remainingSeconds ?? 30) : undefined;
        }
      }),
    ];
    everyTick(this.element, () => {
      setText(left, clock(this.#deadline.seconds));
      this.#showState();
    });
  }

  update(call: Call): void {
    this.call = call;
    this.#deadline = new Deadline(call.remainingSeconds);
  }

  addChat(message: ChatMessage): void {
    if (message.callId === this.call.callId) {
      this.#chat.add(message);
    }
  }

  leave(): void {
    this.#off.forEach(off => off());
    this.#peer.close();
    this.#remote.srcObject = null;
    this.#self.srcObject = null;
    void closeMedia();
  }

  async #openMedia(): Promise<MediaStream | undefined> {
    const { stream, trouble } = await openMedia();
    this.#stream = stream;
    this.#self.srcObject = stream ?? null;
    this.#self.hidden = !stream?.getVideoTracks().length;
    this.#mute.disabled = !stream?.getAudioTracks().length;
    this.#camera.disabled = !stream?.getVideoTracks().length;
    this.#trouble.hidden = trouble === undefined;
    if (trouble) {
      this.#trouble.replaceChildren(
        h('p', {}, troubleTexts[trouble]),
        h('button', { 'data-testid': 'media-retry', onclick: () => void this.#retryMedia() }, 'Try again'));
    }
    return stream;
  }

  async #retryMedia(): Promise<void> {
    await closeMedia();
    this.#peer.setStream(await this.#openMedia());
  }

  #toggle(kind: 'audio' | 'video'): void {
    const track = this.#stream?.getTracks().find(t => t.kind === kind);
    if (track) {
      track.enabled = !track.enabled;
      const button = kind === 'audio' ? this.#mute : this.#camera;
      button.setAttribute('aria-pressed', String(!track.enabled));
    }
  }

  #showPartner(stream: MediaStream): void {
    if (this.#remote.srcObject !== stream) {
      this.#remote.srcObject = stream;
    }
    this.#remote.play().catch((error: unknown) => {
      // Sound before the first click is forbidden to a page that was just opened; the picture is not.
      if (error instanceof DOMException && error.name === 'NotAllowedError') {
        this.#remote.muted = true;
        this.#sound.hidden = false;
        void this.#remote.play();
      }
    });
  }

  #turnSoundOn(): void {
    this.#remote.muted = false;
    this.#sound.hidden = true;
  }

  #showState(): void {
    const text = this.#app.client.state.state !== 'online' ? 'The connection to the server is lost. The call goes on; trying again…'
      : this.#away ? `${this.call.partner.name} has lost the connection. Waiting ${this.#away.seconds} s…`
      : this.#peer.state === 'connected' ? ''
      : this.#wasConnected ? 'Picture and sound are interrupted. Trying again…'
      : 'Connecting…';
    setText(this.#overlay, text);
    this.#overlay.hidden = text === '';
  }
}

import { type Call, type ChatMessage, Peer, type Socials, type Unsubscribe } from '@matchmaker/client';
import type { App, Screen } from '../app.ts';
import { avatar } from '../../../ui/avatar.ts';
import { Countdown } from '../../../ui/countdown.ts';
import { everyTick, h, passFocus, setText } from '../../../ui/dom.ts';
import { icon } from '../../../ui/icons.ts';
import type { MediaTrouble } from '../media/devices.ts';
import { troubleWords } from '../media/trouble.ts';
import { about, clock, Deadline } from '../parts/format.ts';
import { Chat } from './chat.ts';
import { Controls } from './controls.ts';
import { QualityDot } from './quality.ts';
import { SelfView } from './self.ts';

const soonSeconds = [60, 30, 10];
/** A first picture may take so long; only then is there none. */
const pictureMs = 3000;

/** The running call. Its picture goes on while the server is away; an overlay says so. */
export class CallScreen implements Screen {
  readonly element: HTMLElement;
  /** What the partner shared, for the page after the call. */
  socials: Socials | undefined;
  call: Call;
  readonly #app: App;
  readonly #peer: Peer;
  readonly #chat: Chat;
  readonly #controls: Controls;
  readonly #self: SelfView;
  readonly #quality: QualityDot;
  readonly #off: Unsubscribe[];
  readonly #remote = h('video', { class: 'remote', autoplay: true, playsinline: true, 'data-testid': 'remote-video', 'aria-label': 'The other person' });
  readonly #left = h('span', { class: 'remaining', 'data-testid': 'remaining' });
  readonly #words = h('span', {});
  readonly #spinner = h('span', { class: 'spinner' });
  readonly #countdown = new Countdown();
  readonly #overlay = h('div', { class: 'overlay', role: 'status', 'data-testid': 'overlay' }, this.#spinner, this.#countdown.element, this.#words);
  readonly #face: HTMLElement;
  readonly #sound = h('button', { class: 'sound', hidden: true, onclick: () => this.#turnSoundOn() }, icon('sound'), 'Turn the sound on');
  readonly #trouble = h('div', { class: 'media-trouble stack small', hidden: true, 'data-testid': 'media-trouble' });
  readonly #onMedia = (): void => this.#showMedia();
  #deadline: Deadline;
  #away: Deadline | undefined;
  #wasConnected = false;
  #connectedAt: number | undefined;
  #dismissed: MediaTrouble | undefined;
  #stream: MediaStream | undefined;
  #saidSeconds: number;

  constructor(app: App, call: Call, how: 'started' | 'taken') {
    this.#app = app;
    this.call = call;
    this.#deadline = new Deadline(call.remainingSeconds);
    this.#saidSeconds = call.remainingSeconds;
    this.#peer = new Peer(app.client, call, { how, stream: app.media.open().then(stream => this.#stream = stream) });
    this.#chat = new Chat(app, call, unread => this.#controls.showUnread(unread), open => this.#controls.showChat(open));
    this.#self = new SelfView();
    this.#quality = new QualityDot(this.#peer);
    this.#controls = new Controls(app, call, this.#chat);
    this.#face = h('div', { class: 'face' }, avatar(call.partner, 'large'));
    this.element = h('section', { class: 'call', 'data-testid': 'call', 'data-call-id': call.callId, 'aria-label': `Call with ${call.partner.name}` },
      h('h1', { class: 'heard' }, `Call with ${call.partner.name}`),
      h('div', { class: 'stage' },
        this.#remote, this.#face,
        h('div', { class: 'partner' }, this.#quality.element, h('span', { class: 'who' }, h('strong', {}, call.partner.name), h('span', { class: 'small' }, about(call.partner)))),
        this.#left, this.#overlay, this.#sound, this.#self.element, this.#trouble),
      this.#chat.element,
      this.#controls.element);
    this.#off = [
      this.#peer.on('stream', stream => this.#showPartner(stream)),
      this.#peer.on('state', state => this.#onPeerState(state)),
      app.client.on('chat', message => this.addChat(message)),
      app.client.on('socialsShared', ({ callId, from, socials }) => callId === call.callId && from !== app.me?.id && this.#showSocials(socials)),
      app.client.on('partnerStatus', ({ callId, state, remainingSeconds }) => {
        if (callId === call.callId) {
          this.#away = state === 'away' ? new Deadline(remainingSeconds ?? 30) : undefined;
          app.say(`${call.partner.name} ${state === 'away' ? 'has lost the connection' : 'is back'}`);
        }
      }),
    ];
    app.media.addEventListener('change', this.#onMedia);
    this.#showMedia();
    this.#chat.openWhereRoomIs();
    app.say(`Call with ${call.partner.name}, ${clock(call.remainingSeconds)} left`);
    everyTick(this.element, () => this.#tick());
  }

  update(call: Call): void {
    this.call = call;
    this.#deadline = new Deadline(call.remainingSeconds);
    this.#away = undefined; // a partner who came back meanwhile was not told of
  }

  addChat(message: ChatMessage): void {
    if (message.callId === this.call.callId) {
      this.#chat.add(message);
    }
  }

  leave(): void {
    this.#off.forEach(off => off());
    this.#app.media.removeEventListener('change', this.#onMedia);
    this.#controls.leave();
    this.#quality.leave();
    this.#peer.close();
    this.#remote.srcObject = null;
    this.#self.show(undefined);
  }

  #tick(): void {
    const seconds = this.#deadline.seconds;
    setText(this.#left, clock(seconds));
    this.#left.classList.toggle('soon', seconds <= 30);
    if (soonSeconds.some(soon => seconds <= soon && this.#saidSeconds > soon)) {
      this.#app.say(`${seconds} seconds left`);
    }
    this.#saidSeconds = seconds;
    this.#face.hidden = this.#remote.videoWidth > 0 && this.#isSeen();
    this.#showState();
  }

  #isSeen(): boolean {
    const stream = this.#remote.srcObject;
    return stream instanceof MediaStream && stream.getVideoTracks().some(track => !track.muted && track.readyState === 'live');
  }

  #onPeerState(state: RTCPeerConnectionState): void {
    if (state === 'connected' && !this.#wasConnected) {
      this.#wasConnected = true;
      this.#app.say('Connected');
    }
  }

  #showMedia(): void {
    const { media } = this.#app;
    const stream = media.stream;
    if (stream !== this.#stream && (stream || media.trouble)) {
      this.#stream = stream;
      this.#peer.setStream(stream);
    }
    this.#self.show(media.track('video') ? stream : undefined, media.isOn('video'));
    this.#controls.showMedia(media);
    this.#showTrouble(media.trouble);
  }

  #showTrouble(trouble: MediaTrouble | undefined): void {
    this.#dismissed = trouble && this.#dismissed;
    passFocus(this.#trouble);
    this.#trouble.hidden = trouble === undefined || trouble === this.#dismissed;
    if (trouble) {
      const { media } = this.#app;
      const words = troubleWords(trouble, media);
      this.#trouble.replaceChildren(
        h('strong', {}, words.title), h('ol', {}, ...words.steps.map(step => h('li', {}, step))), h('p', {}, words.meanwhile),
        h('div', { class: 'row' },
          h('button', { 'data-testid': 'media-retry', onclick: () => void media.retry() }, icon('retry'), 'Try again'),
          h('button', { 'data-testid': 'media-dismiss', onclick: () => { this.#dismissed = trouble; this.#showTrouble(trouble); } }, 'Go on without')));
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
    passFocus(this.#sound);
    this.#sound.hidden = true;
  }

  #showSocials(socials: Socials): void {
    this.socials = { ...this.socials, ...socials };
    this.#chat.addSocials(socials);
  }

  #showState(): void {
    const { name } = this.call.partner;
    const connected = this.#peer.state === 'connected';
    this.#connectedAt = connected ? this.#connectedAt ?? performance.now() : undefined;
    const blind = !this.#isSeen() && performance.now() - (this.#connectedAt ?? Infinity) > pictureMs;
    const text = this.#app.client.state.state !== 'online' ? 'The connection to the server is lost. The call goes on; trying again…'
      : this.#away ? `${name} has lost the connection. Waiting…`
      : connected ? blind ? `${name} has no camera on.` : ''
      : this.#wasConnected ? 'Picture and sound are interrupted. Trying again…'
      : 'Connecting picture and sound…';
    setText(this.#words, text);
    this.#overlay.hidden = text === '';
    this.#overlay.classList.toggle('low', connected);
    this.#spinner.hidden = this.#away !== undefined || connected;
    this.#countdown.element.hidden = this.#away === undefined;
    if (this.#away) {
      this.#countdown.show(this.#away.seconds);
    }
  }
}

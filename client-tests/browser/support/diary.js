/** Runs in the page before every other script: writes down what happens to its calls, for a test that fails. */
export function keepDiary() {
  const most = 150;
  const lines = [];
  const write = text => {
    lines.push(`${Math.round(performance.now())} ms: ${text}`);
    lines.splice(0, lines.length - most);
  };
  const tell = track => `${track.kind} ${track.readyState}${track.muted ? ' muted' : ''}${track.enabled ? '' : ' disabled'}`;
  const { RTCPeerConnection, WebSocket, navigator } = window;
  const peers = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      const number = peers.push(this);
      write(`connection ${number} made`);
      for (const state of ['signalingState', 'iceGatheringState', 'iceConnectionState', 'connectionState']) {
        this.addEventListener(`${state.toLowerCase()}change`, () => write(`connection ${number}: ${state} ${this[state]}`));
      }
      this.addEventListener('track', ({ track }) => {
        write(`connection ${number} receives ${tell(track)}`);
        for (const event of ['mute', 'unmute', 'ended']) {
          track.addEventListener(event, () => write(`connection ${number}: ${event} of ${track.kind}`));
        }
      });
    }
  };
  const hear = (way, text) => {
    for (const message of typeof text === 'string' ? text.split('\u001e').filter(Boolean).map(each => JSON.parse(each)) : []) {
      const [first, kind, data] = message.arguments ?? [];
      if (/^signal$/i.test(message.target)) {
        const { sdp, ...rest } = kind === 'ice' ? { sdp: data.map(({ candidate }) => `a=${candidate}`).join('\n') } : data;
        write(`${way} ${kind} ${JSON.stringify(rest)} with ${sdp?.match(/^a=candidate:/gm)?.length ?? 0} candidates`);
      } else if (message.type === 3 && (message.error || message.result?.ok === false)) {
        write(`${way} ${JSON.stringify(message).slice(0, 300)}`);
      } else if (message.target && message.target !== 'lobbyChanged') {
        write(`${way} ${message.target} ${first?.callId ?? ''}`);
      }
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      write('socket made');
      this.addEventListener('message', ({ data }) => hear('in', data));
      this.addEventListener('close', () => write('socket closed'));
    }

    send(data) {
      hear('out', data);
      super.send(data);
    }
  };
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async wish => {
    write(`asks for ${Object.keys(wish).filter(kind => wish[kind])}`);
    try {
      const stream = await getUserMedia(wish);
      write(`got ${stream.getTracks().map(tell)}`);
      return stream;
    } catch (error) {
      write(`was refused: ${error}`);
      throw error;
    }
  };
  const counted = {
    'inbound-rtp': ['packetsReceived', 'packetsLost', 'framesReceived', 'keyFramesDecoded', 'framesDecoded', 'framesDropped', 'pliCount'],
    'outbound-rtp': ['packetsSent', 'framesEncoded', 'keyFramesEncoded', 'framesSent', 'pliCount', 'active', 'qualityLimitationReason'],
    'media-source': ['frames', 'framesPerSecond'],
    'candidate-pair': ['state', 'nominated', 'bytesSent', 'bytesReceived', 'currentRoundTripTime'],
    transport: ['iceState', 'dtlsState', 'packetsReceived'],
  };
  const look = async (peer, i) => [
    `connection ${i + 1}: ${peer.signalingState}, ${peer.iceGatheringState}, ${peer.iceConnectionState}, ${peer.connectionState}`,
    ...peer.getTransceivers().map(({ mid, direction, currentDirection, sender, receiver }) =>
      `  line ${mid} ${direction}/${currentDirection}: sends ${sender.track && tell(sender.track)}, receives ${tell(receiver.track)}`),
    ...[...(await peer.getStats()).values()].filter(({ type }) => type in counted).map(report =>
      `  ${report.type} ${report.kind ?? ''} ${JSON.stringify(report, counted[report.type])}`),
  ];
  /** Everything that may say why there is no picture. */
  window.tellDiary = async () => {
    const videos = [...document.querySelectorAll('video')].map(video => [
      `video ${video.dataset.testid}: readyState ${video.readyState}${video.paused ? ', paused' : ''}${video.muted ? ', muted' : ''}`,
      `${video.videoWidth} x ${video.videoHeight}, at ${video.currentTime} s`, JSON.stringify(video.getVideoPlaybackQuality(), ['totalVideoFrames', 'droppedVideoFrames']),
      video.srcObject ? `shows ${video.srcObject.getTracks().map(tell)}` : 'shows nothing',
    ].join(', '));
    const words = document.body.innerText.replace(/\s+/g, ' ').slice(0, 500);
    return [
      `${Math.round(performance.now())} ms: ${document.visibilityState}, ${words}`,
      ...videos, ...(await Promise.all(peers.map(look))).flat(), ...lines,
    ].join('\n');
  };
}

/** What happened on these pages, for the words of a failure. A page that does not answer is told of, too. */
export async function diaries(pages) {
  const tellings = await Promise.all(pages.map(async page => {
    const silence = new Promise(resolve => { setTimeout(resolve, 10_000, 'does not answer'); });
    return await Promise.race([page.evaluate(() => window.tellDiary()), silence]).catch(String);
  }));
  return tellings.map((telling, i) => `\n--- page ${i + 1}\n${telling}`).join('\n');
}

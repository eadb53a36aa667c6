/** Runs in the page before its own scripts: keeps hold of its connections, and makes the fake pictures small. */
export function observe() {
  const peers = [];
  const sockets = [];
  const { RTCPeerConnection, WebSocket, navigator } = window;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      peers.push(this);
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  };
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  // Three encoders share two cores with the server and its database.
  navigator.mediaDevices.getUserMedia = wish => getUserMedia({
    ...wish, ...wish.video && { video: { width: 320, height: 240, frameRate: 15 } },
  });
  const decoded = async () => {
    const live = peers.findLast(peer => peer.connectionState !== 'closed');
    let frames = 0;
    for (const report of (await live?.getStats())?.values() ?? []) {
      if (report.type === 'inbound-rtp' && report.kind === 'video') {
        frames += report.framesDecoded ?? 0;
      }
    }
    return frames;
  };
  window.observed = {
    peers,
    sockets,
    decoded,
    shown: () => document.querySelector('[data-testid=remote-video]')?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    /** Measures the longest time without a newly decoded frame, until told to stop. */
    watchPicture() {
      const watch = { longestStallMs: 0, stopped: false };
      let last = 0;
      let since = performance.now();
      const look = async () => {
        if (watch.stopped) {
          return;
        }
        const frames = await decoded();
        const now = performance.now();
        watch.longestStallMs = Math.max(watch.longestStallMs, now - since);
        if (frames > last) {
          since = now;
        }
        last = frames;
        setTimeout(look, 100);
      };
      void look();
      window.observed.watch = watch;
    },
    /** Writes down what the page shows of trouble with a connection from now on. */
    watchTrouble() {
      const trouble = window.observed.trouble = new Set();
      const look = () => {
        for (const words of document.querySelectorAll('[data-testid=overlay], [data-testid=connection-notice]')) {
          if (!words.hidden) {
            trouble.add(words.innerText);
          }
        }
        const { state } = document.querySelector('[data-testid=connection-state]').dataset;
        if (state !== 'online') {
          trouble.add(state);
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    },
    stopWatching() {
      window.observed.watch.stopped = true;
      return window.observed.watch.longestStallMs;
    },
  };
}

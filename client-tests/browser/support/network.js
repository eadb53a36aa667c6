import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { baseUrl } from './browser.js';

/** The way of one person to the server, HTTP and hub. While it is down nothing passes and nobody is told. */
export class ServerLine {
  #isDown = false;
  #sockets = new Set();
  #listener = net.createServer(socket => this.#accept(socket));

  static async open() {
    const line = new ServerLine();
    line.#listener.listen(0, '127.0.0.1');
    await once(line.#listener, 'listening');
    return line;
  }

  get url() {
    return `http://127.0.0.1:${this.#listener.address().port}`;
  }

  goDown() {
    this.#isDown = true;
    this.#sockets.forEach(socket => socket.pause());
  }

  /** What was sent meanwhile arrives now, as TCP would have it. */
  comeBack() {
    this.#isDown = false;
    this.#sockets.forEach(socket => socket.resume());
  }

  close() {
    this.#listener.close();
    this.#sockets.forEach(socket => socket.destroy());
  }

  #accept(near) {
    const { hostname, port } = new URL(baseUrl);
    const far = net.connect(port, hostname);
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.on('data', data => to.write(data));
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#isDown) {
        from.pause();
      }
    }
  }
}

/**
 * The only way for the picture and sound of two people: each learns a forwarder's address in place of every address of
 * the other. Invariant: a packet leaves by the forwarder that stands for its sender, so that no end ever sees the
 * other's own address and finds a way around.
 */
export class MediaPath {
  #isDown = false;
  #forwarders = new Map();

  /** For a person's page, before it loads. */
  async lead(context) {
    await context.exposeFunction('forwarderFor', (address, port) => this.#forwarder(address, port));
    await context.addInitScript(replaceAddresses);
  }

  goDown() {
    this.#isDown = true;
  }

  comeBack() {
    this.#isDown = false;
  }

  /** The addresses used so far lead nowhere any more; only an ICE restart finds new ones. */
  loseAddresses() {
    this.#forwarders.forEach(({ socket }) => socket.close());
    this.#forwarders.clear();
  }

  close() {
    this.loseAddresses();
  }

  async #forwarder(address, port) {
    const key = `${address}:${port}`;
    if (!this.#forwarders.has(key)) {
      const socket = dgram.createSocket('udp4');
      const listening = new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(0, '127.0.0.1', resolve);
      });
      socket.on('message', (packet, { address: from, port: fromPort }) => {
        const sender = this.#forwarders.get(`${from}:${fromPort}`);
        if (sender && !this.#isDown) {
          sender.socket.send(packet, port, address);
        }
      });
      this.#forwarders.set(key, { socket, listening });
    }
    const { socket, listening } = this.#forwarders.get(key);
    await listening;
    return socket.address().port;
  }
}

/** In the page, before its own scripts. */
function replaceAddresses() {
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.setRemoteDescription = async function (description) {
    const inside = [];
    let line = -1;
    for (const text of description.sdp.split(/\r?\n/)) {
      line += text.startsWith('m=') ? 1 : 0;
      if (text.startsWith('a=candidate:')) {
        inside.push({ candidate: text.slice(2), sdpMLineIndex: line });
      }
    }
    await setRemoteDescription.call(this, {
      type: description.type,
      sdp: description.sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, ''),
    });
    await Promise.all(inside.map(candidate => this.addIceCandidate(candidate)));
  };
  RTCPeerConnection.prototype.addIceCandidate = async function (init) {
    const fields = init.candidate.split(' ');
    if (fields[2]?.toLowerCase() === 'udp' && fields[7] === 'host' && !fields[4].includes(':')) {
      const port = await window.forwarderFor(fields[4], Number(fields[5]));
      await addIceCandidate.call(this, { ...init, candidate: fields.with(4, '127.0.0.1').with(5, String(port)).join(' ') });
    }
  };
}

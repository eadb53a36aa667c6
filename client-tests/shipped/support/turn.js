// A small TURN client over UDP (RFC 8656, with long-term credentials), which asks for what a browser would not.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { isIPv4 } from 'node:net';

const cookie = 0x2112a442;
const methods = { binding: 1, allocate: 3, refresh: 4, createPermission: 8 };
const attributes = {
  username: 0x0006, integrity: 0x0008, errorCode: 0x0009, lifetime: 0x000d, peer: 0x0012, data: 0x0013, realm: 0x0014, nonce: 0x0015,
  relayed: 0x0016, family: 0x0017, transport: 0x0019, mapped: 0x0020, software: 0x8022,
};
const sendIndication = 0x0016;
const dataIndication = 0x0017;
const successBit = 0x0100;
const errorBit = 0x0110;
const resendMs = 500;
const patienceMs = 5000;

/** 16 bytes of an IPv6 address, of which the last four may be written as an IPv4 one. */
function ipv6Bytes(address) {
  const hex = address.replace(/[\d.]+$/, tail => isIPv4(tail)
    ? tail.split('.').map(part => Number(part).toString(16).padStart(2, '0')).join('').replace(/^(.{4})/, '$1:')
    : tail);
  const [head, tail] = hex.split('::').map(half => half.split(':').filter(Boolean));
  const groups = tail ? [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return Buffer.from(groups.map(group => group.padStart(4, '0')).join(''), 'hex');
}

function xor(bytes, id) {
  const mask = Buffer.concat([Buffer.from('2112a442', 'hex'), id]);
  return bytes.map((byte, at) => byte ^ mask[at]);
}

function addressValue(address, port, id) {
  const head = Buffer.from([0, isIPv4(address) ? 1 : 2, 0, 0]);
  head.writeUInt16BE(port ^ (cookie >>> 16), 2);
  return Buffer.concat([head, xor(isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address), id)]);
}

function readAddress(value, id) {
  const bytes = xor(value.subarray(4), id);
  const address = value[1] === 1 ? [...bytes].join('.') : bytes.toString('hex').match(/.{4}/g).join(':');
  return { address, port: value.readUInt16BE(2) ^ (cookie >>> 16) };
}

function attribute(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function message(type, id, parts, key) {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length + (key ? 24 : 0), 2);
  head.writeUInt32BE(cookie, 4);
  const whole = Buffer.concat([head, id, body]);
  return key ? Buffer.concat([whole, attribute(attributes.integrity, createHmac('sha1', key).update(whole).digest())]) : whole;
}

function parse(packet) {
  const found = new Map();
  for (let at = 20; at + 4 <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    const type = packet.readUInt16BE(at);
    found.set(type, found.get(type) ?? packet.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return { type: packet.readUInt16BE(0), id: packet.subarray(8, 20), found };
}

/** The name and password that coturn takes for this secret (its REST scheme). */
export function credentials(secret, user, expires = Math.floor(Date.now() / 1000) + 600) {
  const username = `${expires}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

export class TurnClient {
  #socket = dgram.createSocket('udp4');
  #waiting = new Map();
  #server;
  #who;
  #realm;
  #nonce;

  /** What was relayed here, as texts. */
  received = [];

  /** At the first of the addresses (as in `iceServers`) that is over UDP. */
  static async open(urls, who = {}) {
    const client = new TurnClient();
    const [, address, port] = [urls].flat().map(url => /^turn:([\d.]+):(\d+)\?transport=udp$/.exec(url)).find(Boolean);
    client.#server = { address, port: Number(port) };
    client.#who = who;
    client.#socket.on('message', packet => client.#hear(packet));
    await new Promise(resolve => client.#socket.bind(0, '127.0.0.1', resolve));
    return client;
  }

  #hear(packet) {
    const answer = parse(packet);
    if (answer.type === dataIndication) {
      this.received.push(answer.found.get(attributes.data).toString());
    }
    this.#waiting.get(answer.id.toString('hex'))?.(answer);
  }

  /** `{ code, found }`; 200 is a yes. */
  async #ask(method, parts) {
    const id = randomBytes(12);
    const { username, credential } = this.#who;
    const named = this.#nonce && username
      ? [attribute(attributes.username, Buffer.from(username)), attribute(attributes.realm, this.#realm), attribute(attributes.nonce, this.#nonce)]
      : [];
    const key = named.length > 0 && createHash('md5').update(`${username}:${this.#realm}:${credential}`).digest();
    const packet = message(methods[method], id, [...parts(id), ...named], key);
    const send = () => this.#socket.send(packet, this.#server.port, this.#server.address);
    const answer = await new Promise((resolve, reject) => {
      const again = setInterval(send, resendMs);
      const late = setTimeout(() => reject(new Error(`no answer to ${method}`)), patienceMs);
      this.#waiting.set(id.toString('hex'), heard => {
        clearInterval(again);
        clearTimeout(late);
        resolve(heard);
      });
      send();
    }).finally(() => this.#waiting.delete(id.toString('hex')));
    const error = answer.found.get(attributes.errorCode);
    assert.equal(answer.type, methods[method] | (error ? errorBit : successBit));
    return { code: error ? error[2] * 100 + error[3] : 200, id, found: answer.found };
  }

  /** Asks, with what the first refusal tells (realm and nonce) once more. */
  async #request(method, parts = () => []) {
    const first = await this.#ask(method, parts);
    const mayTryAgain = first.code === 438 || (first.code === 401 && !this.#nonce && this.#who.username);
    if (!mayTryAgain) {
      return first;
    }
    [this.#realm, this.#nonce] = [first.found.get(attributes.realm), first.found.get(attributes.nonce)];
    return this.#ask(method, parts);
  }

  /** Without credentials; the whole answer. */
  binding() {
    return this.#request('binding');
  }

  /** The code of the answer; `relayed` is then where others reach this client. */
  async allocate({ isIPv6 = false, transport = 17 } = {}) {
    const answer = await this.#request('allocate', () => [
      attribute(attributes.transport, Buffer.from([transport, 0, 0, 0])),
      ...isIPv6 ? [attribute(attributes.family, Buffer.from([2, 0, 0, 0]))] : [],
    ]);
    this.relayed = answer.code === 200 ? readAddress(answer.found.get(attributes.relayed), answer.id) : undefined;
    return answer.code;
  }

  /** Whether something may be sent to this peer; the code of the answer. */
  async permit(address, port = 9) {
    return (await this.#request('createPermission', id => [attribute(attributes.peer, addressValue(address, port, id))])).code;
  }

  /** Sends to the peer, by whom no answer is to be had. */
  send(address, port, text) {
    const id = randomBytes(12);
    this.#socket.send(
      message(sendIndication, id, [attribute(attributes.peer, addressValue(address, port, id)), attribute(attributes.data, Buffer.from(text))]),
      this.#server.port, this.#server.address);
  }

  /** Names of attributes that an answer has. */
  static named({ found }) {
    return Object.entries(attributes).filter(([, type]) => found.has(type)).map(([name]) => name);
  }

  async close() {
    if (this.relayed) {
      await this.#request('refresh', () => [attribute(attributes.lifetime, Buffer.alloc(4))]);
    }
    await new Promise(resolve => this.#socket.close(resolve));
  }
}

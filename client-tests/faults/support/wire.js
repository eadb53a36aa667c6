// PostgreSQL's protocol, as far as a proxy needs it: where a message ends, and which statement it is about.

const protocolVersion = 0x0003_0000;
const sslRequest = 80877103;
const gssRequest = 80877104;

/** Cuts one direction of a connection into messages; what is not whole yet waits for the next chunk. */
export class Framer {
  #rest = Buffer.alloc(0);
  #isStarted;
  #bareAnswers = 0;

  /** A client's first messages have no type, until the one that starts the session. */
  constructor({ isClient }) {
    this.#isStarted = !isClient;
  }

  /** The next answers of the server are single bytes: yes or no to encryption. */
  expectBareAnswer() {
    this.#bareAnswers++;
  }

  *push(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let message = this.#next(); message; message = this.#next()) {
      yield message;
    }
  }

  #next() {
    if (this.#bareAnswers > 0) {
      if (this.#rest.length === 0) {
        return undefined;
      }
      this.#bareAnswers--;
      return this.#take(1, '');
    }
    const head = this.#isStarted ? 1 : 0;
    if (this.#rest.length < head + 4 || this.#rest.length < head + this.#rest.readInt32BE(head)) {
      return undefined;
    }
    const message = this.#take(head + this.#rest.readInt32BE(head), this.#isStarted ? String.fromCharCode(this.#rest[0]) : '');
    if (!this.#isStarted) {
      const code = message.bytes.readInt32BE(4);
      message.asksForEncryption = code === sslRequest || code === gssRequest;
      this.#isStarted = code === protocolVersion || !message.asksForEncryption;
    }
    return message;
  }

  #take(length, type) {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return { type, bytes };
  }
}

/** What is no business of ours: each chunk as it came. */
export class Unframed {
  *push(chunk) {
    yield { type: '', bytes: chunk };
  }
}

/** The texts of the statements that one client prepared and runs: by name, since a prepared one is sent as its name only. */
export class Statements {
  #texts = new Map();

  /** The text that this message is about (Query, Parse, Bind); undefined when it is about none. */
  textOf({ type, bytes }) {
    if (type === 'Q') {
      return strings(bytes, 1)[0];
    }
    if (type === 'P') {
      const [name, text] = strings(bytes, 2);
      this.#texts.set(name, text);
      return text;
    }
    return type === 'B' ? this.#texts.get(strings(bytes, 2)[1]) : undefined;
  }
}

function strings(bytes, count) {
  const found = [];
  for (let at = 5; found.length < count;) {
    const end = bytes.indexOf(0, at);
    found.push(bytes.toString('utf8', at, end));
    at = end + 1;
  }
  return found;
}

// What stands before the instances: every request and every socket goes to any of them, and to the next one where nobody
// listens any more. It knows nothing of drains and looks at no health.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** In Node SignalR puts the hub ticket into a header, which no browser can do: back into the query with it. */
function withTicket({ url, headers: { authorization } }) {
  return authorization ? `${url}?access_token=${encodeURIComponent(authorization.replace(/^Bearer /, ''))}` : url;
}

export class Front {
  #http = createServer((incoming, answer) => this.#forward(incoming, answer));
  #sockets = new Set();

  /** The ports that it chooses from. */
  to = [];

  static async open() {
    const front = new Front();
    front.#http.on('upgrade', (incoming, socket, head) => front.#upgrade(incoming, socket, head, front.#inAnyOrder()));
    await new Promise(resolve => front.#http.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url() {
    return `http://127.0.0.1:${this.#http.address().port}`;
  }

  close() {
    this.#sockets.forEach(socket => socket.destroy());
    this.#http.closeAllConnections();
    return new Promise(resolve => this.#http.close(resolve));
  }

  #inAnyOrder() {
    return this.to.map(port => ({ port, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ port }) => port);
  }

  async #forward(incoming, answer) {
    const body = [];
    for await (const chunk of incoming) {
      body.push(chunk);
    }
    const attempt = ([port, ...others]) => {
      const { method, url, headers } = incoming;
      const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, from => {
        answer.writeHead(from.statusCode, from.headers);
        from.pipe(answer);
      });
      outgoing.on('error', ({ code }) => {
        if (code === 'ECONNREFUSED' && others.length > 0) {
          attempt(others);
        } else {
          answer.writeHead(502).end();
        }
      });
      outgoing.end(Buffer.concat(body));
    };
    attempt(this.#inAnyOrder());
  }

  #upgrade(incoming, socket, head, [port, ...others]) {
    const onward = connect(port, '127.0.0.1');
    this.#sockets.add(socket);
    onward.once('connect', () => {
      const headers = incoming.rawHeaders.flatMap((name, at, all) => at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []);
      onward.write(`GET ${withTicket(incoming)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
      socket.on('close', () => onward.destroy());
      onward.on('close', () => socket.destroy());
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => onward.destroy());
    onward.on('error', ({ code }) => {
      if (code === 'ECONNREFUSED' && others.length > 0) {
        this.#upgrade(incoming, socket, head, others);
      } else {
        socket.destroy();
      }
    });
  }
}

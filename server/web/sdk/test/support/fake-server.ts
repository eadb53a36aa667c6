import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import WebSocket, { Server as WebSocketServer } from 'ws';
import type { HubMethods, Json, Resumed } from '../../src/index.ts';

const separator = '\u001e';

type Answer = object | 'silence';

interface Page {
  status: number;
  body?: object | string;
  headers?: Record<string, string>;
}

/** A server that speaks the hub's wire and does what a test tells it. */
export class FakeServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  /** Every call of a hub method, in order of arrival. */
  readonly calls: { method: string; args: Json[] }[] = [];
  tickets = 0;
  upgrades = 0;
  /** Sockets whose upgrade gets no answer while `holdsUpgrades`. */
  readonly heldUpgrades: Socket[] = [];
  holdsUpgrades = false;
  /** Every other request, such as `GET /api/me`, with its token. */
  readonly requests: { line: string; authorization: string | undefined; body: string }[] = [];
  /** By the same line. */
  readonly pages = new Map<string, Page | 'silence'>();
  /** Requests that their client gave up. */
  givenUp = 0;
  /** Refuses the next hub tickets with these, in order. */
  readonly refusals: { status: number; body: object }[] = [];
  readonly answers = new Map<string, (socket: WebSocket, ...args: Json[]) => Answer>();

  constructor() {
    this.answers.set('Resume', () => yes(idle));
    this.#http = createServer((request, response) => void this.#onRequest(request, response));
    this.#http.on('upgrade', (request, socket, head) => {
      this.upgrades++;
      if (this.holdsUpgrades) {
        this.heldUpgrades.push(socket as Socket);
        return;
      }
      this.#sockets.handleUpgrade(request, socket as never, head, (ws: WebSocket) => this.#onSocket(ws));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.cut();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  /** Drops every socket, as a network does. */
  cut(): void {
    this.heldUpgrades.forEach(socket => socket.destroy());
    this.#sockets.clients.forEach(socket => socket.terminate());
  }

  /** How many are open. */
  get sockets(): number {
    return this.#sockets.clients.size;
  }

  get socket(): WebSocket {
    return [...this.#sockets.clients].at(-1)!;
  }

  tell(event: string, ...args: unknown[]): void {
    tell(this.socket, event, ...args);
  }

  called(method: keyof HubMethods): Json[][] {
    return this.calls.filter(call => call.method === method).map(call => call.args);
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/api/auth/ticket') {
      const line = `${request.method} ${request.url}`;
      let body = '';
      for await (const chunk of request) {
        body += String(chunk);
      }
      this.requests.push({ line, authorization: request.headers.authorization, body });
      const page: Page | 'silence' = this.pages.get(line) ?? { status: 404, body: { code: 'not_found' } };
      if (page === 'silence') {
        response.on('close', () => this.givenUp++);
      } else {
        response.writeHead(page.status, { 'content-type': 'application/json', ...page.headers });
        response.end(typeof page.body === 'object' ? JSON.stringify(page.body) : page.body);
      }
      return;
    }
    this.tickets++;
    const refusal = this.refusals.shift();
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(refusal?.body ?? { ticket: `t${this.tickets}`, expiresAt: '' }));
  }

  #onSocket(socket: WebSocket): void {
    let shaken = false;
    socket.on('message', data => {
      for (const text of data.toString().split(separator).filter(Boolean)) {
        if (!shaken) {
          shaken = true;
          socket.send(`{}${separator}`);
          continue;
        }
        const message = JSON.parse(text) as { type: number; target: string; arguments: Json[]; invocationId: string };
        if (message.type === 1) {
          this.calls.push({ method: message.target, args: message.arguments });
          const answer = this.answers.get(message.target)?.(socket, ...message.arguments) ?? yes({});
          if (answer !== 'silence') {
            socket.send(JSON.stringify({ type: 3, invocationId: message.invocationId, result: answer }) + separator);
          }
        }
      }
    });
  }
}

export function tell(socket: WebSocket, event: string, ...args: unknown[]): void {
  socket.send(JSON.stringify({ type: 1, target: event, arguments: args }) + separator);
}

export const yes = (value: object): object => ({ ok: true, value });

export const no = (code: string, more: object = {}): object => ({ ok: false, error: { code, message: code, ...more } });

export const idle: Resumed = {
  status: 'idle',
  invites: [],
  missed: { chat: [], signals: [], complete: true },
  serverTime: '2026-01-01T00:00:00.000Z',
  instance: 'test',
};

/** Asks until it is so; a test fails by its own time-out otherwise. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

import type { Abortable } from './abort.ts';
import { MatchmakerError } from './errors.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const patienceMs = 30_000;

/** The server's HTTP routes: JSON in, JSON or a MatchmakerError out. */
export class Http {
  readonly #baseUrl: string;
  readonly #token: () => string | undefined;

  constructor(baseUrl: string, token: () => string | undefined) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  async send<T>(method: HttpMethod, path: string, { signal }: Abortable = {}, body?: object): Promise<T> {
    const headers: Record<string, string> = {};
    const token = this.#token();
    if (token) {
      headers.authorization = `Bearer ${token}`;
    }
    if (body) {
      headers['content-type'] = 'application/json';
    }
    // By hand: AbortSignal.any is younger than the browsers that this is for.
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort();
    const timer = setTimeout(giveUp, patienceMs);
    signal?.addEventListener('abort', giveUp);
    let response: Response;
    let text: string;
    try {
      signal?.throwIfAborted();
      response = await fetch(this.#baseUrl + path, {
        method, headers, body: body ? JSON.stringify(body) : null, signal: attempt.signal,
      });
      text = await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      throw new MatchmakerError('unreachable', 'The server cannot be reached.', { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
    const answer = parse(text);
    if (!response.ok) {
      throw problem(response, answer);
    }
    return answer as T;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // nothing, or a proxy's HTML page: the status says what there is to say
  }
}

function problem(response: Response, body: unknown): MatchmakerError {
  const fields = Object(body) as Record<string, unknown>; // also of what is no object
  const header = parseFloat(response.headers.get('retry-after') ?? '');
  const retryAfterSeconds = typeof fields.retryAfterSeconds === 'number' ? fields.retryAfterSeconds
    : header >= 0 ? header : undefined;
  const text = (name: string): string | undefined => typeof fields[name] === 'string' ? fields[name] : undefined;
  return new MatchmakerError(
    text('code') ?? codeOf(response.status), text('detail') ?? `The server answered ${response.status}.`,
    { retryAfterSeconds, field: text('field'), details: fields });
}

/** An answer without a code did not come from our server but from something before it. */
function codeOf(status: number): string {
  return status === 429 ? 'rate_limited' : status >= 502 && status <= 504 ? 'unreachable' : 'unexpected_answer';
}

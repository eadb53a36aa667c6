const patienceMs = 30_000;

/** An expected no, or a server that does not answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;
  readonly field: string | undefined;

  constructor(code: string, message: string, more: { retryAfterSeconds?: number | undefined; field?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.field = more.field;
  }
}

export type Query = Record<string, string | number | undefined>;

export function get<T>(path: string, query: Query = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, String(value)]);
  const search = new URLSearchParams(given).toString();
  return send('GET', search ? `${path}?${search}` : path);
}

/** Whatever changes something carries JSON, also when there is nothing to say: a form of a foreign page cannot. */
export async function send<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: object = {}, keepalive = false): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/admin/${path}`, {
      method, keepalive, signal: AbortSignal.timeout(patienceMs),
      headers: { accept: 'application/json', ...method !== 'GET' && { 'content-type': 'application/json' } },
      ...method !== 'GET' && { body: JSON.stringify(body) },
    });
    text = await response.text();
  } catch (cause) {
    throw new ApiError('unreachable', 'The server cannot be reached.', { cause });
  }
  const answer = parse(text);
  if (!response.ok) {
    throw problem(response, answer);
  }
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined; // a proxy's page: the status says what there is to say
  }
}

function problem(response: Response, body: unknown): ApiError {
  const fields = typeof body === 'object' && body !== null ? body as Record<string, unknown> : {};
  const code = typeof fields.code === 'string' ? fields.code : response.status >= 500 ? 'unreachable' : 'unexpected_answer';
  return new ApiError(code, typeof fields.detail === 'string' ? fields.detail : `The server answered ${response.status}.`, {
    retryAfterSeconds: typeof fields.retryAfterSeconds === 'number' ? fields.retryAfterSeconds : undefined,
    field: typeof fields.field === 'string' ? fields.field : undefined,
  });
}

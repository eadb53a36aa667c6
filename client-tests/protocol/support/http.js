// HTTP as a client without our library sees it.

let baseUrls = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').split(',').map(url => url.replace(/\/$/, ''));

export const baseUrl = baseUrls[0];

export const isOneInstance = baseUrls.length === 1;

/** From now on these instances serve, as when a proxy takes one out. */
export function serveFrom(...urls) {
  baseUrls = urls;
}

/** In turn each instance, as behind a proxy that knows no stickiness. */
export function inTurn() {
  let turn = 0;
  return () => baseUrls[turn++ % baseUrls.length];
}

const nextUrl = inTurn();

/**
 * A request; a string body goes as it is, anything else as JSON. Answers the status, the headers and the parsed body.
 * From a page of ours it comes with that origin.
 */
export async function http(method, path, { token, body, headers = {}, page = false } = {}) {
  const url = nextUrl();
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(page ? { origin: new URL(url).origin } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, headers: response.headers, type, text, body: /[/+]json/.test(type) && text ? JSON.parse(text) : undefined };
}

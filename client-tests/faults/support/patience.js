// What a client does in trouble: it repeats what was refused with `unavailable`, and comes back when it was cut off.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** How something ended whose answer may be lost: `{ lost }` with the error, else the answer. */
export const outcome = promise => promise.then(answer => answer, lost => ({ lost }));

/** Repeats until it gives a value; an `undefined` for as long as this is a failure. */
export async function eventually(what, attempt, seconds = 15) {
  const end = performance.now() + seconds * 1000;
  for (let pause = 50; ; pause = Math.min(500, pause * 2)) {
    const value = await attempt();
    if (value !== undefined) {
      return value;
    }
    assert.ok(performance.now() < end, `${what} did not come about within ${seconds} s`);
    await sleep(pause);
  }
}

/** The value of a hub method, which may be refused with `unavailable` for a while and with nothing else. */
export const insist = (tab, method, ...args) => eventually(`the value of ${method}`, async () => {
  const reply = await tab.invoke(method, ...args);
  assert.ok(reply.ok || reply.error.code === 'unavailable', `${method}: ${JSON.stringify(reply)}`);
  return reply.ok ? reply.value : undefined;
});

/** The same for a route. */
export const insistHttp = (request, status) => eventually(`a ${status}`, async () => {
  const answer = await request();
  assert.ok(answer.status === status || answer.body?.code === 'unavailable', `${answer.status} ${answer.text}`);
  return answer.status === status ? answer : undefined;
});

import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { orAbort } from '../src/abort.ts';
import type { Abortable } from '../src/index.ts';
import { until } from './support/fake-server.ts';
import { useWorld } from './support/setup.ts';

const world = useWorld();
const reason = new Error('changed my mind');
const listeners = (controller: AbortController): number => getEventListeners(controller.signal, 'abort').length;

test('A command that waits for the connection is given up and never sent', async () => {
  world.server.refusals.push({ status: 503, body: { code: 'server_full', retryAfterSeconds: 0.3 } });
  const controller = new AbortController();
  world.client.connect();
  const asked = world.client.joinQueue({}, controller);
  await world.waiting(1);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  expect([world.client.state.state, listeners(controller)]).toEqual(['connecting', 0]);
  await world.online();
  await world.client.leaveQueue();
  expect(world.server.calls.map(({ method }) => method)).toEqual(['Resume', 'LeaveQueue']);
});

test('A command without an answer is given up, and its late answer hurts nobody', async () => {
  world.server.answers.set('EndCall', () => 'silence');
  world.client.connect();
  await world.online();
  const controller = new AbortController();
  const asked = world.client.endCall('c1', controller);
  await until(() => world.server.called('EndCall').length === 1);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect(listeners(controller)).toBe(0);
  world.server.cut();
  await expect(world.client.leaveQueue()).resolves.toBeUndefined();
});

test('A request is given up, and the server sees it go', async () => {
  world.server.pages.set('GET /api/me', 'silence');
  const controller = new AbortController();
  const asked = world.client.me(controller);
  await until(() => world.server.requests.length === 1);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  await until(() => world.server.givenUp === 1);
  expect(listeners(controller)).toBe(0);
});

test('A signal that was aborted before lets nothing begin', async () => {
  world.client.connect();
  await world.online();
  const options: Abortable = { signal: AbortSignal.abort(reason) };
  await expect(world.client.joinQueue({}, options)).rejects.toBe(reason);
  await expect(world.client.takeCall(options)).rejects.toBe(reason);
  await expect(world.client.stats(options)).rejects.toBe(reason);
  await world.client.leaveQueue();
  expect(world.server.calls.map(({ method }) => method)).toEqual(['Resume', 'LeaveQueue']);
  expect(world.server.requests).toEqual([]);
  await world.client.disconnect();
  expect(() => world.client.connect(options)).toThrow(reason);
  expect(world.client.state).toEqual({ state: 'offline' });
});

test('What was answered leaves nothing at its signal', async () => {
  world.server.pages.set('GET /api/stats/live', { status: 200, body: { online: 1, waiting: 0, calls: 0 } });
  const controller = new AbortController();
  world.client.connect();
  await world.client.leaveQueue(controller);
  await expect(world.client.stats(controller)).resolves.toMatchObject({ online: 1 });
  await world.client.watchLobby({}, controller).catch(() => undefined);
  expect(listeners(controller)).toBe(0);
});

test('The signal of connect ends the connection, also between two attempts', async () => {
  const first = new AbortController();
  world.client.connect(first);
  await world.online();
  first.abort();
  expect(world.client.state).toEqual({ state: 'offline' });
  await until(() => world.server.sockets === 0);

  const second = new AbortController();
  world.server.refusals.push({ status: 503, body: { code: 'server_full', retryAfterSeconds: 0.2 } });
  world.client.connect(second);
  await world.waiting(1);
  const { tickets } = world.server;
  second.abort();
  await new Promise(resolve => setTimeout(resolve, 400));
  expect([world.server.tickets, listeners(second)]).toEqual([tickets, 0]);
});

test('A disconnect between two attempts ends them, and a command then says so at once', async () => {
  world.server.refusals.push({ status: 503, body: { code: 'server_full', retryAfterSeconds: 0.2 } });
  world.client.connect();
  await world.waiting(1);
  const asked = world.client.leaveQueue();
  await world.client.disconnect();
  await expect(asked).rejects.toMatchObject({ code: 'offline', retryable: true });
  await new Promise(resolve => setTimeout(resolve, 400));
  expect([world.server.tickets, world.states.at(-1)?.state]).toEqual([1, 'offline']);
});

test('The outcome that comes first counts', async () => {
  const controller = new AbortController();
  await expect(orAbort(Promise.resolve(1), controller.signal)).resolves.toBe(1);
  await expect(orAbort(Promise.reject(reason), controller.signal)).rejects.toBe(reason);
  await expect(orAbort(Promise.resolve(1), undefined)).resolves.toBe(1);
  await expect(orAbort(new Promise(() => {}), AbortSignal.abort(reason))).rejects.toBe(reason);
});

import WebSocket from 'ws';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Resumed } from '../src/index.ts';
import { until, yes, idle, tell } from './support/fake-server.ts';
import { call } from './support/samples.ts';
import { useWorld } from './support/setup.ts';

const world = useWorld();
const outage = { status: 502, body: {} };
const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('The first start is tried again too, until it works', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  world.server.refusals.push(outage, outage, outage);
  world.client.connect();
  await world.online();
  expect(world.server.tickets).toBe(4);
  expect(world.states.map(state => state.state)).toEqual(['connecting', 'connecting', 'connecting', 'connecting', 'online']);
});

test('After a lost connection the first try comes within a second, whatever it took to open it', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  world.server.refusals.push(outage, outage, outage);
  world.client.connect();
  await world.online();
  vi.spyOn(Math, 'random').mockReturnValue(0.9);
  world.server.cut();
  expect((await world.waiting(4)).map(state => state.retryInSeconds)).toEqual([0, 0, 0, 1]);
});

test('In a call there are never more than three seconds between two attempts', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  world.server.answers.set('Resume', () => yes({ ...idle, call: call('c1', 1) }));
  world.client.connect();
  await world.online();
  vi.spyOn(Math, 'random').mockReturnValue(0.3);
  world.server.refusals.push(...Array.from({ length: 9 }, () => outage));
  world.server.cut();
  expect((await world.waiting(5)).map(state => state.retryInSeconds)).toEqual([1, 1, 1, 1, 1]); // otherwise 1, 1, 2, 3, 5
  expect(world.client.call?.callId).toBe('c1');
});

test.each(['server_full', 'draining', 'rate_limited'])('%s is heard at the hub ticket, with its time, which is waited for', async code => {
  world.server.refusals.push({ status: 503, body: { code, retryAfterSeconds: 0.4, detail: 'Not now.' } });
  world.client.connect();
  const [wait] = await world.waiting(1);
  expect(wait?.error).toMatchObject({ name: 'MatchmakerError', code, retryable: true, retryAfterSeconds: 0.4, message: 'Not now.' });
  const began = performance.now();
  await world.online();
  expect(performance.now() - began).toBeGreaterThan(380);
});

describe('When its server drains', () => {
  const resumed: Resumed[] = [];
  const noticed = (): string[] => world.states.map(state => state.state);

  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    resumed.length = 0;
    world.client.on('resumed', value => resumed.push(value));
    world.client.connect();
    await world.online();
  });

  test('it opens another connection after the time that was named, and nobody notices', async () => {
    let heard = 0;
    world.client.on('draining', ({ reconnectInSeconds }) => { heard = reconnectInSeconds; });
    const told = performance.now();
    world.server.tell('draining', { reconnectInSeconds: 0.5 });
    await until(() => heard === 0.5);
    await later(300);
    expect(world.server.upgrades).toBe(1);
    await until(() => resumed.length === 2);
    expect(performance.now() - told).toBeGreaterThan(480);
    await until(() => world.server.sockets === 1);
    expect(noticed()).toEqual(['connecting', 'online']);
    await world.client.leaveQueue();
    expect(world.server.called('LeaveQueue')).toHaveLength(1);
  });

  test('it draws a part of a second besides', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const told = performance.now();
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await until(() => resumed.length === 2);
    expect(performance.now() - told).toBeGreaterThan(480);
  });

  test('it stays where it is while it is refused, and works there', async () => {
    world.server.refusals.push(...Array.from({ length: 3 }, () => ({ status: 503, body: { code: 'draining', retryAfterSeconds: 60 } })));
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await until(() => world.server.tickets === 3);
    await world.client.leaveQueue();
    expect([world.server.upgrades, world.server.called('LeaveQueue').length]).toEqual([1, 1]);
    await until(() => resumed.length === 2);
    expect(noticed()).toEqual(['connecting', 'online']);
  });

  test('the end of the old connection is not noticed when the other one is opening, and a command waits for it', async () => {
    const old = world.server.socket;
    world.server.answers.set('LeaveQueue', socket => socket === old ? 'silence' : yes({}));
    world.server.answers.set('Resume', () => {
      old.terminate();
      return yes(idle);
    });
    const left = world.client.leaveQueue();
    await until(() => world.server.called('LeaveQueue').length === 1);
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await left;
    expect(world.server.called('LeaveQueue')).toHaveLength(2);
    expect(noticed()).toEqual(['connecting', 'online']);
  });

  test('the end of the old connection is a lost connection when there is no other one', async () => {
    world.server.refusals.push({ status: 503, body: { code: 'server_full', retryAfterSeconds: 60 } });
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await until(() => world.server.tickets === 2);
    world.server.cut();
    await until(() => resumed.length === 2);
    expect(noticed()).toEqual(['connecting', 'online', 'reconnecting', 'online']);
  });

  test('a final word over the connection that is opening counts', async () => {
    const old = world.server.socket;
    world.server.answers.set('Resume', socket => {
      old.terminate();
      tell(socket, 'replaced');
      socket.close();
      return 'silence';
    });
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await until(() => world.client.state.state === 'ended');
    expect(world.client.state).toMatchObject({ reason: 'replaced' });
    expect(world.server.upgrades).toBe(2);
  });

  test('whoever leaves meanwhile has left', async () => {
    world.server.holdsUpgrades = true;
    world.server.tell('draining', { reconnectInSeconds: 0 });
    await until(() => world.server.heldUpgrades.length === 1);
    await world.client.disconnect();
    await later(1200);
    expect([world.server.sockets, world.server.upgrades, world.client.state.state]).toEqual([0, 2, 'offline']);
  });
});

test('A ban that comes over the hub ends the connection for good', async () => {
  world.client.connect();
  await world.online();
  const told: unknown[] = [];
  world.client.on('banned', banned => told.push(banned));
  const banned = { reason: 'spam', text: 'No spam.', until: '2027-01-01T00:00:00.000Z', remainingSeconds: 60, appealable: true };
  world.server.tell('banned', banned);
  await until(() => world.client.state.state === 'ended');
  expect(world.client.state).toMatchObject({ reason: 'banned', error: { code: 'banned', message: 'No spam.', ban: banned } });
  expect(told).toEqual([banned]);
  await later(1200);
  expect([world.server.upgrades, world.server.sockets]).toEqual([1, 0]);
});

test('A ban that comes while the connection opens is heard too', async () => {
  world.server.answers.set('Resume', () => {
    world.server.tell('banned', { reason: 'spam', appealable: false });
    world.server.socket.close();
    return 'silence';
  });
  world.client.connect();
  await until(() => world.client.state.state === 'ended');
  expect(world.client.state).toMatchObject({ reason: 'banned' });
});

describe('While it waits', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  let network: EventTarget;

  beforeEach(() => {
    network = new EventTarget();
    vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
    vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network));
    vi.stubGlobal('document', page);
    page.visibilityState = 'hidden';
    // The second wait is 2 s.
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValue(1);
  });

  const wakes = async (wake: () => void, refusal: { status: number; body: object } = outage): Promise<boolean> => {
    world.server.refusals.push(outage, refusal);
    world.client.connect();
    await world.waiting(2);
    const { tickets } = world.server;
    wake();
    await later(700);
    return world.server.tickets > tickets;
  };

  test('it wakes when the network is back', async () => {
    expect(await wakes(() => network.dispatchEvent(new Event('online')))).toBe(true);
  });

  test('it wakes when the page is looked at', async () => {
    expect(await wakes(() => {
      page.visibilityState = 'visible';
      page.dispatchEvent(new Event('visibilitychange'));
    })).toBe(true);
  });

  test('it does not wake when the page is hidden', async () => {
    expect(await wakes(() => page.dispatchEvent(new Event('visibilitychange')))).toBe(false);
  });

  test('it does not wake before the time that the server named', async () => {
    const busy = { status: 503, body: { code: 'server_full', retryAfterSeconds: 1 } };
    expect(await wakes(() => network.dispatchEvent(new Event('online')), busy)).toBe(false);
  });
});

test('A socket that does not open is closed when it is given up', async () => {
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('WebSocket', WebSocket);
  world.server.holdsUpgrades = true;
  world.client.connect();
  await until(() => world.server.heldUpgrades.length === 1);
  const closed = new Promise(resolve => world.server.heldUpgrades[0]!.on('end', resolve).resume());
  await world.client.disconnect();
  await closed;
});

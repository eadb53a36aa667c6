import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Peer, type PeerOptions } from '../src/index.ts';
import { type FakeHubEnd, pairOfHubEnds } from './support/fake-hub.ts';
import { cameraAndMicrophone, FakePeerConnection, useFakeNetwork, useFakeRtc } from './support/fake-rtc.ts';
import { call } from './support/samples.ts';

let hubs: [FakeHubEnd, FakeHubEnd];
let peers: Peer[];
let network: ReturnType<typeof useFakeNetwork>;

beforeEach(() => {
  vi.useFakeTimers();
  useFakeRtc();
  network = useFakeNetwork();
  hubs = pairOfHubEnds();
  peers = [];
});

afterEach(() => {
  peers.forEach(peer => peer.close());
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settle = async (ms = 0): Promise<void> => void await vi.advanceTimersByTimeAsync(ms);

const join = (hub: FakeHubEnd, offers: boolean, options: PeerOptions = { how: 'started', stream: cameraAndMicrophone() }): Peer => {
  const peer = new Peer(hub, { ...call('c1', 1), initiator: offers, polite: !offers }, options);
  peers.push(peer);
  return peer;
};

const connected = async (): Promise<FakePeerConnection[]> => {
  join(hubs[0], true);
  join(hubs[1], false);
  await settle();
  FakePeerConnection.made.forEach(pc => pc.become('connected'));
  return FakePeerConnection.made;
};

test('The initiator offers once, the other answers once', async () => {
  const [one, other] = await connected();
  expect([hubs[0].kinds(), hubs[1].kinds()]).toEqual([['offer'], ['answer']]);
  expect(one?.remoteDescription).toEqual(other?.localDescription);
  expect([one?.sends, other?.sends]).toEqual([['audio', 'video'], ['audio', 'video']]);
});

test('Who opens the camera when the offer is already there answers it, and asks for no other one', async () => {
  FakePeerConnection.isSlow = true;
  let open: (stream: MediaStream) => void = () => {};
  join(hubs[1], false, { how: 'started', stream: new Promise(resolve => { open = resolve; }) });
  join(hubs[0], true);
  await settle(100);
  open(cameraAndMicrophone());
  await settle(1000);
  expect([hubs[0].kinds(), hubs[1].kinds()]).toEqual([['offer'], ['answer']]);
  expect(FakePeerConnection.made[1]?.sends).toEqual(['audio', 'video']);
});

test('The side that offers restarts ICE on another network, once for all the events of the change', async () => {
  const [one] = await connected();
  peers[1]!.close(); // both listen to the same network here
  network.back();
  network.become('cellular');
  network.back();
  await settle(1000);
  expect([one?.restarts, hubs[0].kinds()]).toEqual([1, ['offer', 'offer']]);
  network.become('cellular'); // a new estimate of the speed
  await settle(1000);
  expect(one?.restarts).toBe(1);
  network.back();
  await settle(1000);
  expect(one?.restarts).toBe(2);
});

test('The other side asks for a restart on another network', async () => {
  const [one, other] = await connected();
  peers[0]!.close();
  network.become('none');
  await settle(1000);
  network.become('cellular');
  await settle(1000);
  expect([one?.restarts, other?.restarts, hubs[1].kinds()]).toEqual([0, 0, ['answer', 'restart', 'restart']]);
});

test('A restart that the partner asks for is made, by the side that offers', async () => {
  const [one, other] = await connected();
  peers[1]!.restart();
  await settle();
  expect([one?.restarts, other?.restarts]).toEqual([1, 0]);
  expect([hubs[0].kinds(), hubs[1].kinds()]).toEqual([['offer', 'offer'], ['answer', 'restart', 'answer']]);
});

test('While the hub is away the connection is kept, and what is asked for happens when it is back, once', async () => {
  const [one] = await connected();
  hubs[0].away();
  peers[0]!.restart();
  peers[0]!.restart();
  one?.become('failed');
  await settle(20_000);
  expect([one?.restarts, one?.connectionState, FakePeerConnection.made.length]).toEqual([0, 'failed', 2]);
  one?.become('connected');
  hubs[0].back();
  await settle(5000);
  expect([one?.restarts, hubs[0].kinds()]).toEqual([1, ['offer', 'offer']]);
  hubs[0].back();
  await settle(5000);
  expect(one?.restarts).toBe(1);
});

test('What is found at once travels in the description, what comes later in a frame of its own', async () => {
  FakePeerConnection.gathers = true;
  join(hubs[0], true);
  await settle(30);
  const found = (candidate: string): void => FakePeerConnection.made[0]?.onicecandidate?.({ candidate: { toJSON: () => ({ candidate }) } });
  found('at once');
  expect(hubs[0].kinds()).toEqual([]);
  await settle(10);
  expect(hubs[0].kinds()).toEqual(['offer']);
  found('later');
  await settle(60);
  expect(hubs[0].sent.slice(1)).toEqual([{ kind: 'ice', data: [{ candidate: 'later' }] }]);
});

test('Patience runs while the hub is away: what was stuck is restarted as soon as it is back', async () => {
  const [one] = await connected();
  hubs[0].away();
  one?.become('disconnected');
  await settle(6000);
  expect(one?.restarts).toBe(0);
  hubs[0].back();
  await settle(1000);
  expect(one?.restarts).toBe(1);
});

test('Signals that were lost while the hub was away mean a restart', async () => {
  const [one] = await connected();
  hubs[0].back(true);
  await settle();
  expect(one?.restarts).toBe(0);
  hubs[0].back(false);
  await settle();
  expect(one?.restarts).toBe(1);
});

test('A connection that failed is restarted at once, a disconnected one after 4 s, and not twice in 8 s', async () => {
  const [one] = await connected();
  one?.become('failed');
  await settle();
  expect(one?.restarts).toBe(1);
  one?.become('connected');
  await settle(8000);
  one?.become('disconnected');
  await settle(3900);
  expect(one?.restarts).toBe(1);
  await settle(1200);
  expect(one?.restarts).toBe(2);
  await settle(6000);
  expect(one?.restarts).toBe(2);
  await settle(2000);
  expect(one?.restarts).toBe(3);
});

test('A page that comes to a running call gets a new connection, and its partner makes one too', async () => {
  await connected();
  peers[1]!.close();
  join(hubs[1], false, { how: 'taken', stream: cameraAndMicrophone() });
  await settle();
  const [, , taken, renewed] = FakePeerConnection.made;
  expect(FakePeerConnection.made.map(pc => pc.connectionState)).toEqual(['closed', 'closed', 'new', 'new']);
  expect(renewed?.remoteDescription).toEqual(taken?.localDescription);
  expect(taken?.localDescription?.type).toBe('answer');
});

test.each([
  ['gives way when it is polite', false, ['offer', 'answer']],
  ['keeps to its own when it is not', true, ['offer']],
])('Where offers collide with another kind of client, it %s', async (_, initiator, kinds) => {
  hubs[0].partner = undefined;
  const peer = new Peer(hubs[0], { ...call('c1', 1), initiator: true, polite: !initiator }, { how: 'started', stream: cameraAndMicrophone() });
  peers.push(peer);
  await settle();
  hubs[0].hear('offer', { sdp: 'theirs' });
  await settle();
  expect(hubs[0].kinds()).toEqual(kinds);
  hubs[0].hear('answer', { sdp: 'their answer' });
  await settle();
  expect(FakePeerConnection.made.at(-1)?.remoteDescription?.sdp).toBe(initiator ? 'their answer' : 'theirs');
});

test('Without a camera one takes part all the same, and why there is none is said', async () => {
  const denied = new DOMException('denied', 'NotAllowedError');
  join(hubs[0], true, { how: 'started', stream: Promise.reject(denied) });
  join(hubs[1], false);
  await expect(settle(1)).rejects.toBe(denied);
  await settle();
  expect(FakePeerConnection.made[0]?.sends).toEqual([]);
  expect([hubs[0].kinds(), hubs[1].kinds()]).toEqual([['offer'], ['answer']]);
  peers[0]!.setStream(cameraAndMicrophone());
  await settle();
  expect(hubs[0].sent.length).toBeGreaterThan(0);
});

test('A closed peer says and hears nothing more', async () => {
  await connected();
  peers.forEach(peer => peer.close());
  network.back();
  hubs[0].back(false);
  hubs[0].hear('offer', { sdp: 'late' });
  await settle(20_000);
  expect([hubs[0].kinds(), peers[0]!.state]).toEqual([['offer'], 'closed']);
  expect([hubs[0].handlers, vi.getTimerCount()]).toEqual([0, 0]);
});

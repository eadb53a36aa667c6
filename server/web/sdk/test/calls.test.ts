import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Call, onCall, type Peer, type Unsubscribe } from '../src/index.ts';
import { idle, until, yes } from './support/fake-server.ts';
import { cameraAndMicrophone, FakePeerConnection, useFakeRtc } from './support/fake-rtc.ts';
import { call, ended } from './support/samples.ts';
import { useWorld } from './support/setup.ts';

const world = useWorld();
let log: string[];
let peers: Peer[];
let stop: Unsubscribe;

const attend = (): void => {
  stop = onCall(world.client, { stream: cameraAndMicrophone() }, (peer, { callId }) => {
    peers.push(peer);
    log.push(`in ${callId}`);
    return () => log.push(`out of ${callId}`);
  });
};

const running = (known: Call | undefined): void => void world.server.answers.set('Resume', () => yes({ ...idle, ...known && { call: known } }));

const connect = async (): Promise<void> => {
  world.client.connect();
  await world.online();
};

/** The kinds of what the page has sent its partner. */
const sent = (): unknown[] => world.server.called('Signal').map(([, kind]) => kind);

beforeEach(() => {
  useFakeRtc();
  world.server.pages.set('GET /api/ice-servers', { status: 200, body: { iceServers: [], expiresAt: '2099-01-01T00:00:00.000Z', provider: 'none' } });
  log = [];
  peers = [];
  attend();
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

test('A call that starts here has a peer, which offers, until the call ends', async () => {
  await connect();
  world.server.tell('callStarted', call('c1', 1));
  await until(() => sent().includes('offer'));
  world.server.tell('callEnded', ended('c0', 1));
  await world.client.leaveQueue();
  expect(log).toEqual(['in c1']);
  world.server.tell('callEnded', ended('c1', 2));
  await until(() => log.length === 2);
  expect(log).toEqual(['in c1', 'out of c1']);
  expect([peers[0]?.state, FakePeerConnection.made[0]?.connectionState]).toEqual(['closed', 'closed']);
});

test('A call that runs when the page comes back has a peer, which asks the partner to start over', async () => {
  running(call('c1', 1));
  await connect();
  await until(() => sent().includes('restart'));
  expect(log).toEqual(['in c1']);
});

test('A call of another tab has no peer until this tab takes it, and none when it is taken away', async () => {
  running({ ...call('c1', 1), here: false });
  await connect();
  world.server.tell('callStarted', { ...call('c1', 2), here: false });
  await until(() => world.client.call?.rev === 2);
  expect(log).toEqual([]);
  running(call('c1', 3));
  await world.client.takeCall();
  expect(log).toEqual(['in c1']);
  world.server.tell('callMoved', { callId: 'c1' });
  await until(() => log.length === 2);
  expect(peers[0]?.state).toBe('closed');
});

test('A lost connection leaves the peer alone, and a call that ended meanwhile is over', async () => {
  running(call('c1', 1));
  await connect();
  await until(() => FakePeerConnection.made.length === 1);
  world.server.cut();
  await until(() => world.client.state.state === 'reconnecting');
  await world.online();
  expect([log, FakePeerConnection.made.length]).toEqual([['in c1'], 1]);
  running(undefined);
  world.server.cut();
  await until(() => log.length === 2);
  expect(log).toEqual(['in c1', 'out of c1']);
});

test('The next call follows the one before, whose end was not heard', async () => {
  await connect();
  world.server.tell('callStarted', call('c1', 1));
  world.server.tell('callStarted', call('c2', 1));
  await until(() => log.length === 3);
  expect(log).toEqual(['in c1', 'out of c1', 'in c2']);
});

test('Who comes late finds the call that runs, and who leaves closes it', async () => {
  stop();
  running(call('c1', 1));
  await connect();
  attend();
  expect(log).toEqual(['in c1']);
  stop();
  world.server.tell('callStarted', call('c2', 1));
  await until(() => world.client.call?.callId === 'c2');
  expect([log, peers[0]?.state]).toEqual([['in c1', 'out of c1'], 'closed']);
});

test.each([
  ['the tab is replaced', (): void => world.server.tell('replaced')],
  ['the page disconnects', (): void => void world.client.disconnect()],
])('When %s, nobody would tell the end of the call: it is over here', async (_, end) => {
  running(call('c1', 1));
  await connect();
  expect(log).toEqual(['in c1']);
  end();
  await until(() => log.length === 2);
  expect(peers[0]?.state).toBe('closed');
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConnectionState, createClient, type MatchmakerClient, MatchmakerError, type Session } from '../src/index.ts';
import { FakeServer, idle, no, tell, until, yes } from './support/fake-server.ts';
import { call, card, ended, person } from './support/samples.ts';

let server: FakeServer;
let client: MatchmakerClient;
let states: ConnectionState[];
let saved: Session | undefined;

beforeEach(async () => {
  server = new FakeServer();
  saved = { token: 'token', expiresAt: '2030-01-01T00:00:00.000Z', user: card('me') };
  client = createClient({
    baseUrl: await server.start(),
    tab: 'tab',
    sessionStore: { load: () => saved, save: session => { saved = session; } },
  });
  states = [];
  client.on('state', state => states.push(state));
});

afterEach(async () => {
  await client.disconnect();
  server.stop();
});

const online = (): Promise<void> => until(() => client.state.state === 'online');

test('Resume is the first call after every connect', async () => {
  client.connect();
  await online();
  server.cut();
  await until(() => server.calls.length === 2);
  await online();
  expect(server.calls).toEqual([{ method: 'Resume', args: [] }, { method: 'Resume', args: [] }]);
  expect(states.map(state => state.state)).toContain('reconnecting');
});

test('What arrives before the answer to Resume follows it', async () => {
  server.answers.set('Resume', socket => {
    tell(socket, 'callStarted', call('c1', 1));
    tell(socket, 'signal', 'c1', 'offer', { sdp: 'x' });
    return yes(idle);
  });
  const heard: string[] = [];
  client.on('callStarted', () => heard.push('callStarted'));
  client.on('signal', ({ callId, kind, data }) => heard.push(`${callId} ${kind} ${JSON.stringify(data)}`));
  client.on('resumed', () => heard.push('resumed'));
  client.connect();
  await until(() => heard.length === 3);
  expect(heard).toEqual(['resumed', 'callStarted', 'c1 offer {"sdp":"x"}']);
});

test('A full server is heard at the hub ticket and tried again after its time', async () => {
  server.refusals.push({ status: 503, body: { code: 'server_full', retryAfterSeconds: 1, detail: 'Full.' } });
  client.connect();
  await until(() => states.length === 2);
  const [, waiting] = states;
  expect(waiting).toMatchObject({ state: 'connecting', error: { code: 'server_full', retryable: true, retryAfterSeconds: 1 } });
  expect(server.upgrades).toBe(0);
  const began = performance.now();
  await online();
  expect(performance.now() - began).toBeGreaterThan(900);
});

test('A ban ends the connection for good and says until when', async () => {
  server.refusals.push({ status: 403, body: { code: 'banned', until: '2027-01-01T00:00:00.000Z' } });
  client.connect();
  await until(() => client.state.state === 'ended');
  expect(client.state).toMatchObject({ reason: 'banned', error: { details: { until: '2027-01-01T00:00:00.000Z' } } });
});

test('An ended login is forgotten', async () => {
  server.refusals.push({ status: 401, body: { code: 'session_ended' } });
  client.connect();
  await until(() => client.state.state === 'ended');
  expect(client.session).toBeUndefined();
  expect(saved).toBeUndefined();
});

test('A replaced tab does not come back by itself, and does when asked', async () => {
  client.connect();
  await online();
  server.tell('replaced');
  server.socket.close();
  await until(() => client.state.state === 'ended');
  await new Promise(resolve => setTimeout(resolve, 1200));
  expect(server.upgrades).toBe(1);
  client.connect();
  await online();
  expect(server.upgrades).toBe(2);
});

test('A no is an error with its code, field and time', async () => {
  server.answers.set('Invite', () => no('cooldown', { retryAfterSeconds: 60 }));
  server.answers.set('JoinQueue', () => no('invalid_argument', { field: 'callSeconds' }));
  client.connect();
  await expect(client.invite('u', 300)).rejects.toMatchObject({ code: 'cooldown', retryAfterSeconds: 60, retryable: false });
  await expect(client.joinQueue({ callSeconds: 1 })).rejects.toMatchObject({ code: 'invalid_argument', field: 'callSeconds' });
  await expect(client.joinQueue()).rejects.toBeInstanceOf(MatchmakerError);
});

test('A command that a cut interrupts is sent again after the resume', async () => {
  let asked = 0;
  server.answers.set('EndCall', socket => {
    if (++asked === 1) {
      socket.terminate();
      return 'silence';
    }
    return yes({ seconds: 7, recorded: 'yes' });
  });
  client.connect();
  expect(await client.endCall('c1')).toEqual({ seconds: 7, recorded: 'yes' });
  expect(server.calls.map(made => made.method)).toEqual(['Resume', 'EndCall', 'Resume', 'EndCall']);
});

test('Taking a call asks for it by name', async () => {
  server.answers.set('Resume', () => yes({ ...idle, call: call('c1', 1) }));
  client.connect();
  expect((await client.takeCall()).call?.callId).toBe('c1');
  expect(server.called('Resume')).toEqual([[], [{ takeCall: true }]]);
});

test('An ended call stays ended, whatever comes late', async () => {
  const heard: string[] = [];
  client.on('callStarted', ({ callId }) => heard.push(`started ${callId}`));
  client.on('callEnded', ({ callId }) => heard.push(`ended ${callId}`));
  client.on('resumed', ({ call: known }) => heard.push(`resumed ${known?.callId}`));
  server.answers.set('Resume', () => yes({ ...idle, call: call('c1', 1) }));
  client.connect();
  await online();
  server.tell('callEnded', ended('c1', 2));
  server.tell('callEnded', ended('c1', 2));
  server.tell('callStarted', call('c1', 1));
  server.tell('callStarted', call('c2', 1));
  await until(() => heard.includes('started c2'));
  server.cut();
  await until(() => heard.length === 4);
  expect(heard).toEqual(['resumed c1', 'ended c1', 'started c2', 'resumed undefined']);
});

test('What is older than what is known falls away, and a snapshot that is older still shows the call', async () => {
  const heard: string[] = [];
  client.on('callStarted', ({ rev }) => heard.push(`call ${rev}`));
  client.on('inviteReceived', ({ inviteId, rev }) => heard.push(`invite ${inviteId} ${rev}`));
  client.on('inviteEnded', ({ inviteId }) => heard.push(`no invite ${inviteId}`));
  client.on('resumed', ({ call: known }) => heard.push(`resumed ${known?.rev}`));
  server.answers.set('Resume', () => yes({ ...idle, call: call('c1', 2) }));
  client.connect();
  await online();
  const invite = { inviteId: 'i1', from: card('b'), callSeconds: 300, expiresAt: '', remainingSeconds: 20, rev: 2 };
  server.tell('callStarted', call('c1', 3));
  server.tell('callStarted', call('c1', 2));
  server.tell('inviteReceived', invite);
  server.tell('inviteReceived', { ...invite, rev: 1 });
  server.tell('inviteEnded', { inviteId: 'i1', fromUserId: 'b', toUserId: 'me', outcome: 'expired' });
  server.tell('inviteReceived', { ...invite, rev: 3 });
  server.tell('callStarted', call('c1', 4));
  await until(() => heard.includes('call 4'));
  server.cut();
  await until(() => heard.length === 6);
  expect(heard).toEqual(['resumed 2', 'call 3', 'invite i1 2', 'no invite i1', 'call 4', 'resumed 2']);
});

test('The client knows the call of its user, and where it is', async () => {
  const seen: (string | undefined)[] = [];
  const note = (): void => void seen.push(client.call && `${client.call.callId} ${client.call.here ? 'here' : 'elsewhere'}`);
  (['resumed', 'callStarted', 'callMoved', 'callEnded'] as const).forEach(event => client.on(event, note));
  client.connect();
  await online();
  server.tell('callStarted', call('c1', 1));
  server.tell('callMoved', { callId: 'c1' });
  server.tell('callEnded', ended('c1', 2));
  server.tell('callStarted', { ...call('c2', 1), here: false });
  await until(() => seen.length === 5);
  expect(seen).toEqual([undefined, 'c1 here', 'c1 elsewhere', undefined, 'c2 elsewhere']);
});

test('A lobby that is refused for a moment is watched all the same', async () => {
  let asked = 0;
  server.answers.set('WatchLobby', () => ++asked === 1
    ? no('unavailable', { retryAfterSeconds: 0.05 })
    : yes({ version: 1, total: 1, people: [person('a')] }));
  let seen: string[] = [];
  client.on('lobby', lobby => { seen = lobby.people.map(each => each.id); });
  client.connect();
  await expect(client.watchLobby()).rejects.toMatchObject({ code: 'unavailable' });
  await until(() => seen.join() === 'a');
});

test('A watched lobby is whole again after a gap and after a reconnect', async () => {
  let people = [person('a')];
  server.answers.set('WatchLobby', () => yes({ version: 1, total: people.length, people }));
  let seen: string[] = [];
  client.on('lobby', lobby => { seen = lobby.people.map(each => each.id); });
  client.connect();
  await client.watchLobby();
  server.tell('lobbyChanged', { version: 2, added: [person('b')], total: 2 });
  await until(() => seen.join() === 'a,b');
  server.tell('lobbyChanged', { version: 3, removed: ['a'], total: 1 });
  await until(() => seen.join() === 'b');
  people = [person('x'), person('y')];
  server.tell('lobbyChanged', { version: 5, removed: ['b'], total: 0 });
  await until(() => seen.join() === 'x,y');
  people = [person('z')];
  server.cut();
  await until(() => seen.join() === 'z');
  expect(server.called('WatchLobby').length).toBe(3);
});

import { afterEach, beforeEach } from 'vitest';
import { type ConnectionState, createClient, type MatchmakerClient, type Session } from '../../src/index.ts';
import { FakeServer, until } from './fake-server.ts';
import { card } from './samples.ts';

/** A signed-in client of a server that does what a test tells it; both are new for every test. */
export interface World {
  server: FakeServer;
  client: MatchmakerClient;
  states: ConnectionState[];
  saved: Session | undefined;
  online(): Promise<void>;
  /** The states that told of a wait for the next attempt, once there are so many. */
  waiting(times: number): Promise<Extract<ConnectionState, { retryInSeconds?: number }>[]>;
}

export function useWorld(): World {
  const world = {} as World;
  beforeEach(async () => {
    world.server = new FakeServer();
    world.saved = { token: 'token', expiresAt: '2030-01-01T00:00:00.000Z', user: card('me') };
    world.client = createClient({
      baseUrl: await world.server.start(),
      tab: 'tab',
      sessionStore: { load: () => world.saved, save: session => { world.saved = session; } },
    });
    world.states = [];
    world.client.on('state', state => world.states.push(state));
    world.online = () => until(() => world.client.state.state === 'online');
    world.waiting = async times => {
      const waits = (): ConnectionState[] => world.states.filter(state => 'retryInSeconds' in state);
      await until(() => waits().length >= times);
      return waits() as Extract<ConnectionState, { retryInSeconds?: number }>[];
    };
  });
  afterEach(async () => {
    await world.client.disconnect();
    world.server.stop();
  });
  return world;
}

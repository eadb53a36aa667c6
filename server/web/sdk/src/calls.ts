import type { MatchmakerClient } from './client.ts';
import type { Call } from './contract.ts';
import type { Unsubscribe } from './emitter.ts';
import { Peer, type PeerOptions } from './peer.ts';

/** What it returns is called when the call is over here, or held by another tab. */
export type CallHandler = (peer: Peer, call: Call) => void | (() => void);

/**
 * Gives a peer for every call that belongs to this tab: one that starts, one that runs when the page comes back after
 * a reload, one that this tab takes from another. The peer is closed when the call is over here; the function that is
 * returned closes it at once and gives no more.
 */
export function onCall(client: MatchmakerClient, options: Pick<PeerOptions, 'stream'>, handler: CallHandler): Unsubscribe {
  let peer: Peer | undefined;
  let left: ReturnType<CallHandler>;
  const leave = (): void => {
    peer?.close();
    peer = undefined;
    const tell = left;
    left = undefined;
    tell?.();
  };
  const enter = (call: Call | undefined, how: PeerOptions['how']): void => {
    if (call?.here && call.callId === peer?.callId) {
      return; // its media went on while the hub was away
    }
    leave();
    if (call?.here) {
      peer = new Peer(client, call, { ...options, how });
      left = handler(peer, call);
    }
  };
  const leaveThis = ({ callId }: { callId: string }): void => {
    if (callId === peer?.callId) {
      leave();
    }
  };
  const subscriptions = [
    client.on('callStarted', call => enter(call, 'started')),
    client.on('resumed', ({ call }) => enter(call, 'taken')),
    client.on('callMoved', leaveThis),
    client.on('callEnded', leaveThis),
    // Nobody would tell the end of the call any more.
    client.on('state', ({ state }) => state === 'offline' || state === 'ended' ? leave() : undefined),
  ];
  enter(client.call, 'taken');
  return () => {
    subscriptions.forEach(unsubscribe => unsubscribe());
    leave();
  };
}

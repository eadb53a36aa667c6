export type { Abortable } from './abort.ts';
export { type CallHandler, onCall } from './calls.ts';
export * from './contract.ts';
export { createClient, type ClientEvents, type ClientOptions, type MatchmakerClient } from './client.ts';
export type { ConnectionState, FinalReason } from './connection.ts';
export type { Unsubscribe } from './emitter.ts';
export { MatchmakerError } from './errors.ts';
export { Peer, type PeerEvents, type PeerOptions, type SignalingClient } from './peer.ts';
export type { SessionStore } from './storage.ts';

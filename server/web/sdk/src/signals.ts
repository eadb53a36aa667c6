import type { Json } from './contract.ts';

/**
 * What partners send each other; the server does not read it. `from` and `to` name RTCPeerConnections: a reloaded
 * page has a new one, and what was meant for the old one must not reach it. `n` counts the sender's offers; an answer
 * repeats the number of its offer.
 */
export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
  from?: string;
  to?: string;
  n?: number;
}

/**
 * Without `to`: "I have a new RTCPeerConnection, make one too and send me an offer." With it, from the side that makes
 * no offers: "send me another one, with other addresses".
 */
export interface Restart {
  from?: string;
  to?: string;
}

/** The partner's words are a stranger's words: undefined for what is not a description. */
export function readDescription(type: 'offer' | 'answer', data: Json): Description | undefined {
  if (!isObject(data) || typeof data.sdp !== 'string') {
    return undefined;
  }
  return {
    type,
    sdp: data.sdp,
    ...typeof data.from === 'string' && { from: data.from },
    ...typeof data.to === 'string' && { to: data.to },
    ...typeof data.n === 'number' && { n: data.n },
  };
}

export function readRestart(data: Json): Restart {
  return isObject(data)
    ? { ...typeof data.from === 'string' && { from: data.from }, ...typeof data.to === 'string' && { to: data.to } }
    : {};
}

export function readCandidates(data: Json): RTCIceCandidateInit[] {
  return (Array.isArray(data) ? data as readonly Json[] : [data]).filter(isCandidate);
}

/** Whether a candidate belongs to this description, and not to the one before an ICE restart. */
export function belongsTo(candidate: RTCIceCandidateInit, description: RTCSessionDescription): boolean {
  const fragment = candidate.usernameFragment;
  return !fragment || description.sdp.split(/\r?\n/).includes(`a=ice-ufrag:${fragment}`);
}

function isObject(data: Json | undefined): data is { readonly [key: string]: Json | undefined } {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isCandidate(data: Json): data is RTCIceCandidateInit & { readonly [key: string]: Json } {
  return isObject(data) && typeof data.candidate === 'string';
}

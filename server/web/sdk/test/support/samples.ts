import type { Call, CallEnded, Card, Person } from '../../src/index.ts';

export const card = (id: string): Card => ({ id, name: `Name ${id}`, gender: 'unspecified', languages: [], interests: [] });

export const person = (id: string): Person => card(id);

export const call = (callId: string, rev: number): Call => ({
  callId, partner: card('partner'), callSeconds: 300, endsAt: '2026-01-01T00:05:00.000Z', remainingSeconds: 300,
  initiator: true, polite: false, origin: 'invite', here: true, rev,
});

export const ended = (callId: string, rev: number): CallEnded => ({ callId, reason: 'hangup', seconds: 10, recorded: 'yes', rev });

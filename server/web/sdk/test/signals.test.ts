import { expect, test, vi } from 'vitest';
import { type Json, MatchmakerError } from '../src/index.ts';
import { SignalOutbox } from '../src/signal-outbox.ts';
import { belongsTo, readCandidates, readDescription, readRestart } from '../src/signals.ts';

test('Ten candidates are one frame at once, fewer one after a moment, and a description does not overtake them', async () => {
  vi.useFakeTimers();
  try {
    const sent: [string, Json][] = [];
    const outbox = new SignalOutbox(async (kind, data) => { sent.push([kind, data]); });
    Array.from({ length: 11 }, (_, i) => outbox.candidate({ candidate: `${i}` }));
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.map(([kind, data]) => [kind, (data as Json[]).length])).toEqual([['ice', 10]]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent[1]).toEqual(['ice', [{ candidate: '10' }]]);
    outbox.candidate({ candidate: 'last' });
    outbox.push('answer', { sdp: 's' });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.slice(2).map(([kind]) => kind)).toEqual(['ice', 'answer']);
  } finally {
    vi.useRealTimers();
  }
});

test('A signal is sent again after a passing no and dropped after a final one, in order', async () => {
  vi.useFakeTimers();
  try {
    const sent: string[] = [];
    const noes = [new MatchmakerError('unavailable', '', { retryAfterSeconds: 2 }), undefined, new MatchmakerError('not_here', '')];
    const outbox = new SignalOutbox(async (kind) => {
      const refusal = noes.shift();
      sent.push(`${kind} ${refusal?.code ?? 'ok'}`);
      if (refusal) {
        throw refusal;
      }
    });
    outbox.push('offer', null);
    outbox.push('ice', null);
    outbox.push('answer', null);
    await vi.advanceTimersByTimeAsync(1999);
    expect(sent).toEqual(['offer unavailable']);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['offer unavailable', 'offer ok', 'ice not_here', 'answer ok']);
  } finally {
    vi.useRealTimers();
  }
});

test('What belongs to a connection that is gone is not sent any more', async () => {
  const sent: string[] = [];
  let release = (): void => {};
  const outbox = new SignalOutbox(kind => {
    sent.push(kind);
    return new Promise(resolve => { release = resolve; });
  });
  outbox.push('offer', null);
  outbox.push('ice', null);
  outbox.candidate({ candidate: 'x' });
  outbox.clear();
  outbox.push('restart', null);
  release();
  await new Promise(resolve => setTimeout(resolve));
  expect(sent).toEqual(['offer', 'restart']);
});

test('What was refused for a moment is not sent again once it is cleared', async () => {
  vi.useFakeTimers();
  try {
    const sent: string[] = [];
    let refuse = (): void => {};
    const outbox = new SignalOutbox(kind => {
      sent.push(kind);
      return new Promise((_, reject) => { refuse = () => reject(new MatchmakerError('offline', '')); });
    });
    outbox.push('offer', null);
    outbox.clear();
    outbox.push('restart', null);
    refuse();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(['offer', 'restart']);
    outbox.close();
  } finally {
    vi.useRealTimers();
  }
});

test('What a stranger sends is read with care', () => {
  expect(readDescription('offer', { sdp: 'v=0', from: 1, to: 'me', n: 3, evil: true })).toEqual({ type: 'offer', sdp: 'v=0', to: 'me', n: 3 });
  for (const data of [null, 'v=0', [], {}, { sdp: 7 }]) {
    expect(readDescription('offer', data)).toBeUndefined();
  }
  expect(readRestart('x')).toEqual({});
  expect(readCandidates([{ candidate: 'a' }, null, { candidate: 1 }, 'b'])).toEqual([{ candidate: 'a' }]);
  expect(readCandidates({ candidate: 'a' })).toEqual([{ candidate: 'a' }]);
});

test('A candidate of the time before an ICE restart does not belong', () => {
  const description = { type: 'offer', sdp: 'v=0\r\na=ice-ufrag:abc\r\n' } as RTCSessionDescription;
  expect(belongsTo({ usernameFragment: 'abc' }, description)).toBe(true);
  expect(belongsTo({ usernameFragment: 'ab' }, description)).toBe(false);
  expect(belongsTo({}, description)).toBe(true);
});

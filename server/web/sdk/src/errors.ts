import type { Banned, ErrorCode } from './contract.ts';

/** The only error that this library throws for an expected "no" or a missing server. */
export class MatchmakerError extends Error {
  override readonly name = 'MatchmakerError';
  readonly code: ErrorCode;
  /** Whether the same request can succeed shortly, without the person doing anything. */
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  /** The argument or field that is wrong. */
  readonly field: string | undefined;
  /** The other fields of an HTTP problem, such as `until` of a ban. */
  readonly details: Readonly<Record<string, unknown>>;

  /** Why, until when, and whether an appeal is open to the person; of `banned` alone. */
  get ban(): Banned | undefined {
    return this.code === 'banned' ? this.details as unknown as Banned : undefined;
  }

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.field = more.field;
    this.details = more.details ?? {};
    this.retryable = passing.has(code) || (more.retryAfterSeconds !== undefined && !lasting.has(code));
  }
}

export interface ErrorDetails {
  retryAfterSeconds?: number | undefined;
  field?: string | undefined;
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

const passing: ReadonlySet<ErrorCode> = new Set(['draining', 'offline', 'rate_limited', 'server_full', 'unreachable']);

/** These name a time too, but one that a person has to wait for. */
const lasting: ReadonlySet<ErrorCode> = new Set(['banned', 'cooldown', 'too_many_invites']);

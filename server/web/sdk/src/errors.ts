import type { ErrorCode } from './contract.ts';

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

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.field = more.field;
    this.details = more.details ?? {};
    this.retryable = passing.has(code) || (code === 'unavailable' && more.retryAfterSeconds !== undefined);
  }
}

export interface ErrorDetails {
  retryAfterSeconds?: number | undefined;
  field?: string | undefined;
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

// `unavailable` is both "that person cannot be invited" and "the database is away": only the latter names a time.
const passing: ReadonlySet<ErrorCode> = new Set(['draining', 'offline', 'rate_limited', 'server_full', 'unreachable']);

import { duration } from '../../../ui/words.ts';
import { ApiError } from '../api/http.ts';

const texts: Readonly<Record<string, string>> = {
  admin_session_ended: 'Your session has ended.',
  already_decided: 'Somebody else has decided this meanwhile.',
  claimed: 'Somebody else has taken this case.',
  email_taken: 'There is an account with this address.',
  forbidden: 'Your role may not do that.',
  not_found: 'There is no such thing any more.',
  rate_limited: 'Too many attempts.',
  same_decider: 'You took this measure yourself: somebody else has to decide.',
  self: 'You cannot do that to your own account.',
  too_many_bans: 'There are too many address bans in force.',
  unavailable: 'The database does not answer right now.',
  unreachable: 'The server cannot be reached.',
  wrong_credentials: 'The e-mail address, the password or the code is wrong. Each code is good for one sign-in.',
};

/** Words for the person at the page; those given take precedence. */
export function explain(error: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  const text = words[error.code] ?? texts[error.code] ?? error.message;
  return error.retryAfterSeconds ? `${text} Again in ${duration(error.retryAfterSeconds)}.` : text;
}

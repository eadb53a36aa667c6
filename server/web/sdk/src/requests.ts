import type { Abortable } from './abort.ts';
import type {
  AppealFiled, AppealRequest, BlockList, Card, History, HistoryDetail, IceServers, LiveStats, Lobby, MyStanding, Profile, Reason,
  ReportFiled, ReportRequest, UserExport,
} from './contract.ts';
import type { Http } from './http.ts';

const encode = encodeURIComponent;

/** What needs a login but no connection. */
export class Requests {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  me(options?: Abortable): Promise<Card> {
    return this.#http.send('GET', '/api/me', options);
  }

  /** What is absent stays. */
  updateMe(change: Partial<Profile>, options?: Abortable): Promise<Card> {
    return this.#http.send('PATCH', '/api/me', options, change);
  }

  /** `limit`: 1 to 100 people. */
  lobby(limit = 50, options?: Abortable): Promise<Lobby> {
    return this.#http.send('GET', `/api/lobby?limit=${limit}`, options);
  }

  /** Newest first. `limit`: 1 to 100 calls; `cursor`: the `nextCursor` of the page before. */
  history(limit = 20, cursor?: string, options?: Abortable): Promise<History> {
    return this.#http.send('GET', `/api/history?limit=${limit}${cursor ? `&cursor=${encode(cursor)}` : ''}`, options);
  }

  /** One call with its chat. Codes: `not_found`. */
  historyOf(callId: string, options?: Abortable): Promise<HistoryDetail> {
    return this.#http.send('GET', `/api/history/${encode(callId)}`, options);
  }

  /** TURN credentials only while in a call. */
  iceServers(options?: Abortable): Promise<IceServers> {
    return this.#http.send('GET', '/api/ice-servers', options);
  }

  /** The people whom I have blocked. */
  blocks(options?: Abortable): Promise<BlockList> {
    return this.#http.send('GET', '/api/blocks', options);
  }

  /** Neither sees, meets or reaches the other; a running call ends. Codes: `self`, `not_found`, `too_many_blocks`. */
  block(userId: string, options?: Abortable): Promise<void> {
    return this.#http.send('PUT', `/api/blocks/${encode(userId)}`, options);
  }

  unblock(userId: string, options?: Abortable): Promise<void> {
    return this.#http.send('DELETE', `/api/blocks/${encode(userId)}`, options);
  }

  /** What is held against me, and what I said against it; also while I am banned. */
  standing(options?: Abortable): Promise<MyStanding> {
    return this.#http.send('GET', '/api/me/standing', options);
  }

  /** Against the ban or hold in force, once; 1 to 1000 characters. Codes: `nothing_to_appeal`, `appeal_exists`. */
  appeal(text: string, options?: Abortable): Promise<AppealFiled> {
    return this.#http.send('POST', '/api/appeals', options, { text } satisfies AppealRequest);
  }

  /** I have read a warning. Codes: `not_found`. */
  acknowledge(measureId: string, options?: Abortable): Promise<void> {
    return this.#http.send('POST', `/api/measures/${encode(measureId)}/seen`, options);
  }

  /**
   * About the other person of a call of mine, running or of the last 24 h; once for each call, and the same answer when it is
   * repeated. We never meet again, and a running call ends. Codes: `not_found`.
   */
  report(callId: string, reason: Reason, note?: string, options?: Abortable): Promise<ReportFiled> {
    return this.#http.send('POST', '/api/reports', options, { callId, reason, note } satisfies ReportRequest);
  }

  /** All that is kept about me; `cursor`: the `nextCursor` of the answer before, when there is more. */
  exportData(cursor?: string, options?: Abortable): Promise<UserExport> {
    return this.#http.send('GET', `/api/me/export${cursor ? `?cursor=${encode(cursor)}` : ''}`, options);
  }

  /** Of the instance that answers. */
  stats(options?: Abortable): Promise<LiveStats> {
    return this.#http.send('GET', '/api/stats/live', options);
  }
}

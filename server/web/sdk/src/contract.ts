/** Everything that travels between this library and the server. Unknown fields are ignored on both sides. */

export type Gender = 'female' | 'male' | 'nonbinary' | 'unspecified';
export type UserStatus = 'idle' | 'available' | 'queued' | 'in_call';
export type Origin = 'invite' | 'queue';
export type SignalKind = 'offer' | 'answer' | 'ice' | 'restart';
export type Recorded = 'yes' | 'no' | 'pending';
export type EndReason = 'hangup' | 'next' | 'time_up' | 'partner_lost' | 'blocked' | 'banned' | 'shutdown';
export type InviteOutcome = 'declined' | 'rescinded' | 'expired' | 'unavailable' | 'accepted';
export type Wish = 'languages' | 'interests' | 'callSeconds';

/** Any JSON; the server relays it unread. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Times are ISO 8601 UTC. Compare with `remainingSeconds` rather than with the clock of the device. */
export type IsoTime = string;

/** What a stranger may see of a person. */
export interface Card {
  id: string;
  name: string;
  gender: Gender;
  selfieUrl?: string;
  languages: string[];
  interests: string[];
  introducedBy?: string;
}

export interface Person extends Card {
  cooldownUntil?: IsoTime;
}

export interface Profile {
  name: string;
  gender: Gender;
  languages?: string[];
  interests?: string[];
}

export interface GuestSignIn extends Profile {
  /** The person says that they are 18 or older. */
  adult: boolean;
}

export interface Session {
  token: string;
  expiresAt: IsoTime;
  user: Card;
}

export interface HubTicket {
  ticket: string;
  expiresAt: IsoTime;
}

export interface Lobby {
  total: number;
  people: Person[];
}

export interface HistoryCall {
  callId: string;
  partner: Card;
  startedAt: IsoTime;
  seconds: number;
  reason: EndReason;
  origin: Origin;
  reported: boolean;
}

export interface History {
  calls: HistoryCall[];
  nextCursor?: string;
}

export interface HistoryDetail extends HistoryCall {
  messages: ChatMessage[];
}

export interface IceServers {
  iceServers: RTCIceServer[];
  expiresAt: IsoTime;
  provider: string;
}

export interface LiveStats {
  online: number;
  waiting: number;
  calls: number;
}

export interface QueuePlace {
  position: number;
  waiting: number;
  estimatedWaitSeconds: number;
}

export interface QueueStatus extends QueuePlace {
  /** The wishes that waiting has softened. */
  widened?: Wish[];
}

export interface QueueWishes {
  wants?: Gender[];
  languages?: string[];
  interests?: string[];
  callSeconds?: number;
}

export interface Call {
  callId: string;
  partner: Card;
  callSeconds: number;
  endsAt: IsoTime;
  remainingSeconds: number;
  initiator: boolean;
  polite: boolean;
  origin: Origin;
  /** Whether this tab holds the call; the others only know of it. */
  here: boolean;
  rev: number;
}

export interface Signal {
  kind: SignalKind;
  data: Json;
}

export interface Missed {
  chat: ChatMessage[];
  signals: Signal[];
  /** False when signals may be lost: negotiate anew. */
  complete: boolean;
}

export interface LiveInvite {
  inviteId: string;
  from: Card;
  toUserId: string;
  callSeconds: number;
  expiresAt: IsoTime;
  remainingSeconds: number;
  rev?: number;
}

export interface Resumed {
  status: UserStatus;
  queue?: QueuePlace;
  invites: LiveInvite[];
  call?: Call;
  missed: Missed;
  serverTime: IsoTime;
  instance: string;
  degraded?: boolean;
}

export interface LobbySnapshot extends Lobby {
  version: number;
}

export interface Invited {
  inviteId: string;
  /** Set when both had invited each other: the call has begun. */
  callId?: string;
  expiresAt?: IsoTime;
  remainingSeconds?: number;
}

export interface CallClosed {
  seconds: number;
  recorded: Recorded;
  queue?: QueuePlace;
}

export interface LobbyChanged {
  version: number;
  added?: Person[];
  changed?: Person[];
  removed?: string[];
  total: number;
}

export interface InviteExtended {
  inviteId: string;
  expiresAt: IsoTime;
  remainingSeconds: number;
  rev?: number;
}

export interface InviteEnded {
  inviteId: string;
  fromUserId: string;
  toUserId: string;
  outcome: InviteOutcome;
  cooldownUntil?: IsoTime;
}

export interface ChatMessage {
  callId: string;
  id: string;
  clientId?: string;
  from: string;
  text: string;
  at: IsoTime;
}

/** From a network (`mastodon`) to the person's name there; at most eight. */
export type Socials = Readonly<Record<string, string>>;

export interface SocialsShared {
  callId: string;
  from: string;
  socials: Socials;
}

export interface PartnerStatus {
  callId: string;
  state: 'away' | 'back';
  /** How long the call waits for the partner. */
  remainingSeconds?: number;
}

export interface CallEnded {
  callId: string;
  reason: EndReason;
  seconds: number;
  recorded: Recorded;
  cooldownUntil?: IsoTime;
  rev: number;
}

export interface Banned {
  reason: string;
  until?: IsoTime;
  appealable: boolean;
}

/** Every event of the hub that carries one object; `signal` alone has three arguments. */
export interface HubEvents {
  lobbyChanged: LobbyChanged;
  queueStatus: QueueStatus;
  inviteReceived: LiveInvite;
  inviteExtended: InviteExtended;
  inviteEnded: InviteEnded;
  callStarted: Call;
  chat: ChatMessage;
  socialsShared: SocialsShared;
  partnerStatus: PartnerStatus;
  callMoved: { callId: string };
  callEnded: CallEnded;
  replaced: undefined;
  draining: { reconnectInSeconds: number };
  banned: Banned;
}

export const hubEventNames = [
  'lobbyChanged', 'queueStatus', 'inviteReceived', 'inviteExtended', 'inviteEnded', 'callStarted', 'chat',
  'socialsShared', 'partnerStatus', 'callMoved', 'callEnded', 'replaced', 'draining', 'banned',
] as const satisfies readonly (keyof HubEvents)[];

/** Every method of the hub: its arguments and the value of a yes. */
export interface HubMethods {
  Resume: (options?: { takeCall?: boolean }) => Resumed;
  JoinQueue: (wishes?: QueueWishes) => QueuePlace;
  LeaveQueue: () => object;
  SetAvailable: (available: boolean) => object;
  WatchLobby: (watch?: LobbyWatch) => LobbySnapshot;
  UnwatchLobby: () => object;
  Invite: (userId: string, callSeconds: number) => Invited;
  ExtendInvite: (inviteId: string) => object;
  RescindInvite: (inviteId: string) => object;
  DeclineInvite: (inviteId: string) => object;
  AcceptInvite: (inviteId: string, callSeconds: number) => { callId: string };
  Signal: (callId: string, kind: SignalKind, data: Json) => object;
  SendChat: (callId: string, clientId: string, text: string) => { id: string; at: IsoTime };
  ShareSocials: (callId: string, socials: Socials) => object;
  EndCall: (callId: string) => CallClosed;
  Next: (callId: string) => CallClosed;
}

export interface LobbyWatch {
  genders?: Gender[];
  /** At most 100; 50 when left out. */
  limit?: number;
}

/** What every hub method answers. */
export type Reply<T> =
  | { ok: true; value: T }
  | { ok: false; error: { code: string; message: string; retryAfterSeconds?: number; field?: string } };

/** The codes of the server's refusals. */
export type RefusalCode =
  | 'adult_required' | 'banned' | 'busy' | 'cooldown' | 'draining' | 'forbidden' | 'internal' | 'invalid_argument'
  | 'invalid_duration' | 'invalid_ticket' | 'invite_gone' | 'not_found' | 'not_here' | 'not_in_call' | 'partner_away'
  | 'rate_limited' | 'self' | 'server_full' | 'session_ended' | 'too_large' | 'too_many_blocks' | 'too_many_extensions'
  | 'too_many_invites' | 'unavailable' | 'unknown_method';

/** The codes that this library itself gives. */
export type ClientCode = 'offline' | 'signed_out' | 'unreachable' | 'unexpected_answer';

/** A newer server may say more than this version knows. */
export type ErrorCode = RefusalCode | ClientCode | (string & {});

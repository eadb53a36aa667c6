/** The shapes and words that travel. Unknown fields are ignored on both sides. */

export type Gender = 'female' | 'male' | 'nonbinary' | 'unspecified';
export type UserStatus = 'idle' | 'available' | 'queued' | 'in_call';
export type Origin = 'invite' | 'queue';
export type SignalKind = 'offer' | 'answer' | 'ice' | 'restart';
export type Recorded = 'yes' | 'no' | 'pending';
export type EndReason = 'hangup' | 'next' | 'time_up' | 'partner_lost' | 'blocked' | 'banned' | 'shutdown';
export type PartnerState = 'away' | 'back';
export type InviteOutcome = 'declined' | 'rescinded' | 'expired' | 'unavailable' | 'accepted';
export type MeasureKind = 'warn' | 'hold' | 'ban';
export type Reason =
  | 'harassment' | 'nudity' | 'minor_safety' | 'hate' | 'threats' | 'spam' | 'impersonation' | 'other';
export type AppealOutcome = 'granted' | 'upheld';
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

export interface HubTicketRequest {
  /** 8 to 64 letters, digits, `-` or `_`. */
  tab: string;
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

/** Whom I have blocked, the latest first. */
export interface BlockList {
  people: Card[];
}

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export interface IceServers {
  /** For `RTCPeerConnection` as they stand. */
  iceServers: IceServer[];
  expiresAt: IsoTime;
  /** `coturn` or `static`: a relay that works; `stun` or `none`: no relay. */
  provider: string;
}

export interface LiveStats {
  /** Users with a connection. */
  online: number;
  waiting: number;
  calls: number;
}

/** A place in the queue. */
export interface QueueStatus {
  /** From 1; an estimate, since who fits decides. */
  position: number;
  /** People in the queue. */
  waiting: number;
  estimatedWaitSeconds: number;
  /** The wishes that waiting has softened. */
  widened?: Wish[];
}

export interface QueueWishes {
  /** Anybody when absent or empty. */
  wants?: Gender[];
  /** At most 5 tags of BCP 47; those of the profile when absent. */
  languages?: string[];
  /** At most 10, each of at most 24 characters; those of the profile when absent. */
  interests?: string[];
  /** 60 to 1800, 300 when absent; the mean of both people's wishes is taken. */
  callSeconds?: number;
}

export interface Call {
  callId: string;
  partner: Card;
  /** The length agreed. */
  callSeconds: number;
  endsAt: IsoTime;
  remainingSeconds: number;
  /** Makes the first offer. */
  initiator: boolean;
  /** Gives way when two offers collide. */
  polite: boolean;
  origin: Origin;
  /** Whether this tab holds the call; the others only know of it. */
  here: boolean;
  /** Grows with every change of this call. */
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
  /** In the answer of `Resume`, where my own invites are too. */
  toUserId?: string;
  /** The inviter's wish. */
  callSeconds: number;
  expiresAt: IsoTime;
  remainingSeconds: number;
  rev?: number;
}

export interface ResumeOptions {
  /** Brings the user's call to this connection even when another tab has it. */
  takeCall?: boolean;
}

/** Where the user stands. */
export interface Resumed {
  status: UserStatus;
  queue?: QueueStatus;
  invites: LiveInvite[];
  call?: Call;
  missed: Missed;
  serverTime: IsoTime;
  instance: string;
  /** The database did not answer, and this is from memory. */
  degraded?: boolean;
  /** When something is held against me, or I have not seen a warning. */
  standing?: StandingView;
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

export interface CallAccepted {
  callId: string;
}

export interface CallClosed {
  /** How long it lasted. */
  seconds: number;
  recorded: Recorded;
}

export interface MovedOn extends CallClosed {
  /** Absent when joining was refused: join again. */
  queue?: QueueStatus;
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
  /** Only in the event to the one who sent it. */
  clientId?: string;
  from: string;
  text: string;
  at: IsoTime;
}

export interface ChatSent {
  id: string;
  at: IsoTime;
}

/**
 * From a network (1 to 20 lower-case letters and digits) to the person's name there (1 to 64 visible ASCII characters,
 * no `<` or `>`); one to eight of them.
 */
export type Socials = Readonly<Record<string, string>>;

export interface SocialsShared {
  callId: string;
  from: string;
  socials: Socials;
}

export interface PartnerStatus {
  callId: string;
  state: PartnerState;
  /** How long the call waits for a partner who is away. */
  remainingSeconds?: number;
}

export interface CallMoved {
  callId: string;
}

export interface CallEnded {
  callId: string;
  reason: EndReason;
  seconds: number;
  recorded: Recorded;
  /** From when on the two may meet again; absent while `recorded` is `pending`. */
  cooldownUntil?: IsoTime;
  rev: number;
}

export interface Draining {
  reconnectInSeconds: number;
}

export interface Banned {
  reason: Reason;
  /** The sentence for the person. */
  text: string;
  /** For good when absent. */
  until?: IsoTime;
  remainingSeconds?: number;
  appealable: boolean;
}

/** What is held against me; a warning only until it was acknowledged. */
export interface StandingView {
  kind: MeasureKind;
  reason: Reason;
  /** The sentence for the person. */
  text: string;
  /** For good when absent. */
  until?: IsoTime;
  remainingSeconds?: number;
  appealable: boolean;
  measureId: string;
}

export interface StandingChanged {
  /** Nothing is held against me any more when absent. */
  standing?: StandingView;
}

export interface MyStanding {
  standing?: StandingView;
  /** What I said last against a measure. */
  appeal?: AppealView;
}

export interface AppealView {
  measureId: string;
  text: string;
  createdAt: IsoTime;
  /** Absent while nobody has decided. */
  outcome?: AppealOutcome;
  answer?: string;
}

export interface AppealRequest {
  /** 1 to 1000 characters. */
  text: string;
}

export interface ReportRequest {
  callId: string;
  reason: Reason;
  /** At most 1000 characters. */
  note?: string;
}

export interface ReportFiled {
  reportId: string;
}

export interface AppealFiled {
  appealId: string;
}

export interface LobbyWatch {
  /** All when absent or empty. */
  genders?: Gender[];
  /** At most 100; 50 when left out. */
  limit?: number;
}

export interface ReplyError {
  code: string;
  message: string;
  retryAfterSeconds?: number;
  field?: string;
}

/**
 * What the hub understands and tells, and the codes of its noes; the shapes that travel are in shapes.ts and exported.ts.
 * A test of the server holds these files to the server's own declarations.
 */
import type {
  Banned, Call, CallAccepted, CallClosed, CallEnded, CallMoved, ChatMessage, ChatSent, Draining, InviteEnded,
  InviteExtended, Invited, Json, LiveInvite, LobbyChanged, LobbySnapshot, LobbyWatch, MovedOn, PartnerStatus,
  QueueStatus, QueueWishes, ReplyError, ResumeOptions, Resumed, SignalKind, Socials, SocialsShared, StandingChanged,
} from './shapes.ts';

export type * from './exported.ts';
export type * from './shapes.ts';

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
  callMoved: CallMoved;
  callEnded: CallEnded;
  replaced: undefined;
  draining: Draining;
  banned: Banned;
  standingChanged: StandingChanged;
}

export const hubEventNames = [
  'lobbyChanged', 'queueStatus', 'inviteReceived', 'inviteExtended', 'inviteEnded', 'callStarted', 'chat',
  'socialsShared', 'partnerStatus', 'callMoved', 'callEnded', 'replaced', 'draining', 'banned',
  'standingChanged',
] as const satisfies readonly (keyof HubEvents)[];

/** Every method of the hub: its arguments and the value of a yes. */
export interface HubMethods {
  Resume: (request?: ResumeOptions) => Resumed;
  JoinQueue: (wishes?: QueueWishes) => QueueStatus;
  LeaveQueue: () => object;
  SetAvailable: (available: boolean) => object;
  WatchLobby: (wishes?: LobbyWatch) => LobbySnapshot;
  UnwatchLobby: () => object;
  Invite: (userId: string, callSeconds: number) => Invited;
  ExtendInvite: (inviteId: string) => object;
  RescindInvite: (inviteId: string) => object;
  DeclineInvite: (inviteId: string) => object;
  AcceptInvite: (inviteId: string, callSeconds: number) => CallAccepted;
  Signal: (callId: string, kind: SignalKind, data: Json) => object;
  SendChat: (callId: string, clientId: string, text: string) => ChatSent;
  ShareSocials: (callId: string, socials: Socials) => object;
  EndCall: (callId: string) => CallClosed;
  Next: (callId: string) => MovedOn;
}

/** What every hub method answers. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ReplyError };

/** The codes of the server's refusals. */
export type RefusalCode =
  | 'adult_required' | 'appeal_exists' | 'banned' | 'busy' | 'cooldown' | 'draining' | 'forbidden' | 'held' | 'internal' | 'invalid_argument'
  | 'invalid_duration' | 'invalid_ticket' | 'invite_gone' | 'not_found' | 'not_here' | 'not_in_call' | 'nothing_to_appeal' | 'partner_away'
  | 'rate_limited' | 'self' | 'server_full' | 'session_ended' | 'too_large' | 'too_many_blocks' | 'too_many_extensions'
  | 'too_many_invites' | 'unavailable' | 'unknown_method';

/** The codes that this library itself gives. */
export type ClientCode = 'offline' | 'signed_out' | 'unreachable' | 'unexpected_answer';

/** A newer server may say more than this version knows. */
export type ErrorCode = RefusalCode | ClientCode | (string & {});

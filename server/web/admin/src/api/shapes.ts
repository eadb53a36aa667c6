/** What the console's routes and hub say: "Console shapes" of the protocol. Unknown fields are ignored on both sides. */
import type {
  AppealOutcome, Card, EndReason, HistoryCall, IsoTime, Json, MeasureKind, Origin, Reason, StandingView,
} from '@matchmaker/client';

export type { AppealOutcome, MeasureKind, Reason, StandingView } from '@matchmaker/client';

export type AdminRole = 'viewer' | 'moderator' | 'senior' | 'admin';
export type CaseOutcome = 'upheld' | 'dismissed';
export type AddressScope = 'address' | 'network';

export interface AdminLoginRequest {
  email: string;
  password: string;
  /** Six digits of the authenticator. */
  code: string;
}

export interface AdminMe {
  adminId: string;
  email: string;
  name: string;
  role: AdminRole;
  sessionId: string;
  expiresAt: IsoTime;
  idleSeconds: number;
  /** 0: no bans at all. */
  maxBanSeconds: number;
  mayBanForGood: boolean;
}

export interface AdminSessionList {
  sessions: AdminSessionView[];
}

export interface AdminSessionView {
  sessionId: string;
  createdAt: IsoTime;
  seenAt: IsoTime;
  expiresAt: IsoTime;
  browser: string;
  current: boolean;
  sameNetwork: boolean;
}

export interface AdminPasswordRequest {
  current: string;
  new: string;
  code: string;
}

/** Somebody of the console. */
export interface AdminName {
  adminId: string;
  name: string;
}

export interface CasePage {
  total: number;
  urgent: number;
  cases: CaseSummary[];
  nextCursor?: string;
}

export interface CaseSummary {
  caseId: string;
  subject: Card;
  score: number;
  urgent: boolean;
  locked: boolean;
  reasons: Partial<Record<Reason, number>>;
  reports: number;
  reporters: number;
  networks: number;
  openedAt: IsoTime;
  updatedAt: IsoTime;
  claimedBy?: AdminName;
  claimedAt?: IsoTime;
  standing?: StandingView;
  outcome?: CaseOutcome;
  closedBy?: AdminName;
  closedAt?: IsoTime;
}

export interface CaseDetail {
  case: CaseSummary;
  note?: string;
  /** The latest first. */
  reports: CaseReport[];
  measures: MeasureView[];
  hasChat: boolean;
}

export interface CaseReport {
  reportId: string;
  reporter: Card;
  subject: Card;
  accuracy: ReporterAccuracy;
  reason: Reason;
  note?: string;
  createdAt: IsoTime;
  /** From 1; the same number is the same network. */
  network: number;
  call: ReportedCall;
  earlier: number;
  chatLines: number;
}

/** Of somebody's last decided reports, those that were upheld. */
export interface ReporterAccuracy {
  agreed: number;
  decided: number;
}

export interface ReportedCall {
  callId: string;
  startedAt: IsoTime;
  seconds: number;
  origin: Origin;
  /** Absent: it was still running. */
  endReason?: EndReason;
}

export interface CloseCaseRequest {
  outcome: CaseOutcome;
  note?: string;
}

export interface ReadChatRequest {
  reportId: string;
  reason: string;
}

export interface CaseChat {
  lines: CaseChatLine[];
}

export interface CaseChatLine {
  from: string;
  text: string;
  at: IsoTime;
}

export interface UserList {
  users: UserSummary[];
}

export interface UserSummary {
  card: Card;
  createdAt: IsoTime;
  standing?: StandingView;
}

export interface UserDetail {
  card: Card;
  /** Absent: the account is erased. */
  createdAt?: IsoTime;
  standing?: StandingView;
  measures: MeasureView[];
  appeals: AppealDetail[];
  reportsAgainst: number;
  reportsBy: ReporterAccuracy;
  calls: HistoryCall[];
  sharesAddressWith: number;
  sharesNetworkWith: number;
}

export interface MeasureRequest {
  measureId?: string;
  kind: MeasureKind;
  reason: Reason;
  text: string;
  /** Absent: for good. */
  durationSeconds?: number;
  caseId?: string;
}

export interface LiftRequest {
  note?: string;
}

export interface MeasureView {
  measureId: string;
  userId: string;
  kind: MeasureKind;
  reason: Reason;
  text: string;
  caseId?: string;
  /** Absent: by the weight of reports. */
  decidedBy?: AdminName;
  takenAt: IsoTime;
  until?: IsoTime;
  liftedAt?: IsoTime;
  liftedBy?: AdminName;
  seenAt?: IsoTime;
  inForce: boolean;
  mayLift: boolean;
}

export interface AddressBanList {
  bans: AddressBanView[];
}

export interface AddressBanView {
  banId: string;
  scope: AddressScope;
  label?: string;
  reason: Reason;
  text: string;
  decidedBy: AdminName;
  takenAt: IsoTime;
  until: IsoTime;
  liftedAt?: IsoTime;
  liftedBy?: AdminName;
  inForce: boolean;
}

export interface AddressBanReach {
  users: number;
}

export interface AddressBanRequest {
  banId?: string;
  userId?: string;
  scope?: AddressScope;
  cidr?: string;
  reason: Reason;
  text: string;
  durationSeconds: number;
}

export interface AppealPage {
  total: number;
  appeals: AppealDetail[];
  nextCursor?: string;
}

export interface AppealDetail {
  appealId: string;
  user: Card;
  text: string;
  createdAt: IsoTime;
  measure: MeasureView;
  mayDecide: boolean;
  decidedBy?: AdminName;
  decidedAt?: IsoTime;
  outcome?: AppealOutcome;
  answer?: string;
}

export interface DecideAppealRequest {
  outcome: AppealOutcome;
  answer: string;
}

export interface AuditPage {
  entries: AuditEntryView[];
  nextCursor?: string;
}

export interface AuditEntryView {
  number: number;
  at: IsoTime;
  /** Absent: the server or the operator. */
  actor?: AdminName;
  action: string;
  subject: string;
  detail: Json;
}

export interface AuditVerdict {
  holds: boolean;
  entries: number;
  findings: string[];
}

export interface CaseStats {
  open: number;
  urgent: number;
  unclaimed: number;
  oldestOpenAt?: IsoTime;
  appeals: number;
  reports: number;
  closed: number;
  upheld: number;
  firstActionSeconds?: number;
  slowFirstActionSeconds?: number;
  decisionSeconds?: number;
  slowDecisionSeconds?: number;
  holds: number;
  bans: number;
  addressBans: number;
  /** 14, the oldest first, today last. */
  days: CaseDay[];
}

export interface CaseDay {
  /** Such as 2026-03-01, UTC. */
  day: string;
  reports: number;
  upheld: number;
  dismissed: number;
  firstActionSeconds?: number;
  slowFirstActionSeconds?: number;
}

export interface CasesChanged {
  open: number;
  urgent: number;
  appeals: number;
}

export interface AdminAccountList {
  accounts: AdminAccountView[];
}

export interface AdminAccountView {
  adminId: string;
  email: string;
  name: string;
  role: AdminRole;
  createdAt: IsoTime;
  disabledAt?: IsoTime;
  signedInAt?: IsoTime;
}

export interface NewAdminRequest {
  email: string;
  name?: string;
  role: AdminRole;
}

export interface AdminChangeRequest {
  name?: string;
  role?: AdminRole;
  disabled?: boolean;
  reset?: boolean;
}

export interface AdminSecret {
  account: AdminAccountView;
  password?: string;
  otpauth?: string;
}

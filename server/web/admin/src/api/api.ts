import { get, send } from './http.ts';
import type {
  AddressBanList, AddressBanReach, AddressBanRequest, AddressBanView, AddressScope, AdminAccountList, AdminChangeRequest,
  AdminLoginRequest, AdminMe, AdminPasswordRequest, AdminSecret, AdminSessionList, AppealPage, AppealDetail, AuditPage,
  AuditVerdict, CaseChat, CaseDetail, CasePage, CaseStats, CaseSummary, CloseCaseRequest, DecideAppealRequest, MeasureRequest,
  MeasureView, NewAdminRequest, Reason, ReadChatRequest, UserDetail, UserList,
} from './shapes.ts';

export type CaseState = 'open' | 'mine' | 'closed';

export interface CaseFilter {
  state: CaseState;
  reason?: Reason | undefined;
  q?: string | undefined;
}

const id = encodeURIComponent;

/** Every route of the console. */
export const api = {
  login: (request: AdminLoginRequest) => send<AdminMe>('POST', 'login', request),
  logout: () => send<void>('POST', 'logout'),
  me: () => get<AdminMe>('me'),
  sessions: () => get<AdminSessionList>('sessions'),
  endSession: (sessionId: string) => send<void>('DELETE', `sessions/${id(sessionId)}`),
  password: (request: AdminPasswordRequest) => send<void>('POST', 'password', request),

  cases: (filter: CaseFilter, cursor?: string) => get<CasePage>('cases', { ...filter, cursor }),
  case: (caseId: string) => get<CaseDetail>(`cases/${id(caseId)}`),
  claim: (caseId: string) => send<CaseSummary>('POST', `cases/${id(caseId)}/claim`),
  release: (caseId: string) => send<CaseSummary>('POST', `cases/${id(caseId)}/release`),
  /** `leaving`: the page goes away, and the request has to outlive it. */
  close: (caseId: string, request: CloseCaseRequest, leaving = false) =>
    send<CaseSummary>('POST', `cases/${id(caseId)}/close`, request, leaving),
  chat: (caseId: string, request: ReadChatRequest) => send<CaseChat>('POST', `cases/${id(caseId)}/chat`, request),

  users: (q: string) => get<UserList>('users', { q }),
  user: (userId: string) => get<UserDetail>(`users/${id(userId)}`),
  measure: (userId: string, request: MeasureRequest) => send<MeasureView>('POST', `users/${id(userId)}/measures`, request),
  lift: (measureId: string, leaving = false) => send<MeasureView>('DELETE', `measures/${id(measureId)}`, {}, leaving),

  addressBans: (state: 'in_force' | 'all') => get<AddressBanList>('address-bans', { state }),
  reach: (where: { userId: string; scope: AddressScope } | { cidr: string }) => get<AddressBanReach>('address-bans/reach', where),
  banAddress: (request: AddressBanRequest) => send<AddressBanView>('POST', 'address-bans', request),
  liftAddress: (banId: string, leaving = false) => send<AddressBanView>('DELETE', `address-bans/${id(banId)}`, {}, leaving),

  appeals: (state: 'open' | 'decided', cursor?: string) => get<AppealPage>('appeals', { state, cursor }),
  decide: (appealId: string, request: DecideAppealRequest, leaving = false) =>
    send<AppealDetail>('POST', `appeals/${id(appealId)}/decide`, request, leaving),

  audit: (filter: { actor?: string; action?: string; subject?: string }, cursor?: string) => get<AuditPage>('audit', { ...filter, cursor }),
  verifyAudit: () => get<AuditVerdict>('audit/verify'),
  stats: () => get<CaseStats>('stats'),

  accounts: () => get<AdminAccountList>('accounts'),
  addAccount: (request: NewAdminRequest) => send<AdminSecret>('POST', 'accounts', request),
  changeAccount: (adminId: string, change: AdminChangeRequest) => send<AdminSecret>('PATCH', `accounts/${id(adminId)}`, change),
};

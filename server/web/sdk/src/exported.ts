/** What a user takes along. */
import type { AppealOutcome, Card, HistoryDetail, IsoTime, MeasureKind, Reason } from './shapes.ts';

/** All that is kept about the user and is theirs to know. */
export interface UserExport {
  exportedAt: IsoTime;
  account: ExportedAccount;
  /** Whom I have blocked. */
  blocked: Card[];
  measures: ExportedMeasure[];
  appeals: ExportedAppeal[];
  /** The last 400 that I filed. */
  reports: ExportedReport[];
  calls: HistoryDetail[];
  /** There are more calls: ask again with it. */
  nextCursor?: string;
}

export interface ExportedAccount {
  card: Card;
  createdAt: IsoTime;
  logins: ExportedLogin[];
}

export interface ExportedLogin {
  createdAt: IsoTime;
  expiresAt: IsoTime;
}

export interface ExportedMeasure {
  measureId: string;
  kind: MeasureKind;
  reason: Reason;
  text: string;
  takenAt: IsoTime;
  until?: IsoTime;
  liftedAt?: IsoTime;
}

export interface ExportedAppeal {
  measureId: string;
  text: string;
  createdAt: IsoTime;
  decidedAt?: IsoTime;
  outcome?: AppealOutcome;
  answer?: string;
}

export interface ExportedReport {
  reportId: string;
  callId: string;
  reason: Reason;
  note?: string;
  createdAt: IsoTime;
}

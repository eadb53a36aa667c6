import {
  ArrowLeft, Ban, ChartColumn, Check, CirclePause, CircleX, Copy, Gavel, Inbox, KeyRound, Keyboard, Lock, LogOut, MessageSquareText,
  Network, RefreshCw, Scale, ScrollText, Search, ShieldAlert, ShieldCheck, Trash, TriangleAlert, Undo2, User, UserCheck, UserCog,
  Users, UserX, X,
} from 'lucide';
import { drawIcon } from '../../../ui/icons.ts';

const set = {
  accounts: UserCog, address: Network, appeals: Scale, audit: ScrollText, back: ArrowLeft, ban: Ban, cases: Inbox, chat: MessageSquareText,
  check: Check, claim: UserCheck, close: X, copy: Copy, dismiss: CircleX, erase: Trash, hold: CirclePause, keyboard: Keyboard,
  lock: Lock, me: KeyRound, people: Users, person: User, refresh: RefreshCw, release: UserX, resolve: Gavel, search: Search,
  'sign-out': LogOut, stats: ChartColumn, undo: Undo2, urgent: ShieldAlert, verified: ShieldCheck, warn: TriangleAlert,
} as const;

export type IconName = keyof typeof set;

/** As `icon` of the other pages, with the console's own set. */
export const icon = (name: IconName): SVGSVGElement => drawIcon(set[name]);

import {
  type IconNode, Ban, Camera, CameraOff, Check, Clock, Download, Ellipsis, Flag, History, Hourglass, LogOut, MessageCircle, Mic, MicOff, Monitor, Moon,
  Pencil, Phone, PhoneOff, RefreshCw, Send, Server, Share2, SkipForward, Sun, Trash, TriangleAlert, User, UserX, Users, Video, VideoOff,
  Volume2, WifiOff, X, AppWindow,
} from 'lucide';

const set = {
  away: Hourglass, ban: Ban, 'block': UserX, camera: Video, 'camera-off': VideoOff, chat: MessageCircle, check: Check, clock: Clock,
  close: X, dark: Moon, download: Download, edit: Pencil, erase: Trash, history: History, light: Sun, 'lens': Camera, 'lens-off': CameraOff, microphone: Mic,
  'microphone-off': MicOff, more: Ellipsis, next: SkipForward, offline: WifiOff, people: Users, phone: Phone, 'phone-off': PhoneOff, report: Flag,
  retry: RefreshCw, send: Send, server: Server, share: Share2, 'sign-out': LogOut, sound: Volume2, system: Monitor, tabs: AppWindow,
  user: User, warning: TriangleAlert,
} as const;

export type IconName = keyof typeof set;

const svg = 'http://www.w3.org/2000/svg';

/** One of Lucide's icons, hidden from screen readers: the words stand beside it or in the button's label. */
export function icon(name: IconName): SVGSVGElement {
  return drawIcon(set[name]);
}

/** For a page with icons of its own. */
export function drawIcon(lines: IconNode): SVGSVGElement {
  const root = element('svg', {
    class: 'icon', viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round',
    'stroke-linejoin': 'round', 'aria-hidden': 'true',
  });
  root.append(...lines.map(([tag, attributes]) => element(tag as keyof SVGElementTagNameMap, attributes)));
  return root;
}

export function element<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Readonly<Record<string, string | number | undefined>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}

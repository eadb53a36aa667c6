import { h } from '../../../ui/dom.ts';
import type { StandingView } from '../api/shapes.ts';
import { icon } from './icons.ts';
import { standingWords } from './words.ts';

type Child = Node | string | false | undefined;

/** A word or two with a sign, so that colour is never all there is. */
export function tag(look: 'danger' | 'warn' | 'success' | 'plain', ...children: Child[]): HTMLElement {
  return h('span', { class: `tag ${look}` }, ...children);
}

export function standingTag(standing: StandingView): HTMLElement {
  return standing.kind === 'ban' ? tag('danger', icon('ban'), standingWords(standing))
    : tag('warn', icon(standing.kind === 'hold' ? 'hold' : 'warn'), standingWords(standing));
}

/** What a list says when there is nothing in it. */
export function nothing(title: string, more = ''): HTMLElement {
  return h('div', { class: 'nothing' }, h('strong', {}, title), h('p', { class: 'soft' }, more));
}

/** Names and values, one under the other. */
export function facts(...rows: (readonly [string, Child] | false | undefined)[]): HTMLElement {
  return h('dl', { class: 'facts' }, ...rows.filter(row => row !== false && row !== undefined)
    .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

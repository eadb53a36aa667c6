import { h } from '../../../ui/dom.ts';
import type { MeasureKind, MeasureView } from '../api/shapes.ts';
import { icon, type IconName } from './icons.ts';
import { tag } from './tags.ts';
import { ago, byWords, kindNames, reasonNames, untilWords } from './words.ts';

export const kindIcons: Readonly<Record<MeasureKind, IconName>> = { warn: 'warn', hold: 'hold', ban: 'ban' };

/** What was done about a person, the latest first. @param more what can be done with one of them. */
export function measureList(measures: readonly MeasureView[], more?: (measure: MeasureView) => Node | false): HTMLElement {
  return h('ul', { class: 'measures' }, ...measures.map(measure => h('li', { class: measure.inForce ? 'in-force' : '', 'data-testid': 'measure' },
    h('div', { class: 'row between' },
      h('span', { class: 'row' }, tag(measure.inForce ? measure.kind === 'ban' ? 'danger' : 'warn' : 'plain', icon(kindIcons[measure.kind]), kindNames[measure.kind]),
        h('span', {}, reasonNames[measure.reason])),
      more?.(measure) || false),
    h('p', {}, `“${measure.text}”`),
    h('p', { class: 'soft small' }, ago(measure.takenAt), ` ${byWords(measure)}`, stateWords(measure)))));
}

function stateWords({ kind, until, liftedAt, liftedBy, seenAt, inForce }: MeasureView): string {
  return liftedAt ? ` · lifted${liftedBy ? ` by ${liftedBy.name}` : ''}`
    : kind === 'warn' ? seenAt ? ' · has been read' : ' · not read yet'
    : inForce || until === undefined ? ` · ${untilWords(until, kind === 'hold' ? 'until lifted' : undefined)}` : ' · is over';
}

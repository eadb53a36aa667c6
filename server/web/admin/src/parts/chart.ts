import { h } from '../../../ui/dom.ts';
import { element } from '../../../ui/icons.ts';

/** Values of one kind; the look is a class of the style sheet. */
export interface Series {
  name: string;
  look: 'strong' | 'light' | 'hollow';
  values: readonly (number | undefined)[];
}

export interface ChartWords {
  title: string;
  /** What the picture shows, in a sentence. */
  summary: string;
  format(value: number): string;
}

const width = 100;
const height = 40;
const gap = 0.25;

/**
 * Bars of one day each, a few kinds side by side or on top of each other. The figures stand in a table below, for those
 * who cannot see the picture and those who want them exactly.
 */
export function barChart(words: ChartWords, days: readonly string[], series: readonly Series[], stacked = false): HTMLElement {
  const at = (kind: Series, i: number): number => kind.values[i] ?? 0;
  const tops = days.map((_, i) => stacked ? series.reduce((sum, kind) => sum + at(kind, i), 0) : Math.max(...series.map(kind => at(kind, i))));
  const most = Math.max(1, ...tops);
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words.summary });
  svg.append(...[0, 0.5, 1].map(share => element('line', { class: 'grid', x1: 0, x2: width, y1: height * share, y2: height * share })));
  const step = width / days.length;
  days.forEach((_, i) => {
    let base = height;
    series.forEach((kind, k) => {
      const tall = at(kind, i) / most * height;
      const each = stacked ? step * (1 - gap) : step * (1 - gap) / series.length;
      svg.append(element('rect', {
        class: `bar ${kind.look}`, x: step * (i + gap / 2) + (stacked ? 0 : each * k), width: each, y: base - tall, height: tall,
      }));
      base -= stacked ? tall : 0;
    });
  });
  return h('figure', { class: 'chart card' },
    h('figcaption', {}, h('h2', {}, words.title), h('p', { class: 'soft small' }, words.summary)),
    h('ul', { class: 'legend small' }, ...series.map(({ name, look }) => h('li', {}, h('span', { class: `swatch ${look}` }), name))),
    h('div', { class: 'plot' },
      h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span', {}, words.format(most)), h('span', {}, words.format(0))), svg),
    h('div', { class: 'days', 'aria-hidden': 'true' }, ...[days.at(0), days.at(Math.floor(days.length / 2)), days.at(-1)].map(day => h('span', {}, dayWords(day ?? '')))),
    h('details', {}, h('summary', {}, 'Figures'), h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': `Figures: ${words.title}` }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Day'), ...series.map(({ name }) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...days.map((day, i) => h('tr', {}, h('th', { scope: 'row' }, dayWords(day)),
        ...series.map(({ values }) => h('td', {}, values[i] === undefined ? '–' : words.format(values[i]))))))))));
}

/** "3 Mar", of a day in UTC. */
function dayWords(day: string): string {
  return day === '' ? '' : new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

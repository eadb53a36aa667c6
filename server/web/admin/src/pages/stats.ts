import { h } from '../../../ui/dom.ts';
import { api } from '../api/api.ts';
import type { CaseDay, CaseStats } from '../api/shapes.ts';
import type { App, Page } from '../app.ts';
import { barChart } from '../parts/chart.ts';
import { nothing } from '../parts/tags.ts';
import { ago, count, duration } from '../parts/words.ts';

/** Whether the work is done in time, and how it goes. */
export class StatsPage implements Page {
  readonly element = h('div', { class: 'wide-page stack', 'data-testid': 'stats-page' }, h('h1', {}, 'Statistics'));
  readonly #app: App;
  readonly #body = h('div', { class: 'stack' });

  constructor(app: App) {
    this.#app = app;
    this.element.append(this.#body);
    void this.#load();
  }

  async #load(): Promise<void> {
    const stats = await this.#app.attempt(api.stats());
    this.#body.replaceChildren(...stats ? [tiles(stats), charts(stats)] : [nothing('There are no figures')]);
  }
}

function tiles(stats: CaseStats): HTMLElement {
  const tile = (title: string, value: string, more: string | Node = '', look = ''): HTMLElement =>
    h('div', { class: `card tile ${look}` }, h('h2', {}, title), h('p', { class: 'value' }, value), h('p', { class: 'soft small' }, more));
  const seconds = (value: number | undefined): string => value === undefined ? '–' : duration(value);
  return h('div', { class: 'tiles' },
    tile('Open cases', String(stats.open), stats.urgent > 0 ? `${stats.urgent} urgent, ${stats.unclaimed} taken by nobody` : `${stats.unclaimed} taken by nobody`, stats.urgent > 0 ? 'danger' : ''),
    tile('The oldest waits', stats.oldestOpenAt ? since(stats.oldestOpenAt) : '–', stats.oldestOpenAt ? h('span', {}, 'opened ', ago(stats.oldestOpenAt)) : 'nothing is open'),
    tile('Open appeals', String(stats.appeals), 'to be decided by somebody else'),
    tile('Until somebody acts', seconds(stats.firstActionSeconds), `one case in twenty: ${seconds(stats.slowFirstActionSeconds)} or more`),
    tile('Until the decision', seconds(stats.decisionSeconds), `one case in twenty: ${seconds(stats.slowDecisionSeconds)} or more`),
    tile('Reports', String(stats.reports), 'in the last 24 hours'),
    tile('Upheld', stats.closed === 0 ? '–' : `${Math.round(stats.upheld / stats.closed * 100)} %`, `${stats.upheld} of ${count(stats.closed, 'case', 'cases')} decided in 7 days`),
    tile('In force', String(stats.bans + stats.holds), `${count(stats.bans, 'ban', 'bans')}, ${count(stats.holds, 'hold', 'holds')}, ${count(stats.addressBans, 'address', 'addresses')}`));
}

function charts({ days }: CaseStats): HTMLElement {
  const names = days.map(({ day }) => day);
  const sum = (of: (day: CaseDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  const upheld = sum(day => day.upheld);
  const dismissed = sum(day => day.dismissed);
  return h('div', { class: 'charts' },
    barChart({ title: 'Reports a day', summary: `${count(sum(day => day.reports), 'report', 'reports')} in ${days.length} days.`, format: String },
      names, [{ name: 'Reports', look: 'strong', values: days.map(day => day.reports) }]),
    barChart({ title: 'Until somebody acts', summary: 'By the day on which the case was opened.', format: value => duration(Math.round(value)) },
      names, [
        { name: 'Half of the cases', look: 'strong', values: days.map(day => day.firstActionSeconds) },
        { name: 'All but one in twenty', look: 'light', values: days.map(day => day.slowFirstActionSeconds) },
      ]),
    barChart({ title: 'Decisions a day', summary: `${upheld} upheld, ${dismissed} dismissed in ${days.length} days.`, format: String },
      names, [
        { name: 'Upheld', look: 'strong', values: days.map(day => day.upheld) },
        { name: 'Dismissed', look: 'hollow', values: days.map(day => day.dismissed) },
      ], true));
}

function since(time: string): string {
  return duration(Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000)));
}

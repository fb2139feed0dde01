// Effects under construction: the last word of a batch on each standing, span and outage.
import type { Alert, Silence } from './alerts/alert.ts';
import type { Diversion, Message } from './alerts/message.ts';
import { cutOff, noEffects, subjectId } from './effects.ts';
import type { Effects, Notable, Outage, Span } from './effects.ts';
import type { Standing } from './judge.ts';
import type { Window } from './maintenance.ts';
import type { Result } from './result.ts';
import { seriesId } from './series.ts';
import type { SeriesKey } from './series.ts';
import type { Learned } from './slowness/learned.ts';

export class Draft {
  readonly #results: Result[] = [];
  readonly #standings = new Map<string, { series: SeriesKey; standing: Standing }>();
  readonly #learned = new Map<string, Learned>();
  readonly #spans = new Map<string, readonly Span[]>();
  readonly #outages = new Map<string, Outage>();
  readonly #notables: Notable[] = [];
  readonly #alerts = new Map<string, Alert>();
  readonly #silences = new Map<string, Silence>();
  readonly #messages: Message[] = [];
  readonly #diversions: Diversion[] = [];
  readonly #windows = new Map<string, Window>();
  readonly #byId: readonly Map<string, unknown>[] = [
    this.#standings,
    this.#learned,
    this.#spans,
    this.#outages,
    this.#alerts,
    this.#silences,
    this.#windows,
  ];

  result(result: Result): void {
    this.#results.push(result);
  }

  standing(series: SeriesKey, standing: Standing): void {
    this.#standings.set(seriesId(series), { series, standing });
  }

  learned(learned: readonly Learned[]): void {
    for (const one of learned) this.#learned.set(`${seriesId(one.series)}/${one.phase}`, one);
  }

  written({
    spans = [],
    outages = [],
    notables = [],
    alerts = [],
    silences = [],
    messages = [],
    diversions = [],
    windows = [],
  }: Partial<Omit<Effects, 'results' | 'standings'>>): void {
    for (const span of spans) this.#span(span);
    for (const outage of outages) this.#outages.set(outage.id, outage);
    this.#notables.push(...notables);
    for (const alert of alerts) this.#alerts.set(alert.id, alert);
    for (const silence of silences) this.#silences.set(silence.id, silence);
    this.#messages.push(...messages);
    this.#diversions.push(...diversions);
    for (const window of windows) this.#windows.set(window.id, window);
  }

  /** Says something else of an outage, also where it has just been told. */
  revise(outage: Outage): void {
    this.#outages.set(outage.id, outage);
    for (const [index, notable] of this.#notables.entries())
      if (notable.kind === 'outage-opened' && notable.outage.id === outage.id)
        this.#notables[index] = { ...notable, outage };
  }

  #span(span: Span): void {
    const id = subjectId(span.subject);
    const before = (this.#spans.get(id) ?? []).filter(({ since }) => since < span.since);
    this.#spans.set(id, [...before, span]);
    for (const outage of this.#outages.values())
      if (subjectId(outage.subject) === id) this.#outages.set(outage.id, cutOff(outage, span.since));
  }

  /** What comes later has the last word. */
  add(effects: Effects): void {
    if (effects === noEffects) return;
    this.#results.push(...effects.results);
    for (const { series, standing } of effects.standings) this.standing(series, standing);
    this.learned(effects.learned);
    this.written(effects);
  }

  /** Everything, but of the results only the oldest `resultsMax`: the others stay. */
  take(resultsMax = Number.POSITIVE_INFINITY): Effects {
    if (this.isEmpty) return noEffects;
    const results = this.#results.splice(0, resultsMax);
    // Most of what is seen changes nothing.
    if (this.isEmpty) return { ...noEffects, results };
    const taken = { ...this.effects(), results };
    for (const rows of this.#byId) rows.clear();
    return {
      ...taken,
      notables: this.#notables.splice(0),
      messages: this.#messages.splice(0),
      diversions: this.#diversions.splice(0),
    };
  }

  /** Drops the oldest results beyond `resultsMax`, and answers how many. */
  shed(resultsMax: number): number {
    if (this.#results.length <= resultsMax) return 0;
    return this.#results.splice(0, this.#results.length - resultsMax).length;
  }

  get isEmpty(): boolean {
    const inOrder =
      this.#results.length + this.#notables.length + this.#messages.length + this.#diversions.length;
    return inOrder === 0 && this.#byId.every(({ size }) => size === 0);
  }

  effects(): Effects {
    return {
      results: this.#results,
      standings: [...this.#standings.values()],
      learned: [...this.#learned.values()],
      spans: [...this.#spans.values()].flat(),
      outages: [...this.#outages.values()],
      notables: this.#notables,
      alerts: [...this.#alerts.values()],
      silences: [...this.#silences.values()],
      messages: this.#messages,
      diversions: this.#diversions,
      windows: [...this.#windows.values()],
    };
  }
}

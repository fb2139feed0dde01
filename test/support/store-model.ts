// What a store must answer, in the simplest way that could be right.
import type { Alert } from '../../server/core/alerts/alert.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import type { Effects, Outage, Span, Subject } from '../../server/core/effects.ts';
import { cutOff, subjectId } from '../../server/core/effects.ts';
import type { Standing } from '../../server/core/judge.ts';
import type { Window } from '../../server/core/maintenance.ts';
import type { Result } from '../../server/core/result.ts';
import type { Blind } from '../../server/core/sights.ts';
import { seriesId } from '../../server/core/series.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import type { Learned } from '../../server/core/slowness/learned.ts';

export class StoreModel {
  readonly results = new Map<string, Result>();
  readonly standings = new Map<string, { readonly series: SeriesKey; readonly standing: Standing }>();
  readonly learned = new Map<string, Learned>();
  readonly spans = new Map<string, Span>();
  readonly outages = new Map<string, Outage>();
  readonly windows = new Map<string, Window>();
  readonly keys: string[] = [];
  readonly alerts = new Map<string, Alert>();
  readonly messages = new Map<string, Message>();
  readonly blind = new Map<string, Blind>();

  clone(): StoreModel {
    const copy = new StoreModel();
    for (const name of [
      'results',
      'standings',
      'learned',
      'spans',
      'outages',
      'alerts',
      'messages',
      'windows',
      'blind',
    ] as const)
      for (const [key, value] of this[name]) (copy[name] as Map<string, unknown>).set(key, value);
    copy.keys.push(...this.keys);
    return copy;
  }

  /** The model after these effects; nothing, when they break a rule. */
  after({
    results,
    standings,
    learned,
    spans,
    outages,
    notables,
    alerts,
    messages,
    windows,
  }: Effects): StoreModel | undefined {
    const next = this.clone();
    for (const result of results) {
      const id = `${result.at}/${seriesId(result.series)}`;
      const facts = result.evidence === undefined ? {} : result.facts;
      if (!next.results.has(id)) next.results.set(id, { ...result, facts });
    }
    for (const entry of standings) next.standings.set(seriesId(entry.series), entry);
    for (const one of learned) next.learned.set(`${seriesId(one.series)}/${one.phase}`, one);
    for (const span of spans) {
      for (const [key, { subject, since }] of next.spans)
        if (subjectId(subject) === subjectId(span.subject) && since >= span.since) next.spans.delete(key);
      next.spans.set(`${subjectId(span.subject)}@${span.since}`, span);
      for (const outage of next.outages.values())
        if (subjectId(outage.subject) === subjectId(span.subject))
          next.outages.set(outage.id, cutOff(outage, span.since));
    }
    for (const outage of outages) next.outages.set(outage.id, outage);
    for (const window of windows) next.windows.set(window.id, window);
    for (const notable of notables)
      if (!next.keys.includes(notable.key)) {
        next.keys.push(notable.key);
        if ('outage' in notable) continue;
        const { kind, vantage, family, since } = notable;
        if (kind === 'blind') next.blind.set(`${vantage}/${family}`, { vantage, family, since });
        else next.blind.delete(`${vantage}/${family}`);
      }
    for (const alert of alerts) next.alerts.set(alert.id, alert);
    for (const message of messages)
      if (!next.messages.has(message.key)) next.messages.set(message.key, message);
    const open = next.open().map(({ subject }) => subjectId(subject));
    return new Set(open).size === open.length ? next : undefined;
  }

  resultsOf(series: SeriesKey): readonly Result[] {
    return [...this.results.values()]
      .filter((result) => seriesId(result.series) === seriesId(series))
      .toSorted((a, b) => a.at - b.at);
  }

  /** Newest of each series that counted, as `seriesId@at`. */
  newest(): readonly string[] {
    const newest = new Map<string, number>();
    for (const { series, at, grade } of this.results.values())
      if (grade !== 'invalid') newest.set(seriesId(series), Math.max(at, newest.get(seriesId(series)) ?? 0));
    return [...newest].map(([id, at]) => `${id}@${at}`).toSorted();
  }

  spansOf(subject: Subject): readonly Span[] {
    return [...this.spans.values()]
      .filter((span) => subjectId(span.subject) === subjectId(subject))
      .toSorted((a, b) => a.since - b.since);
  }

  /** Those that were not taken back as a whole. */
  lasting(): readonly Outage[] {
    return [...this.outages.values()].filter(({ startedAt, end }) => end === undefined || end.at > startedAt);
  }

  open(): readonly Outage[] {
    return [...this.outages.values()].filter(({ end }) => end === undefined);
  }
}

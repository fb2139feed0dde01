// The Store port on a SQLite database, inside the thread that opened it.
import type { DatabaseSync } from 'node:sqlite';
import type { Effects } from '../core/effects.ts';
import { transaction } from './database.ts';
import { storeError } from './errors.ts';
import { createExplanations } from './explanations.ts';
import { createIncidents } from './incidents.ts';
import { createHistory } from './history.ts';
import { createOutages } from './outages.ts';
import { createOutbox } from './outbox.ts';
import { createPings } from './pings.ts';
import { createRaw } from './raw.ts';
import { createResults } from './results.ts';
import { createRetention } from './retention.ts';
import { createRollUps } from './roll-ups.ts';
import { createSealing } from './sealing.ts';
import { createSeriesIds } from './series.ts';
import { createSpans } from './spans.ts';
import { createStandings } from './standings.ts';
import type { SyncStore } from './sync.ts';

/** On a database that `openDatabase` opened; it closes with the store. */
export const createSqliteStore = (database: DatabaseSync): SyncStore => {
  const series = createSeriesIds(database);
  const raw = createRaw(database);
  const rollUps = createRollUps(database, raw);
  const sealing = createSealing(database, raw);
  const results = createResults(database, series, { raw, sealing, rollUps });
  const history = createHistory(series, raw, rollUps);
  const standings = createStandings(database, series);
  const spans = createSpans(database);
  const outages = createOutages(database);
  const outbox = createOutbox(database);
  const pings = createPings(database);
  const explanations = createExplanations(database);
  const incidents = createIncidents(database);
  const retention = createRetention(database, rollUps);

  const write = (effects: Effects): void => {
    for (const result of effects.results) results.append(result);
    for (const { series: key, standing } of effects.standings) standings.put(key, standing);
    for (const span of effects.spans) spans.put(span);
    outages.put(effects.outages);
    for (const notable of effects.notables) outbox.add(notable);
  };
  const inTransaction =
    (kind: 'reading' | 'writing') =>
    <Args extends readonly unknown[], Answer>(work: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      try {
        return transaction(database, kind, () => work(...args));
      } catch (error) {
        series.forget();
        throw storeError(error);
      }
    };
  const reading = inTransaction('reading');
  const writing = inTransaction('writing');

  return {
    remember: reading((now) => {
      const blindSince = outbox.blindSince();
      return {
        standings: standings.all(),
        newest: results.newest(now),
        spans: spans.newest(),
        outages: outages.open(),
        ...(blindSince !== undefined && { blindSince }),
      };
    }),
    commit: writing(write),
    spans: reading(spans.spans),
    outages: reading(outages.outages),
    results: reading(results.results),
    history: reading(history.history),
    // What is sealed is rolled up, for nothing else was due.
    condense: writing((now) => rollUps.next(now) || sealing.next(now)),
    untold: reading(outbox.untold),
    told: writing(outbox.told),
    keepPing: writing(pings.keepPing),
    pings: reading(pings.pings),
    keepExplanation: writing(explanations.keepExplanation),
    explanations: reading(explanations.explanations),
    keepIncidents: writing(incidents.keepIncidents),
    incidents: reading(incidents.incidents),
    prune: writing(retention.prune),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};

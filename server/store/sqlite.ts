// The Store port on a SQLite database, inside the thread that opened it.
import type { DatabaseSync } from 'node:sqlite';
import type { SubscriberStore } from '../app/subscriptions/ports.ts';
import type { Effects } from '../core/effects.ts';
import { createAlerts } from './alerts.ts';
import { createAnnouncements } from './announcements.ts';
import { createBaselines } from './baselines.ts';
import { calmMs } from '../core/flapping.ts';
import { pastMs } from '../core/maintenance.ts';
import { transaction } from './database.ts';
import { storeError } from './errors.ts';
import { createExplanations } from './explanations.ts';
import { createIncidents } from './incidents.ts';
import { createHistory } from './history.ts';
import { createMessages } from './messages.ts';
import { createWindows } from './maintenance.ts';
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
import { createStarts } from './starts.ts';
import { createSubscribers } from './subscribers.ts';
import type { Sync, SyncStore } from './sync.ts';

/** On a database that `openDatabase` opened; it closes with the store. */
export const createSqliteStore = (database: DatabaseSync): SyncStore => {
  const tables = openTables(database);
  const { series, rollUps, sealing, results, history, standings, spans, outages, outbox, retention } = tables;
  const {
    baselines,
    alerts,
    messages,
    pings,
    explanations,
    incidents,
    announcements,
    windows,
    starts,
    subscribers,
  } = tables;
  const { reading, writing } = createTransactions(database, () => {
    series.forget();
    rollUps.forget();
  });

  return {
    remember: reading((now) => ({
      standings: standings.all(),
      learned: baselines.all(),
      newest: results.newest(now),
      spans: spans.newest(),
      changes: spans.begunAfter(now - 2 * calmMs),
      outages: outages.open(),
      blind: outbox.blind(),
      windows: windows.windows(now - pastMs, Number.MAX_SAFE_INTEGER),
    })),
    noteStart: writing(starts.noteStart),
    starts: reading(starts.starts),
    commit: writing((effects) => write(effects, tables)),
    spans: reading(spans.spans),
    spansOf: reading(spans.spansOf),
    outages: reading(outages.outages),
    windows: reading(windows.windows),
    results: reading(results.results),
    history: reading(history.history),
    // What is sealed is rolled up, for nothing else was due.
    condense: writing((now) => rollUps.next(now) || sealing.next(now)),
    untold: reading(outbox.untold),
    told: writing(outbox.told),
    rememberAlerts: reading(alerts.rememberAlerts),
    alerts: reading(alerts.alerts),
    undelivered: reading(messages.undelivered),
    waitingRoutes: reading(messages.waitingRoutes),
    noteFate: writing(messages.noteFate),
    letters: reading(messages.letters),
    keepPing: writing(pings.keepPing),
    pings: reading(pings.pings),
    keepExplanation: writing(explanations.keepExplanation),
    explanations: reading(explanations.explanations),
    keepIncidents: writing(incidents.keepIncidents),
    incidents: reading(incidents.incidents),
    keepAnnouncements: writing(announcements.keepAnnouncements),
    announcements: reading(announcements.announcements),
    prune: writing(retention.prune),
    ...createSubscriberMethods(subscribers, database, { reading, writing }),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};

type Transactional = <Args extends readonly unknown[], Answer>(
  work: (...args: Args) => Answer,
) => (...args: Args) => Answer;

/** `forget`: called when nothing of one was kept. */
const createTransactions = (
  database: DatabaseSync,
  forget: () => void,
): Readonly<Record<'reading' | 'writing', Transactional>> => {
  const inTransaction =
    (kind: 'reading' | 'writing') =>
    <Args extends readonly unknown[], Answer>(work: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      try {
        return transaction(database, kind, () => work(...args));
      } catch (error) {
        forget();
        throw storeError(error);
      }
    };
  return { reading: inTransaction('reading'), writing: inTransaction('writing') };
};

const createSubscriberMethods = (
  subscribers: Tables['subscribers'],
  database: DatabaseSync,
  { reading, writing }: ReturnType<typeof createTransactions>,
): Sync<SubscriberStore> => {
  const erasing = createErasing(database);
  return {
    askToBeTold: writing(subscribers.askToBeTold),
    subscriber: reading(subscribers.subscriber),
    changeSubscriber: erasing(writing(subscribers.changeSubscriber), (change) => change === 'erased'),
    nextMailing: reading(subscribers.nextMailing),
    noteMailing: erasing(writing(subscribers.noteMailing), (change) => change === 'erased'),
    tidySubscribers: erasing(writing(subscribers.tidySubscribers), (erased) => erased > 0),
    countSubscribers: reading(subscribers.countSubscribers),
  };
};

/**
 * What may erase an address empties the log after it, for older pages are in there; where a reader is in the way, with the next
 * one. In the database itself, `secure_delete` writes zeros.
 */
const createErasing = (database: DatabaseSync) => {
  // A crash may have come between the two.
  let isLeft = true;
  return <Args extends readonly unknown[], Answer>(
    work: (...args: Args) => Answer,
    hasErased: (answer: Answer) => boolean,
  ) =>
    (...args: Args): Answer => {
      const answer = work(...args);
      if (isLeft || hasErased(answer))
        isLeft = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy !== 0;
      return answer;
    };
};

type Tables = ReturnType<typeof openTables>;

const openTables = (database: DatabaseSync) => {
  const series = createSeriesIds(database);
  const raw = createRaw(database);
  const rollUps = createRollUps(database, raw);
  const sealing = createSealing(database, raw);
  const messages = createMessages(database);
  const subscribers = createSubscribers(database);
  return {
    series,
    rollUps,
    sealing,
    results: createResults(database, series, { raw, sealing, rollUps }),
    history: createHistory(series, raw, rollUps),
    standings: createStandings(database, series),
    baselines: createBaselines(database, series),
    spans: createSpans(database),
    outages: createOutages(database),
    outbox: createOutbox(database),
    alerts: createAlerts(database),
    messages,
    pings: createPings(database),
    explanations: createExplanations(database),
    windows: createWindows(database),
    starts: createStarts(database),
    incidents: createIncidents(database, messages.add, subscribers.tell),
    announcements: createAnnouncements(database, subscribers.tell),
    subscribers,
    retention: createRetention(database, rollUps),
  };
};

const write = (effects: Effects, tables: Tables): void => {
  for (const result of effects.results) tables.results.append(result);
  for (const { series, standing } of effects.standings) tables.standings.put(series, standing);
  for (const learned of effects.learned) tables.baselines.put(learned);
  for (const span of effects.spans) {
    tables.spans.put(span);
    tables.outages.cutOff(span);
  }
  tables.outages.put(effects.outages);
  for (const notable of effects.notables) tables.outbox.add(notable);
  for (const window of effects.windows) tables.windows.put(window);
  for (const alert of effects.alerts) tables.alerts.put(alert);
  for (const silence of effects.silences) tables.alerts.putSilence(silence);
  for (const message of effects.messages) tables.messages.add(message);
  for (const diversion of effects.diversions) tables.messages.divert(diversion);
};

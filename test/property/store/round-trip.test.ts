import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effects } from '../../../server/core/effects.ts';
import { subjectId } from '../../../server/core/effects.ts';
import { seriesId } from '../../../server/core/series.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { allSeries, effects, subjects } from '../../support/arbitrary-effects.ts';
import { openImage } from '../../support/in-process-store.ts';
import { StoreModel } from '../../support/store-model.ts';
import { runs } from '../../support/fuzz.ts';

// From before the first instant: an outage that ends as it starts touches no window that begins there.
const always = { from: -1, to: Number.MAX_SAFE_INTEGER, limit: 1_000_000 };

const agree = (store: SyncStore, model: StoreModel): void => {
  const { standings, learned, newest, spans, outages, blind } = store.remember(always.to);
  expect(new Map(blind.map((one) => [`${one.vantage}/${one.family}`, one]))).toEqual(model.blind);
  expect(new Map(standings.map((entry) => [seriesId(entry.series), entry]))).toEqual(model.standings);
  expect(new Map(learned.map((one) => [`${seriesId(one.series)}/${one.phase}`, one]))).toEqual(model.learned);
  expect(newest.map(({ series, at }) => `${seriesId(series)}@${at}`).toSorted()).toEqual(model.newest());
  for (const subject of subjects) {
    expect(store.spans(subject, always.from, always.to)).toEqual(model.spansOf(subject));
    const newestSpan = spans.filter((span) => subjectId(span.subject) === subjectId(subject));
    expect(newestSpan).toEqual(model.spansOf(subject).slice(-1));
  }
  expect(new Map(outages.map((outage) => [outage.id, outage]))).toEqual(
    new Map(model.open().map((outage) => [outage.id, outage])),
  );
  expect(new Map(store.outages(always).map((outage) => [outage.id, outage]))).toEqual(
    new Map(model.lasting().map((outage) => [outage.id, outage])),
  );
  const kept = store.windows(-1, always.to).map((window) => [window.id, window] as const);
  expect(new Map(kept)).toEqual(new Map([...model.windows].filter(([, { until }]) => until > -1)));
  for (const series of allSeries) expect(store.results(series, always)).toEqual(model.resultsOf(series));
  expect(new Map(store.alerts(always).map((alert) => [alert.id, alert]))).toEqual(model.alerts);
  expect(store.undelivered('admins', 100).map(({ message }) => message)).toEqual([
    ...model.messages.values(),
  ]);
  expect(store.untold(100).map(({ notable }) => notable.key)).toEqual(model.keys);
};

/** Commits, and answers what the store must know then: refused effects change nothing. */
const commit = (store: SyncStore, model: StoreModel, effects: Effects): StoreModel => {
  const next = model.after(effects);
  if (next === undefined)
    expect(() => store.commit(effects)).toThrow(expect.objectContaining({ code: 'store.refused' }));
  else store.commit(effects);
  return next ?? model;
};

test('what was committed comes back, with the last word on everything', () => {
  fc.assert(
    fc.property(fc.array(effects, { maxLength: 8 }), (commits) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      let model = new StoreModel();
      for (const effects of commits) {
        model = commit(store, model, effects);
        agree(store, model);
      }
    }),
    { numRuns: runs(200) },
  );
});

test('a crash between two commits leaves what was committed, and the next run goes on from there', () => {
  fc.assert(
    fc.property(fc.array(effects, { minLength: 1, maxLength: 6 }), fc.nat(5), (commits, crashAt) => {
      using crashed = openDatabase(':memory:');
      let model = new StoreModel();
      const store = createSqliteStore(crashed);
      for (const effects of commits.slice(0, crashAt)) model = commit(store, model, effects);
      using database = openImage(crashed.serialize());
      const restarted = createSqliteStore(database);
      agree(restarted, model);
      for (const effects of commits.slice(crashAt)) model = commit(restarted, model, effects);
      agree(restarted, model);
    }),
  );
});

test('to commit again what was committed changes nothing', () => {
  fc.assert(
    fc.property(effects, effects, (first, second) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      const before = commit(store, new StoreModel(), first);
      const model = commit(store, before, second);
      if (model === before) return;
      store.commit(second);
      agree(store, model);
    }),
  );
});

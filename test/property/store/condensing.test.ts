import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket } from '../../../server/core/bucket.ts';
import { shares } from '../../../server/core/history.ts';
import type { Figures } from '../../../server/core/history.ts';
import type { Result } from '../../../server/core/result.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createRollUpRows, startOf, tiersMs } from '../../../server/store/roll-up-rows.ts';
import { createSeriesIds } from '../../../server/store/series.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { noEffects, result, series4, series6 } from '../../support/effects.ts';
import { openImage } from '../../support/in-process-store.ts';
import { hours, minutes, start } from '../../support/watch.ts';

/** Within a day, for so long what was rolled up is opened again. */
const windowMs = 12 * hours;
const us = fc.integer({ min: 1, max: 5_000_000 });
const someResult = fc
  .record({
    series: fc.constantFrom(series4, series6),
    at: fc.nat(windowMs).map((ms) => start + ms),
    grade: fc.constantFrom('good', 'poor', 'bad', 'invalid'),
    totalUs: us,
    phasesUs: fc.oneof(fc.constant({}), fc.record({ connect: us, query: us })),
  })
  .map(({ at, ...part }) => result(at, part));
/** Results that come in, and work that is done on old ones at a time. */
const deed = fc.oneof(
  fc.array(someResult, { maxLength: 12 }),
  fc.nat(windowMs + 5 * hours).map((ms) => start + ms),
);
const deeds = fc.array(deed, { maxLength: 12 });

const condense = (store: SyncStore, now: number): void => {
  while (store.condense(now));
};
const all = { from: start, to: start + windowMs + 1, limit: 1_000_000 };

/** Does it all, and answers what was committed. */
const doAll = (store: SyncStore, list: readonly (number | readonly Result[])[]): readonly Result[] => {
  const results = new Map<string, Result>();
  for (const deed of list) {
    if (typeof deed === 'number') condense(store, deed);
    else store.commit({ ...noEffects, results: deed });
    if (typeof deed !== 'number')
      for (const one of deed) {
        const id = `${one.series.family}@${one.at}`;
        if (!results.has(id)) results.set(id, one);
      }
  }
  return [...results.values()].toSorted((a, b) => a.at - b.at);
};
const of = (results: readonly Result[], family: number) =>
  results.filter(({ series }) => series.family === family);

const sumOf = (results: readonly Result[], phase: string): Figures => {
  const bucket = new Bucket();
  for (const { grade, totalUs, phasesUs } of results) {
    const took = phase === '' ? totalUs : phasesUs[phase];
    if (took !== undefined) bucket.add(grade, took);
  }
  return figuresOf(bucket);
};
const figuresOf = ({ counts, sumUs, minUs, maxUs, sketch }: Bucket): Figures => {
  const durations = { sumUs, minUs, maxUs, quantilesUs: sketch.quantiles(shares) };
  return { ...counts, ...(sketch.count > 0 && { durations }) };
};

/** Every bucket of every series and phase. */
const rollUpsOf = (database: ReturnType<typeof openDatabase>) => {
  const rows = createRollUpRows(database);
  const ids = createSeriesIds(database);
  const all = database.prepare('SELECT id FROM series').all();
  return all.flatMap(({ id }) =>
    ([0, 1, 2] as const).flatMap((tier) => {
      const buckets = new Map<number, Bucket>();
      rows.add(tier, Number(id), { from: 0, to: Number.MAX_SAFE_INTEGER }, (at) => {
        buckets.set(at, new Bucket());
        return buckets.get(at)!;
      });
      const named = { tier, series: ids.keyOf(Number(id)), phase: ids.phaseOf(Number(id)) };
      return [...buckets].map(([from, bucket]) => ({ ...named, from, figures: figuresOf(bucket) }));
    }),
  );
};

test('results are the same, whenever they came and whatever was rolled up and sealed meanwhile', () => {
  fc.assert(
    fc.property(deeds, (list) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      const results = doAll(store, list);
      for (const series of [series4, series6])
        expect(store.results(series, all)).toEqual(of(results, series.family));
    }),
  );
});

test('every roll-up that is over is what its results add up to, whatever came late', () => {
  fc.assert(
    fc.property(deeds, (list) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      // What came late is seen to within a day; then a result of another day ends what is before it.
      const end = [start + 20 * hours, [result(start + 30 * hours)], start + 40 * hours];
      const results = doAll(store, [...list, ...end]);
      const told = rollUpsOf(database);
      for (const { tier, series, phase, from, figures } of told) {
        const inside = of(results, series.family).filter(({ at }) => at >= from && at < from + tiersMs[tier]);
        expect(figures).toEqual(sumOf(inside, phase));
      }
      for (const tier of [0, 1, 2] as const) {
        const starts = results.map(({ at }) => startOf(tier, at)).filter((at) => at < start + 24 * hours);
        const rolledUp = new Set(told.filter((row) => row.tier === tier).map(({ from }) => from));
        expect(starts.filter((at) => !rolledUp.has(at))).toEqual([]);
      }
    }),
  );
});

test('any window is what the results in it add up to', () => {
  const ends = fc.tuple(fc.nat(windowMs), fc.nat(windowMs)).map(([a, b]) => ({
    from: start + Math.min(a, b),
    to: start + Math.max(a, b),
  }));
  fc.assert(
    fc.property(deeds, ends, fc.constantFrom('', 'connect'), (list, { from, to }, phase) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      const results = of(doAll(store, [...list, start + windowMs]), 4).filter(
        ({ at }) => at >= from && at < to,
      );
      const told = store.history(series4, { from, to, phase });
      expect(told.all).toEqual(sumOf(results, phase));
      for (const { at, ...figures } of told.buckets) {
        const inside = results.filter((one) => one.at >= at && one.at < at + told.widthMs);
        expect(figures).toEqual(sumOf(inside, phase));
      }
    }),
  );
});

test('a window is whole when nothing was seen at its beginning, and its end cuts a bucket', () => {
  using database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  const at = start + 5 * hours + 15 * minutes;
  store.commit({ ...noEffects, results: [result(at)] });
  condense(store, start + 12 * hours);
  expect(store.history(series4, { from: start, to: at + 1 }).all.good).toBe(1);
});

test('what a crash leaves is condensed as if there had been none', () => {
  fc.assert(
    fc.property(fc.array(someResult, { minLength: 1, maxLength: 40 }), fc.nat(20), (list, slices) => {
      using crashed = openDatabase(':memory:');
      const store = createSqliteStore(crashed);
      store.commit({ ...noEffects, results: list });
      const now = start + windowMs + 10 * hours;
      for (let i = 0; i < slices; i++) store.condense(now);
      using database = openImage(crashed.serialize());
      const restarted = createSqliteStore(database);
      condense(restarted, now);
      condense(store, now);
      expect(contents(database)).toEqual(contents(crashed));
      expect(database.prepare('SELECT count(*) AS n FROM result').get()).toEqual({ n: 0 });
    }),
  );
});

test('roll-ups that are given up are made once more from results, sealed ones too', () => {
  fc.assert(
    fc.property(fc.array(someResult, { minLength: 1, maxLength: 40 }), (list) => {
      using database = openDatabase(':memory:');
      const store = createSqliteStore(database);
      // The last one ends the day of the others.
      store.commit({ ...noEffects, results: [...list, result(start + 30 * hours)] });
      const overOf = () => rollUpsOf(database).filter(({ from }) => from < start + 24 * hours);
      condense(store, start + 40 * hours);
      const before = overOf();
      database.exec('DELETE FROM bundle; DELETE FROM rolled_up');
      condense(store, start + 40 * hours);
      expect(overOf()).toEqual(before);
    }),
  );
});

const contents = (database: ReturnType<typeof openDatabase>) =>
  ['sealed', 'bundle', 'rolled_up', 'reopened'].map((table) =>
    database.prepare(`SELECT * FROM ${table}`).all(),
  );

test('a flipped bit in a sealed hour is told, and the other hours are read', () => {
  using database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  const at = (hour: number) => start + hour * hours + minutes;
  store.commit({ ...noEffects, results: [result(at(0), {}), result(at(1), {})] });
  condense(store, start + 9 * hours);
  const { block } = database.prepare('SELECT block FROM sealed WHERE hour_at = ?').get(start)!;
  const damaged = Uint8Array.from(block as Uint8Array);
  damaged[damaged.length - 6]! ^= 4;
  database.prepare('UPDATE sealed SET block = ? WHERE hour_at = ?').run(damaged, start);
  expect(() => store.results(series4, all)).toThrow(
    'The results of the hour from 2026-03-01T00:00:00.000Z of series 1 are damaged.',
  );
  expect(store.results(series4, { ...all, from: start + hours })).toHaveLength(1);
  expect(store.history(series4, { from: start, to: start + 2 * hours }).all.good).toBe(2);
});

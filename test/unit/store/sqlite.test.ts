import { describe, expect, test } from 'vitest';
import { integer, openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { noEffects, outage, result, series4, span, standing } from '../../support/effects.ts';
import { openImage } from '../../support/in-process-store.ts';

const always = { from: 0, to: 1_000_000, limit: 1_000_000 };
const opened = () => {
  const database = openDatabase(':memory:');
  return { database, store: createSqliteStore(database) };
};

describe('a full disk', () => {
  // Pages are the disk: with each more that it has, the transaction gets a little further before it is full.
  test('keeps all of a transaction or nothing, wherever it becomes full', () => {
    const { database, store } = opened();
    store.commit({ ...noEffects, results: [result(0)] });
    const image = database.serialize();
    const long = { ...noEffects, results: Array.from({ length: 3_000 }, (_, at) => result(at + 1)) };
    const effects = {
      ...long,
      spans: [span(1)],
      outages: [outage(1)],
      standings: [{ series: series4, standing: standing(1) }],
    };
    const used = integer(database, 'page_count');
    const counts = new Set<number>();
    let full = 0;
    for (let spare = 0; counts.size < 2; spare++) {
      const crowded = openImage(image);
      crowded.exec(`PRAGMA max_page_count = ${used + spare}`);
      const its = createSqliteStore(crowded);
      try {
        its.commit(effects);
      } catch (error) {
        expect(error).toMatchObject({ code: 'store.full' });
        full++;
      }
      counts.add(its.results(series4, always).length + its.spans(span(1).subject, 0, 9).length);
      crowded.exec('PRAGMA max_page_count = 100000');
      its.commit(effects);
      expect(its.results(series4, always)).toHaveLength(3_001);
    }
    expect([...counts]).toEqual([1, 3_002]);
    expect(full).toBeGreaterThan(10);
  });
});

describe('an image of the database', () => {
  test('is the store as it was between two commits', () => {
    const { database, store } = opened();
    store.commit({ ...noEffects, results: [result(1, { phasesUs: { dns: 5 } })] });
    const image = database.serialize();
    store.commit({ ...noEffects, results: [result(2)] });
    const restarted = createSqliteStore(openImage(image));
    expect(restarted.results(series4, always)).toEqual([result(1, { phasesUs: { dns: 5 } })]);
    restarted.commit({ ...noEffects, results: [result(3)] });
    expect(restarted.results(series4, always)).toHaveLength(2);
  });
});

describe('values that no probe measures', () => {
  test.for([
    ['a fraction of a microsecond', result(1, { phasesUs: { dns: 0.5 } })],
    ['a negative phase', result(1, { phasesUs: { dns: -1 } })],
    ['an endless phase', result(1, { phasesUs: { dns: Number.POSITIVE_INFINITY } })],
    ['no number', result(1, { totalUs: Number.NaN })],
    ['an instant between two milliseconds', result(1.5)],
    ['a family that does not exist', result(1, { series: { ...series4, family: 5 as 4 } })],
  ] as const)('refuses %s, and goes on', ([, wrong]) => {
    const { store } = opened();
    expect(() => store.commit({ ...noEffects, results: [result(0), wrong] })).toThrow(
      expect.objectContaining({ code: 'store.refused' }),
    );
    store.commit({ ...noEffects, results: [result(0)] });
    expect(store.results(series4, always)).toEqual([result(0)]);
  });
});

describe('retention', () => {
  test('gives free pages back to the disk, but not the last ones', () => {
    const { database, store } = opened();
    const facts = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`fact-${i}`, 'x'.repeat(200)]));
    const evident = (at: number) => result(at, { grade: 'poor', cause: 'slow', evidence: 'slow', facts });
    const results = Array.from({ length: 6_000 }, (_, at) => evident(at));
    store.commit({ ...noEffects, results });
    const before = integer(database, 'page_count');
    while (store.prune({ results: 10_000, evidence: 10_000, told: 0 }) > 0);
    const free = integer(database, 'freelist_count');
    expect(integer(database, 'page_count')).toBeLessThan(before);
    expect(free).toBeGreaterThan(0);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });
});

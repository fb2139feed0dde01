// A bit that flips in a sealed hour: what comes in later is kept all the same, and what was told of that hour stays.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { looksAt } from '../../../server/store/soundness.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { noEffects, result, series4, series6 } from '../../support/effects.ts';
import { hours, minutes, start } from '../../support/watch.ts';

const hour = { from: start, to: start + hours };
const problem = 'the results of the hour from 2026-03-01T00:00:00.000Z of series 1 are damaged';

/** Two series of which the first hour is sealed, that of the first damaged. */
const opened = () => {
  const database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  const condense = (at: number): void => {
    while (store.condense(start + at));
  };
  const commit = (...results: readonly ReturnType<typeof result>[]): void =>
    store.commit({ ...noEffects, results });
  const problems = () => [...looksAt(database)].flatMap(({ problems }) => problems);
  const flip = (): void => {
    const block = database.prepare('SELECT block FROM sealed WHERE series = 1 AND hour_at = ?');
    const damaged = Uint8Array.from(block.get(start)?.block as Uint8Array);
    damaged[damaged.length - 6]! ^= 4;
    database.prepare('UPDATE sealed SET block = ? WHERE series = 1 AND hour_at = ?').run(damaged, start);
  };
  commit(...[series4, series6].map((series) => result(start + minutes, { series })));
  condense(3 * hours);
  return { store, condense, commit, problems, flip };
};

test('results that come late for a damaged hour keep nothing else from being written', () => {
  const { store, condense, commit, problems, flip } = opened();
  flip();
  const later = result(start + 3 * hours);
  commit(result(start + 2 * minutes), result(start + 2 * minutes, { series: series6 }), later);
  condense(6 * hours);
  expect(store.results(series4, { from: later.at, to: later.at + 1, limit: 1 })).toEqual([later]);
  expect(store.history(series4, hour).all.good).toBe(1);
  expect(store.history(series6, hour).all.good).toBe(2);
  expect(store.history(series4, { from: later.at, to: later.at + hours }).all.good).toBe(1);
  expect(problems()).toEqual([problem]);
});

test('nor do those that came before it was damaged', () => {
  const { store, condense, commit, problems, flip } = opened();
  commit(...[series4, series6].map((series) => result(start + 2 * minutes, { series })));
  flip();
  commit(result(start + 3 * hours));
  condense(6 * hours);
  expect(store.history(series4, hour).all.good).toBe(1);
  expect(store.history(series6, hour).all.good).toBe(2);
  expect(problems()).toEqual([problem]);
});

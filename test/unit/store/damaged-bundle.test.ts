// A bit that flips in what results add up to: it is found, nothing else is lost, and where it can it is made once more.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { looksAt } from '../../../server/store/soundness.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';
import { hours, minutes } from '../../support/watch.ts';

type Database = ReturnType<typeof openDatabase>;
const days = 24 * hours;
/** Where rows of every tier begin. */
const start = Date.parse('2026-03-02T00:00:00Z');

const probed = (at: number) => result(start + at, { phasesUs: { connect: 500 } });
const opened = (...ats: readonly number[]) => {
  const database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  store.commit({ ...noEffects, results: ats.map(probed) });
  return { database, store };
};
const condense = (store: SyncStore, at: number): void => {
  while (store.condense(start + at));
};
const contents = (database: Database) =>
  database.prepare('SELECT * FROM bundle ORDER BY tier, series, from_at').all();
const undamaged = (now: number, ...ats: readonly number[]) => {
  const { database, store } = opened(...ats);
  condense(store, now);
  return contents(database);
};
const problems = (database: Database) => [...looksAt(database)].flatMap(({ problems }) => problems);

/** Of the first row that holds `at`, of each series and phase. */
const flip = (database: Database, tier: number, at: number): void => {
  const where = 'WHERE tier = ? AND series = ? AND from_at = ?';
  const rows = database.prepare(
    `SELECT series, max(from_at) AS at, buckets FROM bundle WHERE tier = ? AND from_at <= ? GROUP BY series`,
  );
  for (const { series, at: from, buckets } of rows.all(tier, start + at)) {
    const damaged = Uint8Array.from(buckets as Uint8Array);
    damaged[damaged.length - 1]! ^= 4;
    database.prepare(`UPDATE bundle SET buckets = ? ${where}`).run(damaged, tier, series!, from!);
  }
};

test.for([
  [0, 'the five minutes of series 1 from 2026-03-02T00:00:00.000Z on are damaged'],
  [1, 'the hours of series 1 from 2026-03-02T00:00:00.000Z on are damaged'],
  [2, 'the days of series 1 from 2026-03-02T00:00:00.000Z on are damaged'],
] as const)('a flipped bit in a row of tier %i is told, and what is finer is read', ([tier, problem]) => {
  const { database, store } = opened(minutes, 2 * hours, 30 * hours, 80 * hours);
  condense(store, 90 * hours);
  expect(problems(database)).toEqual([]);
  const window = { from: start, to: start + 300 * days };
  const before = [store.history(series4, window), store.history(series4, { ...window, whole: true })];
  flip(database, tier, minutes);
  expect(problems(database)).toContain(problem);
  expect([store.history(series4, window), store.history(series4, { ...window, whole: true })]).toEqual(
    before,
  );
});

test('where nothing finer is left, the time that is damaged is named, and the rest is told', () => {
  const { database, store } = opened(minutes, 30 * hours, 60 * hours, 50 * days);
  condense(store, 51 * days);
  store.prune({ results: start + 49 * days, evidence: 0, told: 0 });
  const window = { from: start, to: start + 20 * days };
  flip(database, 1, hours);
  flip(database, 2, hours);
  const [from, to] = [window.from, start + 6 * hours];
  expect(store.history(series4, window)).toMatchObject({ all: { good: 2 }, damaged: [{ from, to }] });
  expect(store.history(series4, { ...window, phase: 'connect', whole: true })).toMatchObject({
    all: { good: 1 },
    damaged: [{ from, to: start + 48 * hours }],
  });
});

test.for([
  [0, 32 * minutes, 40 * minutes],
  [1, 70 * minutes, 3 * hours],
  [2, 25 * hours, 50 * hours],
] as const)('a damaged row of tier %i is made once more when it is written', ([tier, at, now]) => {
  const ats = [minutes, 7 * minutes, 59 * minutes, 61 * minutes, 20 * hours, 24 * hours, 24.5 * hours];
  const [before, after] = [ats.filter((one) => one < at), [at, now - 10 * minutes]];
  const { database, store } = opened(...before);
  condense(store, at);
  flip(database, tier, 0);
  expect(problems(database)).not.toEqual([]);
  store.commit({ ...noEffects, results: after.map(probed) });
  condense(store, now);
  expect(problems(database)).toEqual([]);
  expect(contents(database)).toEqual(undamaged(now, ...before, ...after));
});

test('what is damaged is made once more when it is summed up', () => {
  const ats = [minutes, 7 * minutes, 3 * hours, 23 * hours + 59 * minutes];
  const { database, store } = opened(...ats);
  condense(store, 23 * hours);
  for (const tier of [0, 1] as const) flip(database, tier, 0);
  condense(store, 27 * hours);
  expect(problems(database)).toEqual([]);
  expect(contents(database)).toEqual(undamaged(27 * hours, ...ats));
});

// A roll-up of more than is written at once: what comes between its slices is neither lost nor counted twice.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';
import { openImage } from '../../support/in-process-store.ts';
import { hours, minutes, start } from '../../support/watch.ts';

/** One result whose phases are two slices. */
const phasesUs = Object.fromEntries(Array.from({ length: 260 }, (_, phase) => [`p${phase}`, phase + 1]));
const wide = (at: number) => result(start + at, { phasesUs });
const now = start + 90 * minutes;
const window = { from: start, to: start + hours };

const opened = (...ats: readonly number[]) => {
  const database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  store.commit({ ...noEffects, results: ats.map(wide) });
  return { database, store };
};
const condense = (store: SyncStore): number => {
  let slices = 0;
  while (store.condense(now)) slices++;
  return slices;
};
const contents = (database: ReturnType<typeof openDatabase>) =>
  ['bundle', 'rolled_up', 'reopened'].map((table) => database.prepare(`SELECT * FROM ${table}`).all());
const counts = (store: SyncStore) =>
  ['', 'p0', 'p259'].map((phase) => store.history(series4, { ...window, phase }).all.good);

/** As if nothing had happened in between. */
const undisturbed = (...ats: readonly number[]) => {
  const { database, store } = opened(...ats);
  condense(store);
  return contents(database);
};

test('five minutes of many series are rolled up in slices, and tell the same all the while', () => {
  const { store } = opened(0, 59 * minutes);
  let slices = 0;
  do expect(counts(store)).toEqual([2, 2, 2]);
  while (store.condense(now) && ++slices);
  expect(slices).toBeGreaterThanOrEqual(2 + 3);
});

test('a crash between two slices leaves what is done once more', () => {
  const { database, store } = opened(0, 59 * minutes);
  const images = Array.from({ length: 5 }, () => {
    store.condense(now);
    return database.serialize();
  });
  condense(store);
  for (const image of images) {
    const crashed = openImage(image);
    condense(createSqliteStore(crashed));
    expect(contents(crashed)).toEqual(contents(database));
  }
});

test('a slice that cannot be committed is not taken for done', () => {
  const { database, store } = opened(0, 59 * minutes);
  // A reference that is looked at when all else is written.
  database.exec(`CREATE TEMP TABLE fails (slice INTEGER);
    CREATE TABLE wrong (series INTEGER REFERENCES series (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TEMP TRIGGER failing AFTER INSERT ON bundle WHEN EXISTS (SELECT 1 FROM fails)
      BEGIN INSERT INTO wrong VALUES (-1); END`);
  for (let slice = 0; slice < 7; slice++) {
    if (slice % 2 === 1) database.exec('INSERT INTO fails VALUES (1)');
    if (slice % 2 === 1) expect(() => store.condense(now)).toThrow();
    else store.condense(now);
    database.exec('DELETE FROM fails');
  }
  condense(store);
  expect(contents(database)).toEqual(undisturbed(0, 59 * minutes));
});

test.for([0, 1, 2])('a result that comes late after %i slices is counted', (slices) => {
  const { database, store } = opened(0, 59 * minutes);
  for (let slice = 0; slice < slices; slice++) store.condense(now);
  store.commit({ ...noEffects, results: [wide(2 * minutes)] });
  condense(store);
  expect(contents(database)).toEqual(undisturbed(0, 2 * minutes, 59 * minutes));
});

test.for([0, 1, 2])('so is one that comes %i slices after another late one', (slices) => {
  const { database, store } = opened(0, 59 * minutes);
  condense(store);
  store.commit({ ...noEffects, results: [wide(20 * minutes)] });
  for (let slice = 0; slice < slices; slice++) store.condense(now);
  store.commit({ ...noEffects, results: [wide(22 * minutes)] });
  condense(store);
  expect(contents(database)).toEqual(undisturbed(0, 20 * minutes, 22 * minutes, 59 * minutes));
});

test.for([0, 1, 2])('and one from before another late one, %i slices after it', (slices) => {
  const { database, store } = opened(0, 59 * minutes);
  condense(store);
  store.commit({ ...noEffects, results: [wide(20 * minutes)] });
  for (let slice = 0; slice < slices; slice++) store.condense(now);
  store.commit({ ...noEffects, results: [wide(2 * minutes)] });
  condense(store);
  expect(contents(database)).toEqual(undisturbed(0, 2 * minutes, 20 * minutes, 59 * minutes));
});

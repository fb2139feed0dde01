import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { backUp, openToRead, restore } from '../../../server/store/backup.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { looksAt } from '../../../server/store/soundness.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { always, noEffects, outage, result, series4, span } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { hours, start } from '../../support/watch.ts';

const looks = [
  'the file',
  'references',
  'outages',
  'what results add up to',
  'sealed results and what they add up to',
];
const sound = looks.map((what) => ({
  what,
  problems: [],
}));
const open = (path: string): SyncStore => {
  const store = createSqliteStore(openDatabase(path));
  onTestFinished(() => store.close());
  return store;
};
const resultsIn = (path: string): number => {
  const store = open(path);
  const { length } = store.results(series4, always);
  store.close();
  return length;
};
/** A database with a sealed result in each of two hours, an outage, and the folder that it is in. */
const watched = () => {
  const folder = temporaryFolder();
  const path = join(folder, 'vigie.db');
  const store = open(path);
  const results = [result(start), result(start + hours, { grade: 'bad', cause: 'refused', evidence: 'no' })];
  store.commit({ ...noEffects, results, spans: [span(5, { state: 'down' })], outages: [outage(5)] });
  while (store.condense(start + 9 * hours));
  return { folder, path, store };
};
const change = (path: string, sql: string): void => {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  database.close();
};

test('a copy is whole and sound while the database goes on, and has nothing beside it', async () => {
  const { folder, path, store } = watched();
  const copying = backUp(path, join(folder, 'copy.db'));
  store.commit({ ...noEffects, results: [result(start + 9 * hours)] });
  expect(await copying).toEqual(sound);
  store.commit({ ...noEffects, results: [result(start + 10 * hours)] });
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
  expect(resultsIn(join(folder, 'copy.db'))).toBeGreaterThanOrEqual(2);
  expect(store.results(series4, always)).toHaveLength(4);
});

test('a copy takes the place of the database, which is kept beside it', async () => {
  const { folder, path, store } = watched();
  await backUp(path, join(folder, 'copy.db'));
  store.commit({ ...noEffects, results: [result(start + 9 * hours)] });
  store.close();
  expect(await restore(join(folder, 'copy.db'), path)).toEqual(sound);
  expect(resultsIn(path)).toBe(2);
  expect(resultsIn(`${path}.before`)).toBe(3);
});

test('what came days too late to be told of is no damage, and is noted as long as there are results of then', () => {
  const { path, store } = watched();
  const [now, late] = [start + 48 * hours, start + 40 * hours];
  store.commit({ ...noEffects, results: [result(now)] });
  while (store.condense(now + hours));
  // The second is seen to, and the first is not given up with it.
  store.commit({ ...noEffects, results: [result(start + 1), result(late)] });
  while (store.condense(now + hours));
  const database = openToRead(path);
  onTestFinished(() => database.close());
  const noted = database.prepare('SELECT from_at FROM reopened');
  expect([...looksAt(database)]).toEqual(sound);
  expect(noted.all().map((row) => row.from_at)).toEqual([start]);
  while (store.prune({ results: start + hours, evidence: 0, told: 0 }) > 0);
  expect(noted.all()).toEqual([]);
  expect([...looksAt(database)]).toEqual(sound);
});

test('a copy that is not sound is not taken, and nothing is touched', async () => {
  const { folder, path, store } = watched();
  const copy = join(folder, 'copy.db');
  await backUp(path, copy);
  store.close();
  change(copy, 'UPDATE sealed SET block = zeroblob(20) WHERE id = 1');
  const before = readFileSync(path);
  expect((await restore(copy, path)).at(-1)).toMatchObject({
    problems: ['the results of the hour from 2026-03-01T00:00:00.000Z of series 1 are damaged'],
  });
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).not.toContain('vigie.db.part');
});

test.each([
  ['a file that is no database', 'hello', 'The file is not a database'],
  ['an empty file', '', 'It belongs to another program, and has not been touched.'],
])('%s is not taken', async (_, content, problem) => {
  const { folder, path } = watched();
  const other = join(folder, 'other');
  writeFileSync(other, content);
  await expect(restore(other, path)).rejects.toThrow(problem);
  expect(() => openToRead(other)).toThrow(problem);
});

test.each([
  ['PRAGMA user_version = 999', 'A newer Vigie wrote it (schema 999'],
  ['PRAGMA application_id = 7', 'It belongs to another program'],
])('a copy after %s is not taken', async (sql, problem) => {
  const { folder, path } = watched();
  const copy = join(folder, 'copy.db');
  await backUp(path, copy);
  change(copy, sql);
  await expect(restore(copy, path)).rejects.toThrow(problem);
});

test.each([
  ['DELETE FROM series', 'a row of sealed points at none of series'],
  ["UPDATE span SET state = 'up'", 'the outage check:db1@5 goes on, but its subject is up'],
  [
    "INSERT INTO span (kind, subject, since_at, state) VALUES ('check', 'db1', 7, 'up'), ('check', 'db1', 8, 'down')",
    'in the outage check:db1@5 its subject is up since 1970-01-01T00:00:00.007Z',
  ],
  [
    "UPDATE outage SET ended_at = started_at - 1, ended_how = 'recovered'",
    'the outage check:db1@5 ends before it begins',
  ],
  [
    `INSERT INTO outage SELECT 'check:db1@4', kind, subject, state, started_at - 1, confirmed_at, cause, phase, evidence,
       started_at + 1, 'recovered', slowness, consequence_of FROM outage`,
    'the outage check:db1@5 begins before check:db1@4 has ended',
  ],
  [
    "UPDATE bundle SET buckets = x'000400000000' WHERE tier = 1",
    'the hours of series 1 from 2026-03-01T00:00:00.000Z on are damaged',
  ],
  [
    'UPDATE bundle SET from_at = from_at + 21600000 WHERE tier = 1',
    'the hours of series 1 from 2026-03-01T06:00:00.000Z on are damaged',
  ],
  [
    "UPDATE bundle SET buckets = x'00050100010000', sum = NULL WHERE tier = 1",
    'the results of the hour from 2026-03-01T00:00:00.000Z of series 1 do not add up to what is told of it',
  ],
])('after %s it is told what is not sound', async (sql, problem) => {
  const { path, store } = watched();
  store.close();
  change(path, sql);
  const database = openToRead(path);
  onTestFinished(() => database.close());
  expect([...looksAt(database)].flatMap(({ problems }) => problems)).toContain(problem);
});

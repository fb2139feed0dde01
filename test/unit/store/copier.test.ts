import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStore } from '../../../server/store/client.ts';
import { copiesIn } from '../../../server/store/copier/client.ts';
import { always, noEffects, result, series4 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { hours, start } from '../../support/watch.ts';

const write = async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'vigie.db');
  const store = await openStore({ path });
  await store.commit({ ...noEffects, results: [result(start), result(start + hours)] });
  while (await store.condense(start + 9 * hours));
  const copies = copiesIn(join(folder, 'copies'), path);
  return { store, path, copies, folder: join(folder, 'copies') };
};

test('a copy is made while the store writes, and holds what was kept before', async () => {
  const { store, copies, folder } = await write();
  expect(copies.newestAt()).toBeUndefined();
  const writing = Array.from({ length: 50 }, (_, i) =>
    store.commit({ ...noEffects, results: [result(start + 9 * hours + i)] }),
  );
  expect(await copies.make('2026-03-01')).toEqual([]);
  await Promise.all(writing);
  await store.close();
  expect(readdirSync(folder)).toEqual(['vigie-2026-03-01.db']);
  expect(copies.newestAt()).toBeGreaterThan(start);
  const copy = await openStore({ path: join(folder, 'vigie-2026-03-01.db') });
  expect((await copy.results(series4, always)).length).toBeGreaterThanOrEqual(2);
  await copy.close();
});

test('of a damaged database no copy takes the place of an older one, and what is damaged is told', async () => {
  const { store, copies, path, folder } = await write();
  await copies.make('2026-03-01');
  const before = readFileSync(join(folder, 'vigie-2026-03-01.db'));
  await store.close();
  const database = new DatabaseSync(path);
  database.exec('UPDATE sealed SET block = zeroblob(length(block)) WHERE id = 1');
  database.close();
  expect(await copies.make('2026-03-01')).toEqual([
    'the results of the hour from 2026-03-01T00:00:00.000Z of series 1 are damaged',
  ]);
  expect(readFileSync(join(folder, 'vigie-2026-03-01.db'))).toEqual(before);
});

test('what cannot be copied is told', async () => {
  const { folder } = await write();
  const copies = copiesIn(folder, join(folder, 'none.db'));
  await expect(copies.make('2026-03-01')).rejects.toMatchObject({ code: 'store.io' });
});

test('the newest copies are kept, and what is none is left alone', async () => {
  const { copies, folder } = await write();
  await copies.make('2026-03-01');
  for (const name of ['vigie-2026-02-27.db', 'vigie-2026-02-28.db', 'other.db', 'vigie-old.db'])
    writeFileSync(join(folder, name), '');
  utimesSync(join(folder, 'vigie-2026-03-01.db'), 5, 5);
  expect(copies.newestAt()).toBe(5_000);
  expect([copies.keep(2), copies.keep(2)]).toEqual([1, 0]);
  expect(readdirSync(folder)).toEqual([
    'other.db',
    'vigie-2026-02-28.db',
    'vigie-2026-03-01.db',
    'vigie-old.db',
  ]);
});

import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { restore } from '../../../server/store/backup.ts';
import { openStore } from '../../../server/store/client.ts';
import { copiesIn } from '../../../server/store/copier/client.ts';
import { always, noEffects, result, series4, series6 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { hours, minutes, start } from '../../support/watch.ts';

const write = async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'vigie.db');
  const store = await openStore({ path });
  await store.commit({ ...noEffects, results: [result(start), result(start + hours)] });
  while (await store.condense(start + 9 * hours));
  const copies = copiesIn(join(folder, 'copies'), path);
  return { store, path, copies, folder: join(folder, 'copies') };
};

test('a copy of a store that writes, rolls up and seals all the while is that of one moment', async () => {
  const { store, copies, path, folder } = await write();
  expect(copies.newestAt()).toBeUndefined();
  const atOf = (n: number) => start + 9 * hours + n * minutes;
  const copied = new AbortController();
  let kept = 0;
  const writing = (async () => {
    for (; !copied.signal.aborted; kept++) {
      const results = [result(atOf(kept)), result(atOf(kept), { series: series6 })];
      await store.commit({ ...noEffects, results });
      await store.condense(atOf(kept));
    }
  })();
  await expect.poll(() => kept, { timeout: 20_000 }).toBeGreaterThan(200);
  const before = kept;
  expect(await copies.make('2026-03-01')).toEqual([]);
  copied.abort();
  await writing;
  await store.close();
  expect(readdirSync(folder)).toEqual(['vigie-2026-03-01.db']);
  expect(copies.newestAt()).toBeGreaterThan(start);

  expect(
    (await restore(join(folder, 'vigie-2026-03-01.db'), path)).flatMap(({ problems }) => problems),
  ).toEqual([]);
  const restored = await openStore({ path });
  // However long the copy took.
  const since = { ...always, from: atOf(0), limit: kept + 1 };
  const of4 = (await restored.results(series4, since)).map(({ at }) => at);
  const of6 = (await restored.results(series6, since)).map(({ at }) => at);
  expect(of4).toEqual(of4.map((_, n) => atOf(n)));
  expect(of6).toEqual(of4);
  expect(of4.length).toBeGreaterThanOrEqual(before);
  expect(of4.length).toBeLessThanOrEqual(kept);
  const { all } = await restored.history(series4, { from: atOf(0), to: atOf(kept) });
  expect(all.good).toBe(of4.length);
  await restored.close();
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

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../../server/app/ports.ts';
import { openStore } from '../../../server/store/client.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';

const always = { from: 0, to: 1_000_000, limit: 1_000_000 };
const one = (at: number) => ({ ...noEffects, results: [result(at)] });

const opened = async (worked?: (method: string, tookMs: number) => void) => {
  const path = join(temporaryFolder(), 'vigie.db');
  const threads: Worker[] = [];
  const notice = (worker: Worker) => void threads.push(worker);
  process.on('worker', notice);
  onTestFinished(() => void process.off('worker', notice));
  const store = await openStore({ path, ...(worked && { worked }) });
  onTestFinished(() => store.close());
  return { store, path, threads };
};
const kept = async (store: Store) => (await store.results(series4, always)).map(({ at }) => at);

test('answers in the order it was asked', async () => {
  const { store } = await opened();
  const answers = await Promise.all([store.commit(one(1)), kept(store), store.commit(one(2)), kept(store)]);
  expect(answers).toEqual([undefined, [1], undefined, [1, 2]]);
});

test('finishes what it was asked before it closes, and leaves neither log nor thread', async () => {
  const { store, path, threads } = await opened();
  const ended = once(threads[0]!, 'exit');
  const commits = [1, 2, 3].map((at) => store.commit(one(at)));
  await store.close();
  await expect(Promise.all(commits)).resolves.toHaveLength(3);
  await ended;
  expect(existsSync(`${path}-wal`)).toBe(false);
  const again = await openStore({ path });
  expect(await kept(again)).toEqual([1, 2, 3]);
  await again.close();
});

test('sheds what comes when 256 requests are waiting, and takes more after that', async () => {
  const { store } = await opened();
  const asked = await Promise.allSettled(Array.from({ length: 260 }, (_, at) => store.commit(one(at))));
  const shed = asked.filter(({ status }) => status === 'rejected');
  expect(shed).toHaveLength(4);
  expect(shed[0]).toMatchObject({ reason: { code: 'store.overloaded' } });
  expect(await kept(store)).toHaveLength(256);
});

test('rejects what is outstanding when its thread dies, and starts another at the next call', async () => {
  const { store, path, threads } = await opened();
  await store.commit(one(1));
  const holder = new DatabaseSync(path);
  holder.exec('BEGIN IMMEDIATE');
  const outstanding = Promise.allSettled([store.commit(one(2)), store.commit(one(3))]);
  await threads[0]?.terminate();
  const gone = { status: 'rejected', reason: { code: 'store.gone' } };
  expect(await outstanding).toMatchObject([gone, gone]);
  holder.close();
  await store.commit(one(4));
  expect(await kept(store)).toEqual([1, 4]);
  expect(threads).toHaveLength(2);
});

test('rejects when the database cannot be opened', async () => {
  const path = join(temporaryFolder(), 'other.db');
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE photograph (id INTEGER)');
  other.close();
  await expect(openStore({ path })).rejects.toMatchObject({ code: 'store.foreign' });
});

test('waits for a lock that another program gives back', async () => {
  const slow: string[] = [];
  const { store, path } = await opened((method, tookMs) => {
    if (tookMs > 50) slow.push(method);
  });
  // However late its thread wakes, it waits in the end.
  for (let at = 1; !slow.includes('commit'); at += 1) {
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const commit = store.commit(one(at));
    setTimeout(() => holder.close(), 100 * at);
    await commit;
    expect(await kept(store)).toContain(at);
  }
});

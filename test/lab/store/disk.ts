// A program for a small disk of its own: what the store does when that is full, or cannot be written. Prints one line of JSON.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import { openStore } from '../../../server/store/client.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';

const [scenario, folder = ''] = process.argv.slice(2);
const path = join(folder, 'vigie.db');
const always = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000_000 };
const hourMs = 3_600_000;
const batch = (n: number) => ({
  ...noEffects,
  results: Array.from({ length: 50 }, (_, i) => result(50 * n + i, { phasesUs: { connect: i } })),
});
const codeOf = (error: unknown): string => (error instanceof StoreError ? error.code : String(error));

/** Until nothing is left that could be rolled up or sealed. */
const condense = async (store: Store): Promise<string> => {
  while (await store.condense(5 * hourMs));
  return 'condensed';
};

const fill = async () => {
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(500_000));
  const store = await openStore({ path });
  let kept = 0;
  const keepOn = async (): Promise<never> => {
    for (;;) await store.commit(batch(kept)).then(() => kept++);
  };
  const code = await keepOn().catch(codeOf);
  const again = await store.commit(batch(kept)).catch(codeOf);
  const condensedWhenFull = await condense(store).catch(codeOf);
  const readWhenFull = (await store.results(series4, always)).length;
  rmSync(ballast);
  const whenFree = await store.commit(batch(kept)).then(() => 'kept', codeOf);
  await condense(store);
  await store.close();
  const reopened = await openStore({ path });
  const readAtTheEnd = (await reopened.results(series4, always)).length;
  const told = (await reopened.history(series4, { from: 0, to: hourMs })).all.good;
  await reopened.close();
  return { code, again, condensedWhenFull, kept, readWhenFull, whenFree, readAtTheEnd, told };
};

const lock = async () => {
  const store = await openStore({ path });
  await store.commit(batch(0));
  await store.close();
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  const code = await openStore({ path }).then(() => 'opened', codeOf);
  return { code };
};

process.stdout.write(JSON.stringify(scenario === 'full' ? await fill() : await lock()));

// The copies of the database in a folder, each made by a thread of its own.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError } from '../../app/ports.ts';
import type { Copies, StoreErrorCode } from '../../app/ports.ts';

export interface ToCopy {
  readonly source: string;
  readonly target: string;
}

export type Copied =
  | { readonly problems: readonly string[] }
  | { readonly code: StoreErrorCode; readonly sentence: string };

/** A block at a time is looked at: no copy is so large that it needs more. */
const heapMbMax = 128;
const nameOf = /^vigie-\d{4}-\d{2}-\d{2}\.db$/;

/** Of the database `source`. Other files in the folder are left alone. */
export const copiesIn = (folder: string, source: string): Copies => {
  const names = (): readonly string[] =>
    readdirSync(folder)
      .filter((name) => nameOf.test(name))
      .sort();
  return {
    newestAt: () => {
      try {
        const newest = names().at(-1);
        return newest === undefined ? undefined : Math.floor(statSync(join(folder, newest)).mtimeMs);
      } catch {
        return undefined;
      }
    },
    make: async (date) => {
      mkdirSync(folder, { recursive: true });
      return copy({ source, target: join(folder, `vigie-${date}.db`) });
    },
    keep: (count) => {
      const old = names().slice(0, -count);
      for (const name of old) rmSync(join(folder, name));
      return old.length;
    },
  };
};

const copy = (workerData: ToCopy): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'copier',
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    worker.once('message', (copied: Copied) => {
      if ('problems' in copied) resolve(copied.problems);
      else reject(new StoreError(copied.code, copied.sentence));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new StoreError('store.gone', 'The thread that copies has ended.')));
  });

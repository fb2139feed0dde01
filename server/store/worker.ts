// The store's thread: the only one that has the database. Requests are answered one by one, in the order they came.
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import { storeError } from './errors.ts';
import { createSqliteStore } from './sqlite.ts';
import type { SyncStore } from './sync.ts';
import { opening } from './wire.ts';
import type { Reply, Request } from './wire.ts';

/** How long a request waits for a lock that another program holds, looking every `busyPauseMs`. */
const busyMsMax = 5_000;
const busyPauseMs = 10;

const main = (port: NonNullable<typeof parentPort>, path: string): void => {
  let store: SyncStore | undefined;
  const reply = (id: number, work: () => unknown): void => {
    const startedMs = performance.now();
    const answer = answerOf(() => patiently(work));
    port.postMessage({ id, answer, tookMs: performance.now() - startedMs } satisfies Reply);
  };
  reply(opening, () => {
    store = createSqliteStore(openDatabase(path));
  });
  if (store === undefined) return port.close();
  const opened = store;
  port.on('message', ({ id, method, args }: Request) => {
    reply(id, () => (opened[method] as (...args: readonly unknown[]) => unknown)(...args));
    if (method === 'close') port.close();
  });
};

const answerOf = (work: () => unknown): Reply['answer'] => {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    const { code, message } = storeError(error);
    return { kind: 'failed', code, sentence: message };
  }
};

// This thread has nothing else to do, and those behind it must not overtake: it may as well sleep.
const patiently = (work: () => unknown): unknown => {
  const untilMs = performance.now() + busyMsMax;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (storeError(error).code !== 'store.busy' || performance.now() >= untilMs) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPauseMs);
  }
};

if (parentPort !== null) main(parentPort, (workerData as { readonly path: string }).path);

// The thread that makes one copy of the database, and looks through it: that takes seconds, for which nobody waits.
import { parentPort, workerData } from 'node:worker_threads';
import { backUp } from '../backup.ts';
import { storeError } from '../errors.ts';
import type { Copied, ToCopy } from './client.ts';

const { source, target } = workerData as ToCopy;
const answer = await backUp(source, target).then(
  (looks): Copied => ({ problems: looks.flatMap(({ problems }) => problems) }),
  (error: unknown): Copied => {
    const { code, message } = storeError(error);
    return { code, sentence: message };
  },
);
parentPort?.postMessage(answer);

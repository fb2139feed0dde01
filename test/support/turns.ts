// Time as this process has it: on a machine that stands still for a moment, what we wait for stands still too.
import { setTimeout as sleep } from 'node:timers/promises';

const turns = 10;

/** Waits in ten turns of the event loop, between which it sees what has arrived: a pause of the machine takes one of them. */
export const waitInTurns = async (ms: number, options: { readonly ref?: boolean } = {}): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await sleep(ms / turns, undefined, options);
};

const looksMax = 200;

/** Looks until `found` says yes, every ten milliseconds; gives up after two seconds of this process's own time. */
export const until = async (found: () => boolean): Promise<void> => {
  for (let look = 0; look < looksMax && !found(); look += 1) await sleep(10);
};

/** The number, once it has been the same for a tenth of a second. */
export const settled = async (read: () => number): Promise<number> => {
  for (let look = 0; look < looksMax; look += 1) {
    const before = read();
    await waitInTurns(100);
    if (read() === before) return before;
  }
  throw new Error('it does not settle');
};

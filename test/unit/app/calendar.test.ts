import { expect, test } from 'vitest';
import { startRetention } from '../../../server/app/calendar.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { hours, makeConfig, start } from '../../support/watch.ts';

/** Retention by a cron that goes off when a test says so; `slices` are what the store has to delete. */
const retention = (slices: (number | StoreError)[]) => {
  const time = new PassingTime(start);
  const asked: Parameters<Store['prune']>[0][] = [];
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  let goesOff = () => {};
  const config = { ...makeConfig([]), retention: { resultsMs: 30 * hours, evidenceMs: 400 * hours } };
  const stop = startRetention(
    {
      store: {
        prune: async (before) => {
          asked.push(before);
          const slice = slices.shift() ?? 0;
          if (slice instanceof StoreError) throw slice;
          return slice;
        },
      },
      clock: time.clock,
      cron: (_expression, _timezone, call) => {
        goesOff = call;
        return () => (goesOff = () => {});
      },
      log: { info: log, warn: log, error: log },
    },
    () => config,
  );
  return { time, asked, lines, stop, goesOff: () => goesOff() };
};

test('retention deletes slice after slice until nothing is left, each kind by the age it may have', async () => {
  const { asked, goesOff, time, lines } = retention([5_000, 5_000, 3]);
  goesOff();
  await time.pass(0);
  const before = { results: start - 30 * hours, evidence: start - 400 * hours, told: start - 30 * hours };
  expect(asked).toEqual([before, before, before, before]);
  expect(lines).toEqual(['retention.pruned']);
});

test('retention that fails is told, and tried again at its next hour', async () => {
  const { asked, goesOff, time, lines } = retention([new StoreError('store.busy', 'It is held.'), 7]);
  goesOff();
  await time.pass(0);
  expect([asked.length, lines]).toEqual([1, ['retention.failed']]);
  goesOff();
  await time.pass(0);
  expect([asked.length, lines]).toEqual([3, ['retention.failed', 'retention.pruned']]);
});

test('retention that is stopped deletes nothing more', async () => {
  const { asked, goesOff, time, stop } = retention([5]);
  stop();
  goesOff();
  await time.pass(0);
  expect(asked).toEqual([]);
});

import { expect, test } from 'vitest';
import { Retention } from '../../../server/app/calendar.ts';
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
  const timezones: string[] = [];
  const config = { ...makeConfig([]), retention: { resultsMs: 30 * hours, evidenceMs: 400 * hours } };
  const kept = new Retention({
    store: {
      prune: async (before) => {
        asked.push(before);
        const slice = slices.shift() ?? 0;
        if (slice instanceof StoreError) throw slice;
        return slice;
      },
    },
    clock: time.clock,
    cron: (_expression, timezone, call) => {
      timezones.push(timezone);
      goesOff = call;
      return () => (goesOff = () => {});
    },
    log: { info: log, warn: log, error: log },
  });
  kept.configure(config);
  return { kept, config, time, asked, lines, timezones, goesOff: () => goesOff() };
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
  const { kept, asked, goesOff, time } = retention([5]);
  kept.stop();
  goesOff();
  await time.pass(0);
  expect(asked).toEqual([]);
});

test('retention goes by the newest configuration: its ages and its time zone', async () => {
  const { kept, config, asked, goesOff, time, timezones } = retention([]);
  const organisation = { ...config.organisation, timezone: 'Asia/Kolkata' };
  kept.configure({ ...config, organisation, retention: { resultsMs: 2 * hours, evidenceMs: 3 * hours } });
  goesOff();
  await time.pass(0);
  expect(timezones).toEqual(['Europe/Paris', 'Asia/Kolkata']);
  expect(asked).toMatchObject([{ results: start - 2 * hours, evidence: start - 3 * hours }]);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Scheduler } from '../../../server/app/scheduler.ts';
import type { Report } from '../../../server/core/result.ts';
import { systemTimers } from '../../../server/system.ts';
import { makeCheck, outcomeOf, seriesKey } from '../../support/watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('to be stopped is not to stand still: probes under way end as they would have', async () => {
  const reports: Report[] = [];
  const scheduler = new Scheduler({
    clock: { now: Date.now, monotonicMs: Date.now },
    timers: systemTimers,
    cron: () => () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    run: async ([job]) => {
      await new Promise((resolve) => job?.signal.addEventListener('abort', resolve));
      return [outcomeOf('bad', 'timeout_reply')];
    },
    roundKey: () => undefined,
    report: (report) => reports.push(report),
  });
  scheduler.assign([makeCheck('silent', { timeoutMs: 5_000 })]);
  scheduler.recheck(seriesKey('silent'), 0);
  await vi.advanceTimersByTimeAsync(1_000);
  const drained = scheduler.drain();
  await vi.advanceTimersByTimeAsync(5_000);
  await drained;
  expect(reports).toMatchObject([{ tainted: false }]);
});

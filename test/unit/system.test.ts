import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cron } from '../../server/system.ts';
import { hours, minutes, seconds } from '../support/watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime('2026-03-28T12:00:00+01:00');
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The process stands still: clocks go on, and what was due meanwhile happens late. */
const standStill = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('a cron', () => {
  test('goes off at its local time, also after the clocks have changed', async () => {
    const at: string[] = [];
    const stop = cron('0 4 * * *', 'Europe/Paris', () => at.push(new Date().toISOString()));
    await vi.advanceTimersByTimeAsync(48 * hours);
    stop();
    expect(at).toEqual(['2026-03-29T02:00:00.000Z', '2026-03-30T02:00:00.000Z']);
  });

  test('goes off no more once it was stopped', async () => {
    let times = 0;
    const stop = cron('* * * * *', 'UTC', () => times++);
    await vi.advanceTimersByTimeAsync(2 * minutes);
    stop();
    await vi.advanceTimersByTimeAsync(10 * minutes);
    expect(times).toBe(2);
  });

  test.for([
    ['a busy moment makes it late', 20 * seconds, { times: 1, missed: 0 }],
    ['a long pause makes it miss its time', 10 * minutes, { times: 0, missed: 1 }],
  ] as const)('%s', async ([, ms, expected]) => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const counted = { times: 0, missed: 0 };
    const stop = cron(
      '0 13 * * *',
      'Europe/Paris',
      () => counted.times++,
      () => counted.missed++,
    );
    await vi.advanceTimersByTimeAsync(hours - seconds);
    standStill(ms + seconds);
    await vi.advanceTimersByTimeAsync(5 * seconds);
    stop();
    expect(counted).toEqual(expected);
    expect(said).not.toHaveBeenCalled();
  });
});

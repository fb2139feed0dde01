import { execFileSync } from 'node:child_process';
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

  // Clocks go forward on 29 March 2026 at 02:00 (01:00 UTC), and back on 25 October at 03:00 (01:00 UTC).
  test.for([
    [
      'a time that does not come is made up for when it is over',
      '30 2 * * *',
      '2026-03-28T12:00Z',
      ['29T01:00', '30T00:30'],
    ],
    [
      'once, however often it was skipped',
      '0,15,30 2,3 * * *',
      '2026-03-29T00:30Z',
      [
        '29T01:00',
        '29T01:15',
        '29T01:30',
        '30T00:00',
        '30T00:15',
        '30T00:30',
        '30T01:00',
        '30T01:15',
        '30T01:30',
      ],
    ],
    ['a time after the skipped hour is not', '30 3 * * *', '2026-03-28T12:00Z', ['29T01:30', '30T01:30']],
    [
      'a time that comes twice counts once, at first',
      '30 2 * * *',
      '2026-10-24T12:00Z',
      ['25T00:30', '26T01:30'],
    ],
    [
      'so does each of several',
      '15 2,3 * * *',
      '2026-10-24T12:00Z',
      ['25T00:15', '25T02:15', '26T01:15', '26T02:15'],
    ],
    [
      'every hour is every hour',
      '0 * * * *',
      '2026-10-24T23:30Z',
      ['25T00:00', '25T01:00', '25T02:00', '25T03:00'],
    ],
    [
      'also while one is skipped',
      '0 * * * *',
      '2026-03-28T23:30Z',
      ['29T00:00', '29T01:00', '29T02:00', '29T03:00'],
    ],
    ['seconds are kept', '30 30 2 * * *', '2026-10-24T12:00Z', ['25T00:30:30', '26T01:30:30']],
  ] as const)('when the clocks change %s: %s', async ([, expression, from, expected]) => {
    vi.setSystemTime(from);
    const at: string[] = [];
    const stop = cron(expression, 'Europe/Paris', () => {
      at.push(new Date().toISOString().slice(8, 19).replace(/:00$/, ''));
    });
    await vi.advanceTimersByTimeAsync(4 * hours);
    if (expression !== '0 * * * *') await vi.advanceTimersByTimeAsync(60 * hours);
    stop();
    expect(at.slice(0, expected.length)).toEqual(expected);
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

test.for([
  [0, 5],
  [10, 10],
] as const)('a process that is nice by %s gives way by %s', ([before, after]) => {
  const script = `
    import { getPriority } from 'node:os';
    import { giveWay } from '${new URL('../../server/system.ts', import.meta.url).href}';
    giveWay();
    console.log(getPriority());`;
  const words = ['-n', `${before}`, process.execPath, '--input-type=module', '--eval', script];
  expect(execFileSync('nice', words, { encoding: 'utf8' })).toBe(`${after}\n`);
});

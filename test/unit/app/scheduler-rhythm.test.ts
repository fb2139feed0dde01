// When a scheduler probes: on a grid, without catching up, and it says by how much it was late.
import { describe, expect, test } from 'vitest';
import { Probing } from '../../support/probing.ts';
import { hours, makeCheck, minutes, seconds } from '../../support/watch.ts';

const every = (everyMs: number) => ({ schedule: { kind: 'every', everyMs } }) as const;

describe('a check every so often', () => {
  test('is probed at equal distances, however long its probes take', async () => {
    const { scheduler, time, startsOf, behaviours } = open();
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    for (let hour = 0; hour < 6; hour++) {
      behaviours.set('web', hour * 1_500);
      await time.pass(hours);
    }
    const starts = startsOf('web');
    expect(starts).toHaveLength((6 * hours) / (20 * seconds));
    const [first = 0] = starts;
    const last = starts.at(-1)!;
    expect((last - first) / (starts.length - 1)).toBeCloseTo(20 * seconds, 6);
  });

  test('is probed first within its interval, and checks are spread over it', async () => {
    const { scheduler, time, startsOf } = open();
    const checks = Array.from({ length: 200 }, (_, index) => makeCheck(`c${index}`, every(20 * seconds)));
    scheduler.assign(checks);
    await time.pass(20 * seconds);
    const first = checks.map(({ id }) => startsOf(id)[0] ?? Number.NaN);
    const tenths = Map.groupBy(first, (ms) => Math.floor(ms / 2_000));
    expect(first.every((ms) => ms >= 0 && ms <= 20 * seconds)).toBe(true);
    expect(Math.max(...[...tenths.values()].map(({ length }) => length))).toBeLessThan(60);
  });

  test('is not probed again while a probe of it is under way: that run is missed', async () => {
    const { scheduler, time, startsOf, behaviours } = open();
    behaviours.set('web', 'never');
    scheduler.assign([makeCheck('web', { ...every(20 * seconds), timeoutMs: 50 * seconds })]);
    await time.pass(5 * minutes);
    expect(gaps(startsOf('web'))).toEqual(new Set([60 * seconds]));
    const { missed } = scheduler.takeCounts();
    expect(startsOf('web').length + missed).toBe(15);
  });

  test('catches up nothing after a pause: one run, and then the old grid', async () => {
    const { scheduler, time, startsOf } = open();
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    await time.pass(minutes);
    const before = startsOf('web').length;
    time.standStill(10 * minutes + 7 * seconds);
    const resumedMs = time.nowMs;
    await time.pass(minutes);
    const [first = 0] = startsOf('web');
    const [resumed, ...after] = startsOf('web').slice(before);
    expect(resumed).toBe(resumedMs);
    expect(after.length).toBeGreaterThan(1);
    expect(after.every((ms) => (ms - first) % (20 * seconds) === 0)).toBe(true);
    const due = Math.floor((time.nowMs - first) / (20 * seconds)) + 1;
    expect(startsOf('web').length + scheduler.takeCounts().missed).toBe(due);
  });

  test('says by how much a probe was late', async () => {
    const { scheduler, time } = open();
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    await time.pass(20 * seconds);
    expect(scheduler.takeCounts()).toMatchObject({ missed: 0, latenessSeconds: [0] });
    time.standStill(23 * seconds);
    await time.pass(0);
    const { latenessSeconds } = scheduler.takeCounts();
    expect(latenessSeconds).toHaveLength(1);
    expect(latenessSeconds[0]).toBeGreaterThan(0);
    expect(latenessSeconds[0]).toBeLessThan(20);
    expect(scheduler.takeCounts()).toMatchObject({ missed: 0, latenessSeconds: [] });
  });

  test('counts no more latenesses than it keeps when nobody asks for them', async () => {
    const { scheduler, time } = open();
    const checks = Array.from({ length: 100 }, (_, index) => makeCheck(`c${index}`, every(1 * seconds)));
    scheduler.assign(checks);
    await time.pass(5 * minutes);
    expect(scheduler.takeCounts().latenessSeconds.length).toBeLessThanOrEqual(10_000);
  });
});

describe('a check by the calendar', () => {
  const cron = (id: string, expression = '0 4 * * *') =>
    makeCheck(id, {
      schedule: { kind: 'cron', cron: expression, timezone: 'Europe/Paris', longestGapMs: 25 * hours },
    });

  test('is probed when its cron goes off, and at no other time', async () => {
    const { scheduler, time, startsOf, crons } = open();
    scheduler.assign([cron('backup')]);
    await time.pass(2 * hours);
    expect(startsOf('backup')).toEqual([]);
    crons.get('0 4 * * *')?.goesOff();
    await time.pass(1 * seconds);
    expect(startsOf('backup')).toEqual([2 * hours]);
  });

  test('is not probed when the last run is still under way, or its cron could not go off: both are missed', async () => {
    const { scheduler, time, startsOf, crons, behaviours } = open();
    behaviours.set('backup', 5 * seconds);
    scheduler.assign([cron('backup')]);
    crons.get('0 4 * * *')?.goesOff();
    await time.pass(1 * seconds);
    crons.get('0 4 * * *')?.goesOff();
    crons.get('0 4 * * *')?.isMissed();
    await time.pass(10 * seconds);
    expect(startsOf('backup')).toHaveLength(1);
    expect(scheduler.takeCounts().missed).toBe(2);
  });

  test('loses its cron with its place in the plan, and when all ends', async () => {
    const { scheduler, crons } = open();
    scheduler.assign([cron('a', '0 1 * * *'), cron('b', '0 2 * * *')]);
    scheduler.assign([cron('b', '0 2 * * *'), cron('c', '0 3 * * *')]);
    expect([...crons.keys()].toSorted()).toEqual(['0 2 * * *', '0 3 * * *']);
    await scheduler.drain();
    expect(crons.size).toBe(0);
    scheduler.assign([cron('a')]);
    expect(crons.size).toBe(0);
  });
});

const open = () => {
  const probing = new Probing();
  const { scheduler, time, behaviours, crons, runs } = probing;
  return { scheduler, time, behaviours, crons, runs, startsOf: (id: string) => probing.startsOf(id) };
};

const gaps = (starts: readonly number[]): Set<number> =>
  new Set(starts.slice(1).map((ms, index) => ms - (starts[index] ?? 0)));

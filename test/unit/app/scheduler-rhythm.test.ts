// When a scheduler probes: on a grid, without catching up, and it says by how much it was late.
import { describe, expect, test } from 'vitest';
import { Probing } from '../../support/probing.ts';
import { hours, makeCheck, minutes, seconds } from '../../support/watch.ts';

const every = (everyMs: number) => ({ schedule: { kind: 'every', everyMs } }) as const;

describe('a check every so often', () => {
  test('is probed at equal distances, however long its probes take', async () => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    for (let hour = 0; hour < 6; hour++) {
      behaviours.set('web', hour * 1_500);
      await probing.pass(hours);
    }
    const starts = probing.startsOf('web');
    expect(starts).toHaveLength((6 * hours) / (20 * seconds));
    const [first = 0] = starts;
    const last = starts.at(-1)!;
    expect((last - first) / (starts.length - 1)).toBeCloseTo(20 * seconds, 6);
  });

  test('is probed first within its interval, and checks are spread over it', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    const checks = Array.from({ length: 200 }, (_, index) => makeCheck(`c${index}`, every(20 * seconds)));
    scheduler.assign(checks);
    await probing.pass(20 * seconds);
    const first = checks.map(({ id }) => probing.startsOf(id)[0] ?? Number.NaN);
    const tenths = Map.groupBy(first, (ms) => Math.floor(ms / 2_000));
    expect(first.every((ms) => ms >= 0 && ms <= 20 * seconds)).toBe(true);
    expect(Math.max(...[...tenths.values()].map(({ length }) => length))).toBeLessThan(60);
  });

  test('is not probed again while a probe of it is under way: that run is missed', async () => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    behaviours.set('web', 'never');
    scheduler.assign([makeCheck('web', { ...every(20 * seconds), timeoutMs: 50 * seconds })]);
    await probing.pass(5 * minutes);
    expect(gaps(probing.startsOf('web'))).toEqual(new Set([60 * seconds]));
    const { missed } = scheduler.takeCounts();
    expect(probing.startsOf('web').length + missed).toBe(15);
  });

  test('catches up nothing after a pause: one run, and then the old grid', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    await probing.pass(minutes);
    const before = probing.startsOf('web').length;
    probing.standStill(10 * minutes + 7 * seconds);
    const resumedMs = probing.nowMs;
    await probing.pass(minutes);
    const [first = 0] = probing.startsOf('web');
    const [resumed, ...after] = probing.startsOf('web').slice(before);
    expect(resumed).toBe(resumedMs);
    expect(after.length).toBeGreaterThan(1);
    expect(after.every((ms) => (ms - first) % (20 * seconds) === 0)).toBe(true);
    const due = Math.floor((probing.nowMs - first) / (20 * seconds)) + 1;
    expect(probing.startsOf('web').length + scheduler.takeCounts().missed).toBe(due);
  });

  test('says by how much a probe was late', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web', every(20 * seconds))]);
    await probing.pass(20 * seconds);
    expect(scheduler.takeCounts()).toMatchObject({ missed: 0, latenessSeconds: [0] });
    probing.standStill(23 * seconds);
    await probing.pass(0);
    const { latenessSeconds } = scheduler.takeCounts();
    expect(latenessSeconds).toHaveLength(1);
    expect(latenessSeconds[0]).toBeGreaterThan(0);
    expect(latenessSeconds[0]).toBeLessThan(20);
    expect(scheduler.takeCounts()).toMatchObject({ missed: 0, latenessSeconds: [] });
  });

  test('counts no more latenesses than it keeps when nobody asks for them', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    const checks = Array.from({ length: 100 }, (_, index) => makeCheck(`c${index}`, every(1 * seconds)));
    scheduler.assign(checks);
    await probing.pass(5 * minutes);
    expect(scheduler.takeCounts().latenessSeconds.length).toBeLessThanOrEqual(10_000);
  });
});

describe('a check by the calendar', () => {
  const cron = (id: string, expression = '0 4 * * *') =>
    makeCheck(id, {
      schedule: { kind: 'cron', cron: expression, timezone: 'Europe/Paris', longestGapMs: 25 * hours },
    });

  test('is probed when its cron goes off, and at no other time', async () => {
    const probing = new Probing();
    const { scheduler, crons } = probing;
    scheduler.assign([cron('backup')]);
    await probing.pass(2 * hours);
    expect(probing.startsOf('backup')).toEqual([]);
    crons.get('0 4 * * *')?.goesOff();
    await probing.pass(1 * seconds);
    expect(probing.startsOf('backup')).toEqual([2 * hours]);
  });

  test('is not probed when the last run is still under way, or its cron could not go off: both are missed', async () => {
    const probing = new Probing();
    const { scheduler, crons, behaviours } = probing;
    behaviours.set('backup', 5 * seconds);
    scheduler.assign([cron('backup')]);
    crons.get('0 4 * * *')?.goesOff();
    await probing.pass(1 * seconds);
    crons.get('0 4 * * *')?.goesOff();
    crons.get('0 4 * * *')?.isMissed();
    await probing.pass(10 * seconds);
    expect(probing.startsOf('backup')).toHaveLength(1);
    expect(scheduler.takeCounts().missed).toBe(2);
    expect(scheduler.takeCounts().missed).toBe(0);
  });

  test('loses its cron with its place in the plan, and when all ends', async () => {
    const probing = new Probing();
    const { scheduler, crons } = probing;
    scheduler.assign([cron('a', '0 1 * * *'), cron('b', '0 2 * * *')]);
    scheduler.assign([cron('b', '0 2 * * *'), cron('c', '0 3 * * *')]);
    expect([...crons.keys()].toSorted()).toEqual(['0 2 * * *', '0 3 * * *']);
    await scheduler.drain();
    expect(crons.size).toBe(0);
    scheduler.assign([cron('a')]);
    expect(crons.size).toBe(0);
  });
});

const gaps = (starts: readonly number[]): Set<number> =>
  new Set(starts.slice(1).map((ms, index) => ms - (starts[index] ?? 0)));

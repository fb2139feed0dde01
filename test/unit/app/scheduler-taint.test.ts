// What our own standing still makes of a measurement.
import { describe, expect, test } from 'vitest';
import { Probing } from '../../support/probing.ts';
import { makeCheck, minutes, seconds, seriesKey } from '../../support/watch.ts';

const tainted = ({ reports }: Probing): readonly boolean[] => reports.map(({ tainted }) => tainted);

const begin = async (behaviour: number | 'never'): Promise<Probing> => {
  const probing = new Probing();
  probing.behaviours.set('web', behaviour);
  probing.scheduler.assign([
    makeCheck('web', { schedule: { kind: 'every', everyMs: 60 * minutes }, timeoutMs: 10 * seconds }),
  ]);
  probing.scheduler.recheck(seriesKey('web'), 0);
  await probing.pass(5);
  return probing;
};

describe('a probe is tainted', () => {
  test('when we stood still while it was under way', async () => {
    const probing = await begin(300);
    await probing.pass(100);
    probing.standStill(100);
    await probing.pass(1 * seconds);
    expect(tainted(probing)).toEqual([true]);
  });

  test('when we stood still at its end', async () => {
    const probing = await begin(300);
    await probing.pass(250);
    probing.standStill(200);
    await probing.pass(1 * seconds);
    expect(tainted(probing)).toEqual([true]);
  });
});

describe('a probe is not tainted', () => {
  test('when nothing happened', async () => {
    const probing = await begin(300);
    await probing.pass(1 * seconds);
    expect(tainted(probing)).toEqual([false]);
  });

  test('when we stood still for little of it', async () => {
    const probing = await begin('never');
    await probing.pass(5 * seconds);
    probing.standStill(500);
    await probing.pass(10 * seconds);
    expect(tainted(probing)).toEqual([false]);
  });

  test('when we stood still before it', async () => {
    const probing = await begin(50);
    await probing.pass(1 * seconds);
    probing.scheduler.recheck(seriesKey('web'), 1 * seconds);
    probing.standStill(minutes);
    await probing.pass(1 * seconds);
    expect(tainted(probing)).toEqual([false, false]);
  });

  test('when we stood still before it, in the middle of another', async () => {
    const probing = await begin(600);
    probing.scheduler.assign([makeCheck('other'), makeCheck('web')]);
    probing.scheduler.recheck(seriesKey('other'), 500);
    probing.standStill(500);
    await probing.pass(1 * seconds);
    expect(probing.reports.map(({ series, tainted }) => [series.check, tainted])).toEqual([
      ['other', false],
      ['web', true],
    ]);
  });

  test('when we are being stopped: probes under way end as they would have', async () => {
    const probing = await begin('never');
    const drained = probing.scheduler.drain();
    await probing.pass(10 * seconds);
    await drained;
    expect(tainted(probing)).toEqual([false]);
  });
});

test('the longest that we stood still is told once', async () => {
  const probing = await begin('never');
  await probing.pass(1 * seconds);
  probing.standStill(2 * seconds);
  await probing.pass(1 * seconds);
  expect(probing.scheduler.takeCounts().stallSeconds).toBeCloseTo(2, 1);
  expect(probing.scheduler.takeCounts().stallSeconds).toBe(0);
});

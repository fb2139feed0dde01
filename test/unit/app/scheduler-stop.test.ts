// How the scheduler ends probes, and what it makes of bugs.
import { describe, expect, test } from 'vitest';
import { slotsMax } from '../../../server/app/slots.ts';
import { Probing } from '../../support/probing.ts';
import { makeCheck, minutes, seconds, seriesKey } from '../../support/watch.ts';

describe('draining', () => {
  test('starts nothing more, not even what waits, and waits for what is under way', async () => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    const checks = Array.from({ length: slotsMax + 20 }, (_, index) => makeCheck(`c${index}`));
    for (const { id } of checks) behaviours.set(id, 7 * seconds);
    scheduler.assign(checks);
    for (const { id } of checks) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(seconds);
    expect(probing.underWay).toHaveLength(slotsMax);
    let drained = false;
    const draining = scheduler.drain().then(() => (drained = true));
    await probing.pass(5 * seconds);
    expect(drained).toBe(false);
    await probing.pass(minutes);
    await draining;
    expect(probing.runs).toHaveLength(slotsMax);
    expect(probing.reports).toHaveLength(slotsMax);
    expect(await probing.time.isOver()).toBe(true);
  });

  test('of nothing is over at once', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    await scheduler.drain();
    expect(await probing.time.isOver()).toBe(true);
  });
});

test('a probe that is over is not given up when its time would be', async () => {
  const probing = new Probing();
  const { scheduler } = probing;
  scheduler.assign([makeCheck('web')]);
  scheduler.recheck(seriesKey('web'), 0);
  await probing.pass(15 * seconds);
  expect(probing.runs[0]?.jobs[0]?.signal.aborted).toBe(false);
});

test('an abort ends probes without an outcome, and is no bug', async () => {
  const probing = new Probing();
  const { scheduler, behaviours } = probing;
  behaviours.set('web', 'never');
  scheduler.assign([makeCheck('web')]);
  await probing.pass(25 * seconds);
  const { length } = probing.reports;
  scheduler.recheck(seriesKey('web'), 0);
  await probing.pass(seconds);
  expect(probing.underWay).toHaveLength(1);
  scheduler.abort();
  await probing.pass(100);
  expect(probing.underWay).toEqual([]);
  expect(probing.reports).toHaveLength(length);
  expect(probing.lines).toEqual([]);
});

describe('a bug in a check', () => {
  test('is logged, is no evidence, and leaves the others and the next turn alone', async () => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    const bug = new TypeError('cannot read properties of undefined');
    behaviours.set('broken', bug);
    scheduler.assign([makeCheck('broken'), makeCheck('web')]);
    await probing.pass(minutes);
    expect(probing.reports.map(({ series }) => series.check)).toEqual(['web', 'web', 'web']);
    expect(probing.lines).toHaveLength(3);
    expect(probing.lines[0]).toEqual({
      level: 'error',
      event: 'probe.bug',
      fields: { series: ['broken/local/4'], error: bug },
    });
    behaviours.delete('broken');
    await probing.pass(20 * seconds);
    expect(probing.reports.filter(({ series }) => series.check === 'broken')).toHaveLength(1);
    expect(scheduler.takeCounts()).toMatchObject({ missed: 0, inFlight: { tcp: 0 } });
  });
});

// Series that are probed once more, soon, because of what was seen.
import { describe, expect, test } from 'vitest';
import { Probing } from '../../support/probing.ts';
import { hours, makeCheck, minutes, seconds, seriesKey } from '../../support/watch.ts';

/** Its own rhythm comes once an hour, and not in the first ten minutes. */
const rare = (id: string) => makeCheck(id, { schedule: { kind: 'every', everyMs: hours } });

describe('to probe once more', () => {
  test('happens when it was asked for, or a moment later', async () => {
    const probing = open(['web']);
    const { scheduler } = probing;
    await probing.pass(123);
    scheduler.recheck(seriesKey('web'), 5 * seconds);
    await probing.pass(minutes);
    const [startedMs, ...more] = probing.startsOf('web');
    expect(startedMs).toBeGreaterThanOrEqual(5_123);
    expect(startedMs).toBeLessThan(5_223);
    expect(more).toEqual([]);
  });

  test('asked for twice happens once, at the earlier time', async () => {
    const probing = open(['web']);
    const { scheduler } = probing;
    scheduler.recheck(seriesKey('web'), 5 * seconds);
    scheduler.recheck(seriesKey('web'), 1 * seconds);
    scheduler.recheck(seriesKey('web'), 9 * seconds);
    await probing.pass(minutes);
    expect(probing.startsOf('web')).toEqual([1 * seconds]);
  });

  test('is not needed while a probe is under way, and counts as no missed run', async () => {
    const probing = open(['web']);
    const { scheduler, behaviours } = probing;
    behaviours.set('web', 3 * seconds);
    scheduler.recheck(seriesKey('web'), 0);
    await probing.pass(1 * seconds);
    scheduler.recheck(seriesKey('web'), 1 * seconds);
    await probing.pass(minutes);
    expect(probing.startsOf('web')).toHaveLength(1);
    expect(scheduler.takeCounts().missed).toBe(0);
  });

  test('is not needed when the series was probed in between', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web')]);
    await probing.pass(minutes);
    const [last = 0] = probing.startsOf('web').slice(-1);
    await probing.pass(last + 18 * seconds - probing.nowMs);
    scheduler.recheck(seriesKey('web'), 5 * seconds);
    await probing.pass(10 * seconds);
    expect(probing.startsOf('web').at(-1)).toBe(last + 20 * seconds);
  });

  test('leaves the rhythm as it was', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web')]);
    await probing.pass(minutes);
    const [first = 0] = probing.startsOf('web');
    for (let i = 0; i < 20; i++) {
      scheduler.recheck(seriesKey('web'), 1_700);
      await probing.pass(7_900);
    }
    const onGrid = probing.startsOf('web').filter((ms) => (ms - first) % (20 * seconds) === 0);
    expect(onGrid.length + scheduler.takeCounts().missed).toBe(
      Math.floor((probing.nowMs - first) / (20 * seconds)) + 1,
    );
  });

  test('does nothing for what is not in the plan, or after the end', async () => {
    const probing = open(['web']);
    const { scheduler, runs } = probing;
    scheduler.recheck(seriesKey('web', 6), 0);
    scheduler.recheck(seriesKey('other'), 0);
    await probing.pass(seconds);
    await scheduler.drain();
    scheduler.recheck(seriesKey('web'), 0);
    await probing.pass(minutes);
    expect(runs).toEqual([]);
    expect(await probing.time.isOver()).toBe(true);
  });
});

describe('series of one round', () => {
  const hosts = ['a', 'b', 'c', 'd'];
  const roundKey = ({ options }: { readonly options: object }) => ('key' in options ? 'other' : 'same');

  test('that are due together share a run, a signal and the longest time-out', async () => {
    const probing = new Probing(roundKey);
    const { scheduler, behaviours } = probing;
    for (const id of hosts) behaviours.set(id, 'never');
    scheduler.assign(hosts.map((id, index) => makeCheck(id, { timeoutMs: (index + 1) * seconds })));
    await probing.pass(20 * seconds);
    expect(probing.runs.map(({ series }) => series)).toEqual([hosts.map((id) => `${id}/local/4`)]);
    const [run] = probing.runs;
    expect(new Set(run?.jobs.map(({ signal }) => signal)).size).toBe(1);
    expect(run!.endedMs! - run!.startedMs).toBe(4 * seconds);
    expect(probing.reports.map(({ series }) => series.check)).toEqual(hosts);
    expect(scheduler.takeCounts().latenessSeconds).toHaveLength(1);
  });

  test('are of one family, of one type and of one key', async () => {
    const probing = new Probing(roundKey);
    const { scheduler } = probing;
    scheduler.assign([
      makeCheck('a', { families: [4, 6] }),
      makeCheck('b', { families: [4, 6] }),
      makeCheck('c', { type: 'http' }),
      makeCheck('d', { options: { key: 'other' } }),
    ]);
    await probing.pass(20 * seconds);
    expect(new Set(probing.runs.map(({ series }) => series.join(' ')))).toEqual(
      new Set(['a/local/4 b/local/4', 'a/local/6 b/local/6', 'c/local/4', 'd/local/4']),
    );
  });

  test('are probed together once more, though each was asked for by itself', async () => {
    const probing = new Probing(roundKey);
    const { scheduler } = probing;
    scheduler.assign(hosts.map((id) => rare(id)));
    for (const id of hosts) {
      await probing.pass(2);
      scheduler.recheck(seriesKey(id), 5 * seconds);
    }
    await probing.pass(6 * seconds);
    expect(probing.runs.map(({ series }) => series)).toEqual([hosts.map((id) => `${id}/local/4`)]);
  });

  test('go without the one that is under way', async () => {
    const probing = new Probing(roundKey);
    const { scheduler, behaviours } = probing;
    scheduler.assign(hosts.map((id) => rare(id)));
    behaviours.set('a', 'never');
    scheduler.recheck(seriesKey('a'), 0);
    await probing.pass(seconds);
    for (const id of hosts) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(seconds);
    expect(probing.runs.map(({ series }) => series.length)).toEqual([1, 3]);
  });
});

const open = (ids: readonly string[]): Probing => {
  const probing = new Probing();
  probing.scheduler.assign(ids.map((id) => rare(id)));
  return probing;
};

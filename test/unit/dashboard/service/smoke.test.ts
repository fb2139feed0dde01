import { describe, expect, test } from 'vitest';
import { scaleOf, timeTicks } from '../../../../dashboard/service/scale.ts';
import { frame, lossOf, smokeOf } from '../../../../dashboard/service/smoke.ts';
import { publishedTimesAt } from '../../../support/published-times.ts';

const minuteMs = 60_000;
const from = Date.parse('2026-11-22T12:00:00Z');
const bucket = (index: number, ms: number, lost = 0) => ({
  at: from + index * minuteMs,
  measured: 20,
  lost,
  ...(lost < 1 && { quantilesMs: [ms / 2, ms / 1.5, ms, ms * 1.5, ms * 2] }),
});
const hour = { from, until: from + 60 * minuteMs, widthMs: minuteMs, usual: [], marks: [] } as const;
const numbersIn = (path: string) => path.match(/-?\d+/g)?.map(Number) ?? [];

describe('the smoke', () => {
  test('is nothing, where nothing has succeeded', () => {
    expect(smokeOf({ ...hour, buckets: [] })).toBeUndefined();
    expect(smokeOf({ ...hour, buckets: [bucket(0, 1, 1)] })).toBeUndefined();
  });

  test('has gaps where nothing was measured, and shows a bucket that stands alone', () => {
    const buckets = [bucket(0, 1), bucket(1, 1), bucket(10, 1)];
    const smoke = smokeOf({ ...hour, buckets });
    expect(smoke?.width).toBe(120);
    expect(smoke?.medians).toHaveLength(1);
    // From edge to edge: two buckets are four units wide, one is two.
    expect(smoke?.medians[0]?.path).toMatch(/^M0 (\d+)l1 0 2 0 1 0M20 \1l1 0 1 0$/);
    expect(smoke?.most.match(/M/g)).toHaveLength(2);
  });

  test('draws what is slower higher, and nothing at no height at all', () => {
    const { share } = scaleOf({ buckets: [bucket(0, 1)], usual: [] })!;
    expect(share(2)).toBeLessThan(share(1.5));
    expect(share(1.5)).toBeLessThan(share(1));
    expect(share(0)).toBe(share(0.001));
  });

  test('changes its line where measurements got lost, without a hole in it', () => {
    const lost = [0, 0, 0.04, 0.1, 0.5, 0];
    const smoke = smokeOf({ ...hour, buckets: lost.map((share, index) => bucket(index, 1, share)) })!;
    expect(smoke.medians.map(({ loss }) => loss)).toEqual([0, 1, 2, 3]);
    const ends = smoke.medians
      .flatMap(({ path }) => path.split('M').slice(1))
      .map((stretch) => {
        const [x = 0, , ...steps] = numbersIn(stretch);
        return [x, x + steps.filter((_, index) => index % 2 === 0).reduce((sum, step) => sum + step, 0)];
      })
      .toSorted(([a = 0], [b = 0]) => a - b);
    expect(ends).toEqual([
      [0, 4],
      [4, 6],
      [6, 8],
      [8, 10],
      [10, 12],
    ]);
  });

  test.for([
    [0, 0],
    [0.001, 1],
    [0.05, 1],
    [0.06, 2],
    [0.26, 3],
    [1, 3],
  ])('calls a share of %d lost class %d', ([lost, loss]) => {
    expect(lossOf(lost!)).toBe(loss);
  });

  test('shows a target that is near, and leaves out one that would press all else flat', () => {
    const buckets = [bucket(0, 1)];
    const target = (targetMs: number) => smokeOf({ ...hour, buckets, targetMs })?.target;
    expect(target(10)).toBeGreaterThan(0);
    expect(target(10)).toBeLessThan(frame);
    expect(target(1_000)).toBeUndefined();
  });

  test.for(['24h', '7d', '30d', '90d', '13m'] as const)('stays inside its frame over %s', (window) => {
    const smoke = smokeOf(publishedTimesAt(from, window))!;
    for (const path of [smoke.most, smoke.half, smoke.usual, ...smoke.medians.map((line) => line.path)]) {
      for (const stretch of path.split('M').slice(1)) {
        const [startX = 0, startY = 0, ...steps] = numbersIn(stretch);
        let [x, y] = [startX, startY];
        for (let step = 0; step < steps.length; step += 2) {
          [x, y] = [x + (steps[step] ?? 0), y + (steps[step + 1] ?? 0)];
          expect(x >= 0 && x <= smoke.width && y >= 0 && y <= frame).toBe(true);
        }
      }
    }
    expect(smoke.marks.map(({ state }) => state)).toEqual(['unknown', 'down', 'maintenance', 'degraded']);
  });
});

describe('the axes', () => {
  test.for([
    [0.2, 2, [0.2, 0.5, 1, 2]],
    [0.9, 950, [1, 10, 100, 1_000]],
    [0.002, 30_000, [0.01, 0.1, 1, 10, 100, 1_000, 10_000]],
    [7, 7, [5, 10]],
  ] as const)('divide times from %d to %d ms at %j', ([low, high, ticks]) => {
    const buckets = [{ at: 0, measured: 1, lost: 0, quantilesMs: [low, low, low, high, high] }];
    const told = scaleOf({ buckets, usual: [] })!.ticks;
    expect(told.filter((ms) => !ticks.includes(ms as never))).toEqual([]);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.length).toBeLessThanOrEqual(6);
  });

  const paris = 'Europe/Paris';
  const ticks = (window: '24h' | '7d' | '13m', until: string) =>
    timeTicks(publishedTimesAt(Date.parse(until), window), paris, 'fr').map(({ text }) =>
      text.replaceAll('\u00a0', ' '),
    );

  test('divide a day by the clock on the wall, also where clocks were changed', () => {
    const day = ['15 h', '18 h', '21 h', '0 h', '3 h', '6 h', '9 h', '12 h'];
    expect(ticks('24h', '2026-11-22T12:30:00Z')).toEqual(day);
    expect(ticks('24h', '2026-10-25T12:30:00Z')).toHaveLength(8);
  });

  test('divide a week by its days and a year by its months, in their order', () => {
    expect(ticks('7d', '2026-11-22T12:30:00Z')).toEqual([
      'lun. 16',
      'mar. 17',
      'mer. 18',
      'jeu. 19',
      'ven. 20',
      'sam. 21',
      'dim. 22',
    ]);
    expect(ticks('13m', '2026-11-22T12:30:00Z')).toHaveLength(13);
  });

  test('leave nothing outside', () => {
    for (const { share } of timeTicks(publishedTimesAt(from, '30d'), paris, 'en'))
      expect(share >= 0 && share <= 1).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import type { Usual } from '../../../../server/core/slowness/baseline.ts';
import { evidenceMin, gates, unsuspected, weigh } from '../../../../server/core/slowness/detector.ts';
import { seconds } from '../../../support/watch.ts';

/** Five milliseconds. */
const usual: Usual = {
  median: Math.log(5_000),
  spread: 0.25,
  high90: Math.log(7_000),
  high98: Math.log(9_000),
  isKnown: true,
};
const limits = { floorUs: 10_000, evidenceMin: evidenceMin(130 * seconds, 15 * seconds) };

const after = (timesMs: readonly number[]) =>
  timesMs.reduce(
    (suspicion, ms, index) =>
      weigh(suspicion, { at: (index + 1) * 15 * seconds, us: ms * 1_000 }, usual, limits),
    unsuspected,
  );
const times = (count: number, ms: number): readonly number[] => Array.from({ length: count }, () => ms);

test.for([
  [10, 39],
  [15, 26],
  [18.57, 21],
  [20, 21],
  [60, 21],
])('where a probe comes every %s seconds, evidence of %d is needed', ([everyS = 0, needed = 0]) => {
  expect(evidenceMin(130 * seconds, everyS * seconds)).toBeCloseTo(needed, 1);
});

describe('slow is', () => {
  test.for([
    ['twice the usual', {}, { slow: 15_000, far: 25_000 }],
    ['more than the floor above it', { median: Math.log(500) }, { slow: 10_500, far: 25_000 }],
    ['twice the usual, where that is much', { median: Math.log(100_000) }, { slow: 200_000, far: 400_000 }],
    ['more than one in ten takes', { high90: Math.log(30_000) }, { slow: 30_000, far: 30_000 }],
    ['far, if one in fifty takes less', { high98: Math.log(40_000) }, { slow: 15_000, far: 60_000 }],
    ['wide, where times differ much', { spread: 1 }, { slow: 5_000 * Math.E ** 2, far: 5_000 * Math.E ** 2 }],
    ['twice as much, of an hour that is not known', { isKnown: false }, { slow: 25_000, far: 50_000 }],
  ] as const)('%s', ([, part, expected]) => {
    const { slow, far } = gates({ ...usual, ...part }, limits);
    expect([Math.round(slow), Math.round(far)]).toEqual([
      Math.round(expected.slow),
      Math.round(expected.far),
    ]);
  });
});

test('the seventh far one settles it, and no sooner one', () => {
  expect(after(times(6, 50)).found).toBeUndefined();
  expect(after(times(7, 50)).found).toEqual({ kind: 'shift', since: 15 * seconds });
});

test('what is a little slower takes longer to be sure of', () => {
  expect(after(times(8, 16)).found).toBeUndefined();
  expect(after(times(10, 16)).found).toEqual({ kind: 'shift', since: 15 * seconds });
});

test('it began with the first slow one since there was no evidence', () => {
  const found = after([...times(5, 5), 40, ...times(30, 5), ...times(9, 50)]).found;
  expect(found?.since).toBe(37 * 15 * seconds);
});

test('one in five, far away, is a tail', () => {
  const found = after(Array.from({ length: 60 }, (_, index) => (index % 4 === 3 ? 80 : 5))).found;
  expect(found).toMatchObject({ kind: 'tail' });
});

test('one in a hundred is not', () => {
  expect(
    after(Array.from({ length: 3_000 }, (_, index) => (index % 100 === 3 ? 800 : 5))).found,
  ).toBeUndefined();
});

test('a spike is one time, however high', () => {
  expect(after([...times(20, 5), 1e6]).shift).toBeLessThanOrEqual(3);
});

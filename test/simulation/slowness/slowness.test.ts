import { describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../support/watch.ts';
import { nominal, noisy } from './noise.ts';
import { threeInARow, vigie } from './rules.ts';
import { alarmsInAYear, detections, usualMs } from './trial.ts';
import type { Setting } from './trial.ts';

const days = 24 * hours;
const everyMs = 15 * seconds;
const quiet: Setting = { noise: nominal, everyMs, rule: () => vigie(everyMs) };

describe('months of a query with noise', () => {
  test('give hardly a false alarm', () => {
    expect(alarmsInAYear(quiet, 180)).toBeLessThanOrEqual(2);
  });

  test('give far more of them to a rule that waits for three in a row', () => {
    const naive = { ...quiet, noise: noisy, rule: () => threeInARow(usualMs) };
    expect(alarmsInAYear(naive, 30)).toBeGreaterThan(10);
  });

  test.for([
    ['all of it is ten times as long', { share: 1, factor: 10 }, 150 * seconds],
    ['three in ten are ten times as long', { share: 0.3, factor: 10 }, 10 * minutes],
  ] as const)('%s: that is found in time, and dated right', ([words, fault, limitMs]) => {
    const { medianMs, datedMs } = detections(quiet, { words, ...fault }, 11);
    expect(medianMs).toBeLessThanOrEqual(limitMs);
    expect(Math.abs(datedMs)).toBeLessThanOrEqual(minutes);
  });
});

/** Milliseconds after its start at which a life of twenty seconds a probe is called slow, and for how many probes. */
const live = (lengthMs: number, msAt: (atMs: number) => number) => {
  const every = 20 * seconds;
  const { hear } = vigie(every);
  const slow: number[] = [];
  for (let at = 0; at < lengthMs; at += every) if (hear(Date.UTC(2026, 0, 5) + at, msAt(at))) slow.push(at);
  return slow;
};

test('what is slow does not become usual, for as long as it lasts', () => {
  const slow = live(60 * days, (at) => (at < 10 * days ? 5 : 50));
  expect(slow.at(0)).toBeLessThan(10 * days + 3 * minutes);
  expect(slow).toHaveLength((50 * days) / (20 * seconds) - 6);
});

test('nor when it has been well for no more than three days before', () => {
  const slow = live(15 * days, (at) => (at < 3 * days ? 5 : 50));
  expect(slow).toHaveLength((12 * days) / (20 * seconds) - 6);
});

test('nor when it has been well for no more than five hours', () => {
  const slow = live(5 * days, (at) => (at < 5 * hours ? 5 : 60));
  expect(slow).toHaveLength((115 * hours) / (20 * seconds) - 6);
});

test.for([
  ['all of it', 1],
  ['one in three', 3],
] as const)(
  'a day and a half of it in the first two days, %s, leaves nothing that hides the next',
  ([, nth]) => {
    const isIll = (at: number) => at >= 5 * hours && at < 41 * hours && (at / (20 * seconds)) % nth === 0;
    for (let hour = 47; hour < 71; hour += 3) {
      const slow = live(72 * hours, (at) => (isIll(at) || at >= hour * hours ? 60 : 5));
      const again = slow.find((at) => at >= hour * hours);
      expect(again).toBeLessThan(hour * hours + 4 * minutes);
    }
  },
);

test('nor do two ills of it at the same hour, one ten times as bad as the other', () => {
  const took = (at: number) => {
    if (at >= 8 * hours && at < 9 * hours) return 60;
    if (at >= 32 * hours && at < 33 * hours) return 600;
    return at >= 56 * hours ? 60 : 5;
  };
  const slow = live(57 * hours, took);
  expect(slow.find((at) => at >= 33.5 * hours)).toBeLessThan(56 * hours + 4 * minutes);
});

test('a first hour in which it was ill hides nothing a day later', () => {
  const slow = live(25 * hours, (at) => (at < 25 * minutes || at >= 24 * hours ? 60 : 5));
  expect(slow.at(0)).toBeLessThan(24 * hours + 4 * minutes);
});

test('what is slow now and then does not become usual either', () => {
  const isHit = (at: number) => at >= 10 * days && (at / (20 * seconds)) % 3 === 0;
  const slow = live(20 * days, (at) => (isHit(at) ? 50 : 5));
  expect(slow.at(0)).toBeLessThan(10 * days + 10 * minutes);
  expect(slow.length).toBeGreaterThan((10 * days) / (20 * seconds) - 60);
});

test('an hour that is slow every night is usual from the third night on', () => {
  const slow = live(10 * days, (at) => (at % days >= 8 * hours && at % days < 9 * hours ? 60 : 5));
  expect(new Set(slow.map((at) => Math.floor(at / days)))).toEqual(new Set([0, 1]));
});

test('what grows by less than a tenth every week is found before it is four times as long', () => {
  const slow = live(18 * 7 * days, (at) => 10 * 1.08 ** (at / (7 * days)));
  expect(slow.at(0)).toBeGreaterThan(5 * 7 * days);
  expect(slow.length).toBeGreaterThan(0);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { Stalls, isTainted, taintMs, tickMs } from '../../../server/app/stalls.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, seconds, start } from '../../support/watch.ts';

let time = new PassingTime(start);
let stalls = new Stalls(time);
beforeEach(() => {
  time = new PassingTime(start);
  stalls = new Stalls(time);
  stalls.start();
});

/** What is seen of a stall is short by the time since the last look at the clock. */
const roundUp = (ms: number): number => Math.ceil(ms / tickMs) * tickMs;
const stoodStill = (fromMs: number): number => roundUp(stalls.longestSince(fromMs));

describe('what a probe is told of stalls', () => {
  test('is nothing while there are none', async () => {
    await time.pass(10 * seconds);
    expect(stalls.longestSince(0)).toBe(0);
  });

  test('is the longest since it began', async () => {
    await time.pass(1_010);
    time.standStill(3_000);
    await time.pass(1_010);
    const fromMs = time.nowMs;
    time.standStill(500);
    await time.pass(1_010);
    time.standStill(900);
    await time.pass(1_010);
    expect(stoodStill(0)).toBe(3_000);
    expect(stoodStill(fromMs)).toBe(900);
    expect(stoodStill(time.nowMs)).toBe(0);
  });

  test('is of a stall that lasts still, too', async () => {
    await time.pass(1_010);
    const fromMs = time.nowMs;
    time.standStill(2_000);
    expect(stoodStill(fromMs)).toBe(2_000);
  });

  test('is nothing when it began as soon as we went on', async () => {
    await time.pass(1_010);
    time.standStill(5_000);
    const fromMs = time.nowMs;
    await time.pass(250);
    expect(stalls.longestSince(fromMs)).toBe(0);
  });

  test('is that part of a stall in which it was under way', async () => {
    await time.pass(1_010);
    time.standStill(4_000);
    const fromMs = time.nowMs;
    time.standStill(1_000);
    await time.pass(1_010);
    expect(stoodStill(fromMs)).toBe(1_000);
  });

  test('stays in memory for longer than most probes take, and not for ever', async () => {
    for (let i = 0; i < 5_000; i++) {
      time.standStill(i === 4_500 ? 900 : 150);
      await time.pass(30);
    }
    expect(stoodStill(0)).toBe(900);
    await time.pass(minutes);
    expect(stoodStill(0)).toBe(900);
  });
});

test('the longest stall is told once', async () => {
  await time.pass(1_010);
  time.standStill(700);
  await time.pass(1_010);
  time.standStill(300);
  await time.pass(1_010);
  expect(roundUp(stalls.takeLongest())).toBe(700);
  expect(stalls.takeLongest()).toBe(0);
});

test('a stall is seen that is little longer than what is between two looks at the clock', async () => {
  await time.pass(1_010);
  time.standStill(45);
  await time.pass(1_010);
  expect(stalls.longestSince(0)).toBeGreaterThan(taintMs);
});

test('the clock is not looked at when nothing is measured, and that is no stall', async () => {
  await time.pass(1_010);
  stalls.stop();
  expect(await time.isOver()).toBe(true);
  stalls.start();
  await time.pass(1_010);
  expect(stalls.longestSince(0)).toBe(0);
});

test('a stall that was the last thing to happen is told', async () => {
  await time.pass(1_010);
  time.standStill(500);
  stalls.stop();
  expect(roundUp(stalls.takeLongest())).toBe(500);
});

test.for([
  [9, 20, false],
  [11, 20, true],
  [11, 109, true],
  [11, 111, false],
  [999, 10_000, false],
  [1_001, 10_000, true],
  [0, 0, false],
] as const)(
  'a stall of %d ms in %d ms that were measured taints them: %s',
  ([stallMs, measuredMs, tainted]) => {
    expect(isTainted(stallMs, measuredMs)).toBe(tainted);
  },
);

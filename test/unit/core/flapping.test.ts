// When a subject is said to flap, and when no longer.
import { describe, expect, test } from 'vitest';
import { calmMs, isFlapping, steady, withChange, worstLately } from '../../../server/core/flapping.ts';
import type { Flapping } from '../../../server/core/flapping.ts';
import type { State } from '../../../server/core/state.ts';
import { minutes, start } from '../../support/watch.ts';

/** Changes at minutes after the start. */
const after = (...changes: readonly (readonly [minute: number, state: State])[]): Flapping =>
  changes.reduce(
    (before, [minute, state]) => withChange(before, { since: start + minute * minutes, state }),
    steady,
  );

/** Up, and then so many changes, `everyMinutes` apart. */
const falls = (count: number, everyMinutes: number): Flapping =>
  after(
    [-600, 'up'],
    ...Array.from({ length: count }, (_, i) => [i * everyMinutes, i % 2 === 0 ? 'down' : 'up'] as const),
  );

const at = (minute: number): number => start + minute * minutes;

describe('it flaps', () => {
  test.for([
    [5, 1, false],
    [6, 1, true],
    [6, 5.9, true],
    // The first of them is then thirty minutes old.
    [6, 6, false],
    [60, 6, false],
    [60, 5.9, true],
  ] as const)('with %d changes, one every %d minutes: %s', ([count, everyMinutes, expected]) => {
    expect(isFlapping(falls(count, everyMinutes), at((count - 1) * everyMinutes))).toBe(expected);
  });

  test('and what it was at first is no change', () => {
    const known = after([0, 'up'], [1, 'down'], [2, 'up'], [3, 'down'], [4, 'up'], [5, 'down']);
    expect(isFlapping(known, at(5))).toBe(false);
  });

  test('and time in which we did not see is none', () => {
    const states = ['up', 'unknown', 'up', 'unknown', 'up', 'unknown', 'up', 'unknown', 'up'] as const;
    expect(after(...states.map((state, minute) => [minute, state] as const)).changes).toHaveLength(1);
  });
});

describe('it flaps no longer', () => {
  test('after thirty minutes without a change', () => {
    const flapping = falls(6, 1);
    expect([at(5) + calmMs - 1, at(5) + calmMs].map((now) => isFlapping(flapping, now))).toEqual([
      true,
      false,
    ]);
  });

  test('and until then each change keeps it so, however slow', () => {
    const slow = withChange(falls(6, 1), { since: at(30), state: 'down' });
    expect(isFlapping(slow, at(59))).toBe(true);
    expect(slow.since).toBe(at(5));
  });

  test('and begins again as it began', () => {
    const once = withChange(falls(6, 1), { since: at(100), state: 'down' });
    expect(isFlapping(once, at(100))).toBe(false);
    const again = [101, 102, 103, 104].reduce(
      (flapping, minute, i) =>
        withChange(flapping, { since: at(minute), state: i % 2 === 0 ? 'up' : 'down' }),
      once,
    );
    expect(isFlapping(again, at(104))).toBe(false);
    expect(isFlapping(withChange(again, { since: at(105), state: 'up' }), at(105))).toBe(true);
  });
});

test('memory of it stays small', () => {
  expect(falls(10_000, 1).changes.length).toBeLessThanOrEqual(100);
});

test.for([
  [[[0, 'up']], 0, 'up'],
  [
    [
      [0, 'up'],
      [1, 'down'],
      [2, 'degraded'],
    ],
    3,
    'down',
  ],
  [
    [
      [0, 'up'],
      [1, 'down'],
      [2, 'degraded'],
    ],
    11.9,
    'down',
  ],
  [
    [
      [0, 'up'],
      [1, 'down'],
      [2, 'degraded'],
    ],
    12,
    'degraded',
  ],
  [
    [
      [0, 'down'],
      [2, 'up'],
    ],
    11.9,
    'down',
  ],
] as const)('%o: after %d minutes it was lately %s', ([changes, minute, expected]) => {
  expect(worstLately(after(...changes), at(minute))).toBe(expected);
});

import { describe, expect, test } from 'vitest';
import { availability, ledger } from '../../../server/core/uptime.ts';
import type { State } from '../../../server/core/state.ts';
import { hours, minutes, start } from '../../support/watch.ts';

const spans = (...pairs: readonly (readonly [number, State])[]) =>
  pairs.map(([since, state]) => ({ since: start + since, state }));

const sums = (upMs: number, degradedMs: number, downMs: number, unknownMs: number, maintenanceMs = 0) => ({
  upMs,
  degradedMs,
  downMs,
  unknownMs,
  maintenanceMs,
});

describe('the ledger of a window', () => {
  test.for([
    ['without history is unknown', [], sums(0, 0, 0, 100)],
    ['before the first span is unknown', [[40, 'up']], sums(60, 0, 0, 40)],
    ['begins with the span that began before it', [[-50, 'down']], sums(0, 0, 100, 0)],
    [
      'ends before the span that begins at its end',
      [
        [-50, 'up'],
        [100, 'down'],
      ],
      sums(100, 0, 0, 0),
    ],
    [
      'leaves out what came before and comes after',
      [
        [-9, 'up'],
        [-5, 'down'],
        [20, 'degraded'],
        [300, 'down'],
      ],
      sums(0, 80, 20, 0),
    ],
    [
      'counts each state',
      [
        [0, 'up'],
        [10, 'degraded'],
        [30, 'down'],
        [60, 'unknown'],
      ],
      sums(10, 20, 30, 40),
    ],
    [
      'counts a span without length for nothing',
      [
        [0, 'up'],
        [10, 'down'],
        [10, 'up'],
      ],
      sums(100, 0, 0, 0),
    ],
  ] as const)('%s', ([, pairs, expected]) => {
    expect(ledger(spans(...pairs), start, start + 100)).toEqual(expected);
  });

  const history: [number, State][] = [
    [-50, 'up'],
    [20, 'down'],
    [60, 'degraded'],
    [80, 'unknown'],
  ];
  test.for([
    ['a window of maintenance apart, whatever the state in it', [[10, 70]], sums(10, 10, 0, 20, 60)],
    ['from the first millisecond to the last', [[20, 60]], sums(20, 20, 0, 20, 40)],
    ['none of a window that ends where it begins', [[30, 30]], sums(20, 20, 40, 20)],
    [
      'what two windows share once',
      [
        [10, 50],
        [40, 70],
      ],
      sums(10, 10, 0, 20, 60),
    ],
    [
      'a window inside another once',
      [
        [10, 70],
        [30, 40],
      ],
      sums(10, 10, 0, 20, 60),
    ],
    [
      'windows that touch as one',
      [
        [40, 70],
        [10, 40],
      ],
      sums(10, 10, 0, 20, 60),
    ],
    [
      'what lies in the window only',
      [
        [-90, 30],
        [90, 500],
      ],
      sums(0, 20, 30, 10, 40),
    ],
    ['nothing else in a window of maintenance alone', [[-90, 500]], sums(0, 0, 0, 0, 100)],
    [
      'windows before and after it for nothing',
      [
        [-90, 0],
        [100, 500],
      ],
      sums(20, 20, 40, 20),
    ],
  ] as const)('counts %s', ([, windows, expected]) => {
    const maintenance = windows.map(([from, until]) => ({ from: start + from, until: start + until }));
    expect(ledger(spans(...history), start, start + 100, maintenance)).toEqual(expected);
  });

  test('that is empty is zero', () => {
    expect(ledger(spans([-50, 'up']), start, start)).toEqual(sums(0, 0, 0, 0));
  });

  test.for([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-06-01', 24],
  ] as const)('of the day %s in Paris has %d hours', ([day, length]) => {
    const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime('Europe/Paris').epochMilliseconds;
    const date = Temporal.PlainDate.from(day);
    const [from, to] = [midnight(date), midnight(date.add({ days: 1 }))];
    const history = [
      { since: from - hours, state: 'up' as const },
      { since: from + 90 * minutes, state: 'down' as const },
      { since: from + 150 * minutes, state: 'up' as const },
    ];
    expect(ledger(history, from, to)).toEqual(sums(length * hours - hours, 0, hours, 0));
  });
});

describe('availability', () => {
  test.for([
    [sums(100, 0, 0, 0), 1],
    [sums(50, 50, 0, 0), 1],
    [sums(99, 0, 1, 0), 0.99],
    [sums(0, 0, 5, 0), 0],
    // Time in which we did not see counts as neither.
    [sums(99, 0, 1, 1_000), 0.99],
    [sums(99, 0, 1, 0, 1_000), 0.99],
    [sums(0, 0, 0, 100), undefined],
    [sums(0, 0, 0, 0), undefined],
    // Rounded down: one millisecond in five years is still an outage.
    [sums(5 * 366 * 24 * hours, 0, 1, 0), 0.99999],
    [sums(30 * 24 * hours - 43 * minutes, 0, 43 * minutes, 0), 0.999],
  ] as const)('of %j is %s', ([sums, expected]) => {
    expect(availability(sums)).toBe(expected);
  });
});

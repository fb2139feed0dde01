import { expect, test } from 'vitest';
import { instantOf } from '../../../server/cli/instants.ts';

const now = Temporal.ZonedDateTime.from('2026-03-28T15:00[Europe/Paris]');

test.for([
  ['30m', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2h', 'ago', '2026-03-28T13:00[Europe/Paris]'],
  ['15:30', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['9:05', 'ahead', '2026-03-29T09:05[Europe/Paris]'],
  ['9:05', 'ago', '2026-03-28T09:05[Europe/Paris]'],
  ['15:30', 'ago', '2026-03-27T15:30[Europe/Paris]'],
  ['15:00', 'ago', '2026-03-28T15:00[Europe/Paris]'],
  ['15:00', 'ahead', '2026-03-29T15:00[Europe/Paris]'],
  ['2026-03-28T15:30', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2026-03-28T14:30Z', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2026-03-28T15:30+01:00', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2026-03-28 15:30:20', 'ahead', '2026-03-28T15:30:20[Europe/Paris]'],
  ['2026-03-28T14:30+00', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2026-03-28T14:30+00:00[UTC]', 'ahead', '2026-03-28T15:30[Europe/Paris]'],
  ['2026-03-29T02:30', 'ahead', '2026-03-29T03:30[Europe/Paris]'],
  ['2026-10-25T02:30', 'ahead', '2026-10-25T02:30+02:00[Europe/Paris]'],
] as const)('%s %s is %s', ([text, direction, expected]) => {
  expect(instantOf(text, direction, now)).toBe(Temporal.ZonedDateTime.from(expected).epochMilliseconds);
});

test.for(['soon', '25:00', '15:30:00:00', '', '30', '2026-03-28T15:30[UTC]', '2026-02-30'])(
  '%j is no time',
  (text) => {
    expect(() => instantOf(text, 'ahead', now)).toThrow(/is no time such as/);
  },
);

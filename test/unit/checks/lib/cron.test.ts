import { parse } from 'node-cron';
import { expect, test } from 'vitest';
import { longestGapMs, nextMatch, previousMatch } from '../../../../checks/lib/cron.ts';

const paris = 'Europe/Paris';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const occurrences = (expression: string, from: string, until: string, timezone = paris): string[] => {
  const fields = parse(expression);
  const found: string[] = [];
  let next = nextMatch(fields, timezone, at(from) - 1);
  while (next !== undefined && next < at(until)) {
    found.push(
      Temporal.Instant.fromEpochMilliseconds(next)
        .toZonedDateTimeISO(timezone)
        .toString({ smallestUnit: 'minute', timeZoneName: 'never' })
        .slice(5),
    );
    next = nextMatch(fields, timezone, next);
  }
  return found;
};

test.for([
  ['0 4 * * *', ['03-28T04:00+01:00', '03-29T04:00+02:00', '03-30T04:00+02:00']],
  ['30 2 * * *', ['03-28T02:30+01:00', '03-30T02:30+02:00']],
  ['0 3 * * *', ['03-28T03:00+01:00', '03-29T03:00+02:00', '03-30T03:00+02:00']],
] as const)('in the night of spring, %s leaves out a time that is skipped: %o', ([expression, expected]) => {
  expect(occurrences(expression, '2026-03-28T00:00+01:00', '2026-03-31T00:00+02:00')).toEqual(expected);
});

test.for([
  ['30 2 * * *', ['10-24T02:30+02:00', '10-25T02:30+02:00', '10-26T02:30+01:00']],
  ['0 3 * * *', ['10-24T03:00+02:00', '10-25T03:00+01:00', '10-26T03:00+01:00']],
] as const)('in the night of autumn, %s comes once: %o', ([expression, expected]) => {
  expect(occurrences(expression, '2026-10-24T00:00+02:00', '2026-10-27T00:00+01:00')).toEqual(expected);
});

test('in the night of autumn, an hourly job comes in both hours that have the same name', () => {
  expect(occurrences('30 * * * *', '2026-10-25T01:00+02:00', '2026-10-25T04:00+01:00')).toEqual([
    '10-25T01:30+02:00',
    '10-25T02:30+02:00',
    '10-25T02:30+01:00',
    '10-25T03:30+01:00',
  ]);
});

// In 2026, 1 August is a Saturday, 31 May a Sunday, 15 November a Sunday, 28 February a Saturday.
test.for([
  ['0 0 1W 8 *', '08-03'],
  ['0 0 31W 5 *', '05-29'],
  ['0 0 15W 11 *', '11-16'],
  ['0 0 LW 2 *', '02-27'],
  ['0 0 L 2 *', '02-28'],
  ['0 0 L-3 2 *', '02-25'],
  ['0 0 * 6 5L', '06-26'],
  ['0 0 * 6 1#2', '06-08'],
] as const)('%s is on %s', ([expression, day]) => {
  expect(occurrences(expression, '2026-01-01T00:00Z', '2027-01-01T00:00Z', 'UTC')).toEqual([
    `${day}T00:00+00:00`,
  ]);
});

test('an occurrence is after the instant one starts from, and at or before the one one ends at', () => {
  const fields = parse('0 4 * * *');
  const four = at('2026-06-01T04:00+02:00');
  expect(nextMatch(fields, paris, four)).toBe(four + dayMs);
  expect(nextMatch(fields, paris, four - 1)).toBe(four);
  expect(previousMatch(fields, paris, four)).toBe(four);
  expect(previousMatch(fields, paris, four - 1)).toBe(four - dayMs);
});

test('a date that hardly comes is found, and one that never does is not sought for ever', () => {
  expect(nextMatch(parse('0 0 29 2 1'), 'Etc/UTC', at('2026-01-01T00:00Z'))).toBe(at('2044-02-29T00:00Z'));
  // The nearest weekday is never a Sunday.
  const never = parse('0 0 15W * 0');
  expect(nextMatch(never, paris, at('2026-01-01T00:00Z'))).toBeUndefined();
  expect(previousMatch(never, paris, at('2026-01-01T00:00Z'))).toBeUndefined();
  expect(longestGapMs(never, paris)).toBe(Infinity);
});

test.for([
  ['*/5 * * * *', paris, 5 * 60_000],
  ['*/5 8-17 * * *', 'Etc/UTC', 14 * hourMs + 5 * 60_000],
  ['0 4 * * *', 'Etc/UTC', dayMs],
  // From 04:00 to 04:00 over the longest night of the year.
  ['0 4 * * *', paris, 25 * hourMs],
  // 02:30 is skipped in spring.
  ['30 2 * * *', paris, 47 * hourMs],
  ['0 4 * * 1-5', 'Etc/UTC', 3 * dayMs],
  ['0 4 29 2 *', 'Etc/UTC', 4 * 365 * dayMs + dayMs],
] as const)(
  'between two occurrences of %s in %s there are at most %i ms',
  ([expression, timezone, gapMs]) => {
    expect(longestGapMs(parse(expression), timezone)).toBe(gapMs);
  },
);

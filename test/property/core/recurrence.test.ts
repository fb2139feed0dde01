// What recurs, against a reckoning of its own: every local day is asked whether it is one of them, and read in its zone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginningsOf } from '../../../server/core/recurrence.ts';
import { runs } from '../../support/fuzz.ts';

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const zones = [
  'Europe/Paris',
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const first = Temporal.PlainDate.from('2025-06-02');

const day = fc.integer({ min: 0, max: 2_000 }).map((days) => first.add({ days }));
/** Nights of change in Paris are as likely as all others together. */
const near = fc.oneof(
  day,
  fc
    .tuple(
      fc.constantFrom('2026-03-29', '2026-10-25', '2027-03-28', '2027-10-31'),
      fc.integer({ min: -3, max: 3 }),
    )
    .map(([change, days]) => Temporal.PlainDate.from(change).add({ days })),
);
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute, second]) => Temporal.PlainTime.from({ hour, minute, second }));
const rules = fc.oneof(
  fc.subarray([...weekdays], { minLength: 1 }).map((days) => ({
    rule: `FREQ=WEEKLY;BYDAY=${days.join(',')}`,
    isOn: (date: Temporal.PlainDate) => days.some((name) => weekdays.indexOf(name) === date.dayOfWeek - 1),
  })),
  fc.integer({ min: 1, max: 31 }).map((number) => ({
    rule: `FREQ=MONTHLY;BYMONTHDAY=${number}`,
    isOn: (date: Temporal.PlainDate) => date.day === number,
  })),
  fc.integer({ min: 1, max: 9 }).map((interval) => ({
    rule: `FREQ=DAILY;INTERVAL=${interval}`,
    isOn: (date: Temporal.PlainDate) => first.until(date).days % interval === 0,
  })),
);

test('every day of a rule brings one beginning, to the second, and no other day any', () => {
  fc.assert(
    fc.property(rules, time, near, fc.integer({ min: 1, max: 40 }), fc.constantFrom(...zones), (...drawn) => {
      const [{ rule, isOn }, plainTime, from, length, timezone] = drawn;
      const until = from.add({ days: length });
      const expected: number[] = [];
      for (let date = from; !date.equals(until); date = date.add({ days: 1 }))
        if (isOn(date) && Temporal.PlainDate.compare(date, first) >= 0)
          expected.push(readIn(timezone, date.toPlainDateTime(plainTime)));
      // A day may begin, or end, at a time that is shifted: it is asked for from midnight to midnight on the wall.
      const [start, end] = [from, until].map((date) => readIn(timezone, date.toPlainDateTime()));
      const found = beginningsOf(
        { wallStart: first.toPlainDateTime(plainTime).toString(), rule, timezone },
        start ?? 0,
        end ?? 0,
      );
      expect(found).toEqual(expected.filter((at) => at >= (start ?? 0) && at < (end ?? 0)));
      expect(new Set(found).size).toBe(found.length);
    }),
    { numRuns: runs(500) },
  );
});

// RFC 5545 §3.3.5 in its own words: the offset before the gap, or that of the first of two.
const readIn = (timezone: string, wall: Temporal.PlainDateTime): number => {
  const asUtc = wall.toZonedDateTime('UTC').epochMilliseconds;
  const offsets = [-86_400_000, 86_400_000].map(
    (ms) =>
      Temporal.Instant.fromEpochMilliseconds(asUtc + ms).toZonedDateTimeISO(timezone).offsetNanoseconds / 1e6,
  );
  const readings = offsets.map((offset) => asUtc - offset);
  const shown = readings.filter((at) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDateTime().equals(wall),
  );
  return shown.length > 0 ? Math.min(...shown) : (readings[0] ?? Number.NaN);
};

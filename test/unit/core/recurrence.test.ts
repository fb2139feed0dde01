// When what recurs begins, above all in the nights in which clocks change.
import { describe, expect, test } from 'vitest';
import { beginningsOf } from '../../../server/core/recurrence.ts';

const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

const beginnings = (
  wallStart: string,
  rule: string,
  [from, to]: readonly [string, string],
  timezone = 'Europe/Paris',
) =>
  beginningsOf({ wallStart, rule, timezone }, instant(from), instant(to)).map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(timezone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' }),
  );

const spring = ['2026-03-28T00:00Z', '2026-03-30T22:00Z'] as const;
const autumn = ['2026-10-23T22:00Z', '2026-10-26T23:00Z'] as const;

describe('on the nights of change in Paris', () => {
  test.for([
    // 02:30 does not exist on 29 March: it is counted from before the change, as RFC 5545 §3.3.5 says.
    [
      spring,
      '02:30',
      ['2026-03-28T02:30:00+01:00', '2026-03-29T03:30:00+02:00', '2026-03-30T02:30:00+02:00'],
    ],
    [
      spring,
      '02:00',
      ['2026-03-28T02:00:00+01:00', '2026-03-29T03:00:00+02:00', '2026-03-30T02:00:00+02:00'],
    ],
    [
      spring,
      '01:59:59',
      ['2026-03-28T01:59:59+01:00', '2026-03-29T01:59:59+01:00', '2026-03-30T01:59:59+02:00'],
    ],
    [
      spring,
      '03:00',
      ['2026-03-28T03:00:00+01:00', '2026-03-29T03:00:00+02:00', '2026-03-30T03:00:00+02:00'],
    ],
    // 02:30 comes twice on 25 October: the first counts.
    [
      autumn,
      '02:30',
      ['2026-10-24T02:30:00+02:00', '2026-10-25T02:30:00+02:00', '2026-10-26T02:30:00+01:00'],
    ],
    [
      autumn,
      '02:00',
      ['2026-10-24T02:00:00+02:00', '2026-10-25T02:00:00+02:00', '2026-10-26T02:00:00+01:00'],
    ],
    [
      autumn,
      '03:00',
      ['2026-10-24T03:00:00+02:00', '2026-10-25T03:00:00+01:00', '2026-10-26T03:00:00+01:00'],
    ],
  ] as const)('from %o, daily at %s is once a day: %o', ([window, time, expected]) => {
    expect(beginnings(`2026-01-01T${time}`, 'FREQ=DAILY', window)).toEqual(expected);
  });

  test('the count of a rule goes on over a time that does not exist', () => {
    const found = beginnings('2026-03-28T02:30', 'FREQ=DAILY;COUNT=3', [
      '2026-03-01T00:00Z',
      '2026-12-01T00:00Z',
    ]);
    expect(found).toHaveLength(3);
  });
});

test.for([
  ['FREQ=WEEKLY;BYDAY=SU', ['2026-11-01', '2026-11-08', '2026-11-15', '2026-11-22', '2026-11-29']],
  ['FREQ=MONTHLY;BYDAY=1SU', ['2026-11-01']],
  ['FREQ=MONTHLY;BYDAY=-1SU', ['2026-11-29']],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', ['2026-11-30']],
  ['FREQ=MONTHLY;BYMONTHDAY=15,-1', ['2026-11-15', '2026-11-30']],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO', ['2026-11-08', '2026-11-22']],
  ['FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115T020000Z', ['2026-11-01', '2026-11-08', '2026-11-15']],
  ['FREQ=WEEKLY;BYDAY=SU;UNTIL=20261115T015959Z', ['2026-11-01', '2026-11-08']],
] as const)('in November 2026, %s begins on %o', ([rule, days]) => {
  const found = beginnings('2026-01-04T02:00', rule, ['2026-10-31T23:00Z', '2026-11-30T23:00Z']);
  expect(found).toEqual(days.map((day) => `${day}T02:00:00+01:00`));
});

test('nothing begins before the first time, at the end of what is asked, nor earlier than that', () => {
  const rule = ['2026-11-08T02:00', 'FREQ=WEEKLY;BYDAY=SU'] as const;
  expect(beginnings(...rule, ['2026-10-01T00:00Z', '2026-11-15T01:00Z'])).toEqual([
    '2026-11-08T02:00:00+01:00',
  ]);
  expect(beginnings(...rule, ['2026-11-08T01:00:00.001Z', '2026-11-15T01:00:00.001Z'])).toEqual([
    '2026-11-15T02:00:00+01:00',
  ]);
});

test('a rule without end is answered for any year', () => {
  const window = ['2126-11-01T00:00Z', '2126-12-01T00:00Z'] as const;
  expect(beginnings('1996-01-07T02:00', 'FREQ=WEEKLY;BYDAY=SU', window)).toHaveLength(4);
});

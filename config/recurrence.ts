// When something happens, as an operator writes it: a local time, or a rule by which it recurs (RFC 5545 §3.3.10).
import { z } from 'zod';

/** A rule that is checked, and its beginning: read on the clock of a zone, whatever that clock does. */
export interface Recurrence {
  /** Local time of the first occurrence: `2026-11-29T02:00`. */
  readonly wallStart: string;
  /** The parts of an RRULE; its UNTIL is local time that is written as if the zone were UTC. */
  readonly rule: string;
  /** IANA name. */
  readonly timezone: string;
}

const momentPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?$/;
const momentExpected = 'a time such as 2026-11-29T02:00, in the time zone of the organisation';

/** A point in time; with an offset from UTC at its end where the clock shows it twice. */
export const moment = () =>
  z
    .string({ error: momentExpected })
    .regex(momentPattern, { error: momentExpected, abort: true })
    .refine(isOnCalendar, { error: 'a time that is on the calendar' });

function isOnCalendar(text: string): boolean {
  try {
    return instantOf(text, 'UTC') > 0;
  } catch {
    return false;
  }
}

/**
 * Epoch milliseconds. A local time that a clock skips is counted from before the change, so that 02:30 is 03:30; of one
 * that comes twice the first is meant (RFC 5545 §3.3.5).
 */
export const instantOf = (text: string, timezone: string): number => {
  const [, wall = '', offset] = momentPattern.exec(text) ?? [];
  return offset === undefined
    ? Temporal.PlainDateTime.from(wall).toZonedDateTime(timezone).epochMilliseconds
    : Temporal.Instant.from(text).epochMilliseconds;
};

/** What the clock of a zone shows then. */
export const wallOf = (atMs: number, timezone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone).toPlainDateTime().toString();

const list = (item: string) => new RegExp(`^${item}(,${item})*$`);
const parts: Readonly<Record<string, RegExp>> = {
  // What recurs more often than that is no maintenance.
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^([1-9]\d{0,2}|1000)$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYMONTH: list('([1-9]|1[0-2])'),
  BYMONTHDAY: list('[+-]?([1-9]|[12]\\d|3[01])'),
  BYDAY: list('([+-]?([1-9]|[1-4]\\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)'),
  BYSETPOS: list('[+-]?([1-9]|[12]\\d|3[01])'),
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

/** The parts of a rule, `FREQ=WEEKLY;BYDAY=SU`; those that RFC 5545 allows with one another. */
export const rrule = () =>
  z
    .string({ error: 'a rule such as FREQ=WEEKLY;BYDAY=SU' })
    .max(300)
    .transform((text, context) => {
      const written = text.replace(/^RRULE:/, '').split(';');
      const named = new Map(written.map((part) => part.split('=', 2) as [string, string]));
      const wrong = wrongIn(named) ?? (named.size < written.length ? 'each part once' : undefined);
      if (wrong !== undefined) context.addIssue(`a rule such as FREQ=WEEKLY;BYDAY=SU (${wrong})`);
      return named;
    });

const wrongIn = (named: ReadonlyMap<string, string>): string | undefined => {
  for (const [name, value] of named)
    if (!Object.hasOwn(parts, name)) return `${name} is none of ${Object.keys(parts).join(', ')}`;
    else if (!(parts[name]?.test(value) ?? false)) return `${name} is wrong`;
  const freq = named.get('FREQ') ?? '';
  if (freq === '') return 'FREQ is missing';
  if (named.has('COUNT') && named.has('UNTIL')) return 'COUNT or UNTIL, not both';
  if (freq === 'WEEKLY' && named.has('BYMONTHDAY')) return 'BYMONTHDAY is not for WEEKLY';
  if (/\d/.test(named.get('BYDAY') ?? '') && !['MONTHLY', 'YEARLY'].includes(freq))
    return 'BYDAY with a number is for MONTHLY and YEARLY';
  if (named.has('BYSETPOS') && freq === 'DAILY') return 'BYSETPOS is not for DAILY';
  if (named.has('BYSETPOS') && !['BYDAY', 'BYMONTHDAY', 'BYMONTH'].some((part) => named.has(part)))
    return 'BYSETPOS chooses among the days of another part';
  return undefined;
};

/** Puts together what was written. */
export const recurrenceOf = (
  from: string,
  named: ReadonlyMap<string, string>,
  timezone: string,
): Recurrence => ({
  wallStart: wallOf(instantOf(from, timezone), timezone),
  rule: [...named]
    .map(([name, value]) => `${name}=${name === 'UNTIL' ? wallUntil(value, timezone) : value}`)
    .join(';'),
  timezone,
});

// A day without a time is meant to its end.
const wallUntil = (until: string, timezone: string): string => {
  const [, year = '', month = '', day = '', time = 'T235959', zulu] =
    /^(\d{4})(\d\d)(\d\d)(T\d{6})?(Z)?$/.exec(until) ?? [];
  if (zulu === undefined) return `${year}${month}${day}${time}Z`;
  const atMs = Temporal.Instant.from(`${year}${month}${day}${time}Z`).epochMilliseconds;
  const wall = Temporal.PlainDateTime.from(wallOf(atMs, timezone)).toString({ smallestUnit: 'second' });
  return `${wall.replaceAll(/[-:]/g, '')}Z`;
};

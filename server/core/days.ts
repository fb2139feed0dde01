// Civil days: what members remember trouble by.
import type { Interval } from './uptime.ts';
import { availability, ledger } from './uptime.ts';
import type { Ledger } from './uptime.ts';
import type { State } from './state.ts';
import type { Instant } from './time.ts';

export interface Day extends Interval {
  /** `2026-11-22`, in the zone it was asked for. */
  readonly date: string;
}

/** The last `count` days of a time zone, oldest first; the last goes on at `now`. Some have 23 hours, some 25. */
export const civilDays = (now: Instant, timezone: string, count: number): readonly Day[] => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).startOfDay();
  return Array.from({ length: count }, (_, index) => {
    const day = today.subtract({ days: count - 1 - index }).startOfDay();
    return {
      date: day.toPlainDate().toString(),
      from: day.epochMilliseconds,
      until: day.add({ days: 1 }).startOfDay().epochMilliseconds,
    };
  });
};

export interface Month extends Interval {
  /** `2026-11`. */
  readonly month: string;
}

/** The months of a time zone that a time touches, whole, oldest first. */
export const civilMonths = ({ from, until }: Interval, timezone: string): readonly Month[] => {
  const months: Month[] = [];
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone);
  for (let at = first.with({ day: 1 }).startOfDay(); at.epochMilliseconds < until;) {
    const next = at.add({ months: 1 }).startOfDay();
    const month = at.toPlainDate().toPlainYearMonth().toString();
    months.push({ month, from: at.epochMilliseconds, until: next.epochMilliseconds });
    at = next;
  }
  return months;
};

/** A month as it is written, `2026-11`; nothing, when that is none. */
export const monthNamed = (name: string, timezone: string): Month | undefined => {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(name)) return undefined;
  const first = Temporal.PlainDate.from(`${name}-01`).toZonedDateTime(timezone);
  return {
    month: name,
    from: first.epochMilliseconds,
    until: first.add({ months: 1 }).startOfDay().epochMilliseconds,
  };
};

export interface Told extends Day, Ledger {}

/**
 * What each day was like, up to `now`: of one that goes on, what has passed. Spans come as for `ledger`. The sums of days
 * that follow one another are the ledger of their window, to the millisecond.
 */
export const tellDays = (
  days: readonly Day[],
  spans: readonly { readonly since: Instant; readonly state: State }[],
  now: Instant,
  maintenance: readonly Interval[] = [],
): readonly Told[] => {
  let first = 0;
  return days.map((day) => {
    // The span that a day begins in is the last that began before it.
    while ((spans[first + 1]?.since ?? Number.POSITIVE_INFINITY) <= day.from) first += 1;
    let last = first + 1;
    while ((spans[last]?.since ?? Number.POSITIVE_INFINITY) < day.until) last += 1;
    const windows = maintenance.filter(({ from, until }) => from < day.until && until > day.from);
    const until = Math.max(day.from, Math.min(day.until, now));
    const span = spans[first];
    const isOfOne = last === first + 1 && windows.length === 0 && span !== undefined;
    return isOfOne && span.since <= day.from
      ? allOf(day, span.state, until - day.from)
      : { ...day, ...ledger(spans.slice(first, last), day.from, until, windows) };
  });
};

// Nearly every day is so, and a page tells of thousands.
const allOf = ({ date, from, until }: Day, state: State, ms: number): Told => ({
  date,
  from,
  until,
  upMs: state === 'up' ? ms : 0,
  degradedMs: state === 'degraded' ? ms : 0,
  downMs: state === 'down' ? ms : 0,
  unknownMs: state === 'unknown' ? ms : 0,
  maintenanceMs: 0,
});

/** Availability over days: see there. */
export const availabilityOf = (days: readonly Ledger[]): number | undefined =>
  availability({
    upMs: sumOf(days, 'upMs'),
    degradedMs: sumOf(days, 'degradedMs'),
    downMs: sumOf(days, 'downMs'),
    unknownMs: 0,
    maintenanceMs: 0,
  });

const sumOf = (days: readonly Ledger[], key: keyof Ledger): number =>
  days.reduce((sum, day) => sum + day[key], 0);

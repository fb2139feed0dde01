// When a cron expression is due in a time zone: pure arithmetic on the fields that node-cron's `parse` expands.
//
// The rule for nights on which the clock changes: a local time that is skipped does not occur, and one that comes
// twice occurs the first time only, unless the expression names every hour (then it occurs in both). So we ask of a
// job no more than what every cron does. As with node-cron, the day of the month and the weekday must both match.
import type { ParsedFields } from 'node-cron';
import { oncePer } from './once.ts';

export type CronFields = Readonly<ParsedFields>;

const secondMs = 1_000;
const dayMs = 86_400_000;
/** How far we look: 29 February falls on each weekday within forty years, but for those around 2100. */
const horizonMs = 40 * 365.25 * dayMs;

/** The first instant after `afterMs` at which it is due; nothing when there is none within forty years. */
export const nextMatch = (fields: CronFields, timezone: string, afterMs: number): number | undefined => {
  const times = timesOfDay(fields);
  const endMs = afterMs + horizonMs;
  for (let fromMs = afterMs + 1; fromMs < endMs;) {
    const stretch = stretchAt(fromMs, timezone);
    const untilMs = Math.min(stretch.untilMs, endMs);
    const { first, last } = localBounds(fields, stretch, fromMs, untilMs);
    for (let day = Math.floor(first / dayMs); day * dayMs <= last; day += 1) {
      if (!isDue(fields, day)) continue;
      const time = times.find((time) => day * dayMs + time >= first);
      if (time !== undefined && day * dayMs + time <= last) return day * dayMs + time - stretch.offsetMs;
    }
    fromMs = untilMs;
  }
  return undefined;
};

/**
 * The same of what we run ourselves: what is due in an hour that is skipped runs once that is over, as with Debian's cron
 * (cron(8)), so that nothing is left out for a day. What is due every hour needs no such care.
 */
export const nextRun = (fields: CronFields, timezone: string, afterMs: number): number | undefined => {
  const next = nextMatch(fields, timezone, afterMs);
  const endMs = next ?? afterMs + horizonMs;
  for (
    let atMs = stretchAt(afterMs, timezone).untilMs;
    atMs < endMs;
    atMs = stretchAt(atMs, timezone).untilMs
  )
    if (isSkippedAt(fields, timezone, atMs)) return atMs;
  return next;
};

/** Whether it is due in the local time that the change of the clock at `atMs` leaves out. */
const isSkippedAt = (fields: CronFields, timezone: string, atMs: number): boolean => {
  const first = atMs + offsetAt(atMs - 1, timezone);
  const end = atMs + offsetAt(atMs, timezone);
  if (end <= first || fields.hour.length === 24) return false;
  const isSkipped = (local: number): boolean => first <= local && local < end;
  const days = [Math.floor(first / dayMs), Math.floor((end - 1) / dayMs)];
  return days.some(
    (day) => isDue(fields, day) && timesOfDay(fields).some((time) => isSkipped(day * dayMs + time)),
  );
};

/** The last instant at which it was due, `atMs` included; nothing when there was none within forty years. */
export const previousMatch = (fields: CronFields, timezone: string, atMs: number): number | undefined => {
  const times = timesOfDay(fields);
  const startMs = atMs - horizonMs;
  for (let untilMs = atMs + 1; untilMs > startMs;) {
    const stretch = stretchAt(untilMs - 1, timezone);
    const fromMs = Math.max(stretch.fromMs, startMs);
    const { first, last } = localBounds(fields, stretch, fromMs, untilMs);
    for (let day = Math.floor(last / dayMs); (day + 1) * dayMs > first; day -= 1) {
      if (!isDue(fields, day)) continue;
      const time = times.findLast((time) => day * dayMs + time <= last);
      if (time !== undefined && day * dayMs + time >= first) return day * dayMs + time - stretch.offsetMs;
    }
    untilMs = fromMs;
  }
  return undefined;
};

const surveyStartMs = Date.UTC(2024, 0, 1);

/** The longest time between two occurrences in the forty years from 2024; `Infinity` when there are not two. */
export const longestGapMs = (fields: CronFields, timezone: string): number => {
  const times = timesOfDay(fields);
  const days: number[] = [];
  for (let day = surveyStartMs / dayMs; day * dayMs < surveyStartMs + horizonMs; day += 1)
    if (isDue(fields, day)) days.push(day);
  if (days.length < 2) return Infinity;
  const overnight = dayMs - ((times.at(-1) ?? 0) - (times[0] ?? 0));
  return Math.max(
    longestStep(times),
    (longestStep(days) - 1) * dayMs + overnight,
    ...gapsAcrossChanges(fields, timezone),
  );
};

const longestStep = (ascending: readonly number[]): number =>
  ascending.reduce((longest, value, index) => Math.max(longest, value - (ascending[index - 1] ?? value)), 0);

const gapsAcrossChanges = (fields: CronFields, timezone: string): number[] => {
  const gaps: number[] = [];
  for (let atMs = surveyStartMs; atMs < surveyStartMs + horizonMs;) {
    atMs = stretchAt(atMs, timezone).untilMs;
    if (atMs === Infinity) break;
    const before = previousMatch(fields, timezone, atMs - 1);
    const after = nextMatch(fields, timezone, atMs - 1);
    if (before !== undefined && after !== undefined) gaps.push(after - before);
  }
  return gaps;
};

/** A time in which the clock of a zone runs straight, from `fromMs` until before `untilMs`. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
  /** How much of the stretch repeats the local times of the one before. */
  readonly repeatMs: number;
}

const stretchAt = (atMs: number, timezone: string): Stretch => {
  // 'previous' is strictly before, so a change at `atMs` itself is found from one millisecond later.
  const fromMs = zoned(atMs + 1, timezone).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity;
  const untilMs = zoned(atMs, timezone).getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity;
  const offsetMs = offsetAt(atMs, timezone);
  const repeatMs = fromMs === -Infinity ? 0 : Math.max(0, offsetAt(fromMs - 1, timezone) - offsetMs);
  return { fromMs, untilMs, offsetMs, repeatMs };
};

const zoned = (atMs: number, timezone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);

const offsetAt = (atMs: number, timezone: string): number =>
  zoned(atMs, timezone).offsetNanoseconds / 1_000_000;

/** The first and the last local second of a part of a stretch, in milliseconds as if the zone were UTC. */
const localBounds = (
  fields: CronFields,
  { fromMs: startMs, offsetMs, repeatMs }: Stretch,
  fromMs: number,
  untilMs: number,
): { first: number; last: number } => {
  const freshMs = fields.hour.length === 24 ? fromMs : Math.max(fromMs, startMs + repeatMs);
  return {
    first: Math.ceil((freshMs + offsetMs) / secondMs) * secondMs,
    last: Math.floor((untilMs - 1 + offsetMs) / secondMs) * secondMs,
  };
};

/** Milliseconds since midnight, ascending. */
const timesOfDay = oncePer(({ hour, minute, second }: CronFields): readonly number[] =>
  hour
    .flatMap((hour) => minute.flatMap((minute) => second.map((second) => (hour * 60 + minute) * 60 + second)))
    .map((seconds) => seconds * secondMs)
    .sort((a, b) => a - b),
);

/** Whether it is due on a local day, counted from 1 January 1970. */
const isDue = ({ dayOfMonth, month, dayOfWeek }: CronFields, day: number): boolean => {
  const today = new Date(day * dayMs);
  return (
    month.includes(today.getUTCMonth() + 1) &&
    (dayOfMonth.includes(today.getUTCDate()) || dayOfMonth.some((word) => isDayOfMonth(word, today))) &&
    (dayOfWeek.includes(today.getUTCDay()) || dayOfWeek.some((word) => isDayOfWeek(word, today)))
  );
};

const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

/** `15`, `L` (last day), `L-3` (three days before it), `15W` and `LW` (the weekday nearest to it, in the same month). */
const isDayOfMonth = (word: number | string, today: Date): boolean => {
  if (typeof word === 'number') return false;
  const [, base = '', before = '0', nearest] = /^(L|\d+)(?:-(\d+))?(W)?$/.exec(word) ?? [];
  const target = (base === 'L' ? daysInMonth(today) : Number(base)) - Number(before);
  return today.getUTCDate() === (nearest === undefined ? target : nearestWeekday(target, today));
};

const nearestWeekday = (target: number, today: Date): number | undefined => {
  const last = daysInMonth(today);
  if (target > last) return undefined;
  const targetWeekday = (((today.getUTCDay() + target - today.getUTCDate()) % 7) + 7) % 7;
  if (targetWeekday === 6) return target === 1 ? 3 : target - 1;
  if (targetWeekday === 0) return target === last ? target - 2 : target + 1;
  return target;
};

/** `5`, `5L` (the last Friday of the month), `5#2` (its second Friday). */
const isDayOfWeek = (word: number | string, today: Date): boolean => {
  if (typeof word === 'number') return false;
  const [, day, last, nth] = /^(\d)(?:(L)|#(\d))$/.exec(word) ?? [];
  if (Number(day) % 7 !== today.getUTCDay()) return false;
  const number = today.getUTCDate();
  return last === undefined ? Math.ceil(number / 7) === Number(nth) : number + 7 > daysInMonth(today);
};

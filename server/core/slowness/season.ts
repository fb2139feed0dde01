// Hours of the week, as the people live them whose habits make the load.
import type { Summary } from './histogram.ts';

export const hourMs = 3_600_000;
export const hoursOfDay = 24;
export const hoursOfWeek = 168;

/** The hour of the week, from Monday 00:00 in its time zone, in which the epoch hour begins. */
export type HourOfWeek = (epochHour: number) => number;

/** Remembers the last answer: all that is asked within an hour is the same. */
export const hourOfWeekIn = (timezone: string): HourOfWeek => {
  let asked: number | undefined;
  let answer = 0;
  return (epochHour) => {
    if (epochHour === asked) return answer;
    const { dayOfWeek, hour } = Temporal.Instant.fromEpochMilliseconds(epochHour * hourMs).toZonedDateTimeISO(
      timezone,
    );
    asked = epochHour;
    answer = (dayOfWeek - 1) * hoursOfDay + hour;
    return answer;
  };
};

/** An hour of the week, and the same one of the other days. */
export const sameHours = (ofWeek: number): readonly number[] =>
  Array.from({ length: hoursOfWeek / hoursOfDay }, (_, day) => (ofWeek % hoursOfDay) + day * hoursOfDay);

/** The middle one; of an even number, the mean of the two. */
const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};

/** Median of the distances from the median, scaled to a standard deviation. */
const spreadOf = (values: readonly number[]): number => {
  const median = medianOf(values);
  return 1.4826 * medianOf(values.map((value) => Math.abs(value - median)));
};

/** Of times as logarithms: the middle of them, and how far they are from it. */
export interface Estimate {
  readonly median: number;
  readonly spread: number;
}

/** Of several days or hours: the middle of them, however few were bad. */
export const together = (all: readonly Estimate[]): Estimate => {
  const medians = all.map(({ median }) => median);
  return {
    median: medianOf(medians),
    spread: Math.hypot(medianOf(all.map(({ spread }) => spread)), spreadOf(medians)),
  };
};

/** One that is over. */
export interface Hour extends Summary {
  readonly hour: number;
  readonly ofWeek: number;
  /** For how long not all had been well when it ended: hours. Nothing, when all was well in it. */
  readonly illHours: number;
}

/** Those in which all was well; where there was none, what there is. */
export const trusted = (hours: readonly Hour[]): readonly Hour[] => {
  const well = hours.filter(({ illHours }) => illHours <= 0);
  return well.length > 0 ? well : hours;
};

// The axes of a chart of response times: a logarithmic one of times, and one of instants as a clock and a calendar divide it.
import { chartWords } from '../../config/locales/chart.ts';
import type { Language } from '../../config/config.ts';
import type { PublishedTimes } from '../../server/app/published-times.ts';

/** Milliseconds. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** How far from the top: 0 is `high`, 1 is `low`. */
  readonly share: (ms: number) => number;
  readonly ticks: readonly number[];
}

type Times = Pick<PublishedTimes, 'buckets' | 'usual' | 'targetMs'>;

/** Nothing is faster than a microsecond: a scale of logarithms has no zero. */
export const least = 0.001;
/** A target that lies farther above all else than this is left out: it would press everything else flat. */
const farMax = 20;
/** Less than this from top to bottom would make noise look like news. */
const rangeMin = 4;
const marginRatio = 1.2;
const ticksMax = 6;

/** Nothing, when nothing has succeeded. */
export const scaleOf = ({ buckets, usual, targetMs = 0 }: Times): Scale | undefined => {
  const told = buckets.flatMap(({ quantilesMs }) => (quantilesMs === undefined ? [] : [quantilesMs]));
  if (told.length === 0) return undefined;
  const lows = [...told.map(([low = least]) => low), ...usual.map(({ lowMs }) => lowMs)];
  const highs = [...told.map((quantiles) => quantiles.at(-1) ?? least), ...usual.map(({ highMs }) => highMs)];
  const [lowest, highest] = [Math.max(least, Math.min(...lows)), Math.max(least, ...highs)];
  const top = targetMs <= farMax * highest ? Math.max(highest, targetMs) : highest;
  const margin = marginRatio * Math.sqrt(Math.max(1, rangeMin / (top / lowest)));
  const [low, high] = [lowest / margin, top * margin];
  const share = (ms: number) => Math.log(high / Math.max(least, ms)) / Math.log(high / low);
  return { low, high, share, ticks: ticksBetween(low, high) };
};

/** Powers of ten; with twos and fives between them where there are few, every other one where there are many. */
const ticksBetween = (low: number, high: number): readonly number[] => {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => first + index);
  const inside = (digits: readonly number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((ms) => ms >= low && ms <= high);
  const fine = inside([1, 2, 5]);
  if (fine.length <= ticksMax) return fine;
  const coarse = inside([1]);
  const every = Math.ceil(coarse.length / ticksMax);
  return coarse.filter((_, index) => index % every === 0);
};

/** How many buckets there is room for; the last may not be over. */
export const slotsOf = ({
  from,
  until,
  widthMs,
}: Pick<PublishedTimes, 'from' | 'until' | 'widthMs'>): number => Math.ceil((until - from) / widthMs);

export interface TimeTick {
  /** From the left, of the whole. */
  readonly share: number;
  readonly text: string;
}

const steps = {
  '24h': { unit: 'hour', hours: 3 },
  '7d': { unit: 'day', days: 1 },
  '30d': { unit: 'date', days: 5 },
  '90d': { unit: 'date', days: 14 },
  '13m': { unit: 'month', months: 1 },
} as const;

/** Where hours, days or months begin in a time zone, counted back from the last. */
export const timeTicks = (
  { window, from, until, widthMs }: Pick<PublishedTimes, 'window' | 'from' | 'until' | 'widthMs'>,
  timezone: string,
  language: Language,
): readonly TimeTick[] => {
  const { unit, ...step } = steps[window];
  const last = Temporal.Instant.fromEpochMilliseconds(until).toZonedDateTimeISO(timezone);
  const wholeMs = slotsOf({ from, until, widthMs }) * widthMs;
  const ticks: TimeTick[] = [];
  for (let index = 0, at = beginning(last, step); at.epochMilliseconds >= from; index++) {
    const share = (at.epochMilliseconds - from) / wholeMs;
    ticks.unshift({ share, text: chartWords[language].tick[unit](at.epochMilliseconds, timezone) });
    at = beginning(last, step).subtract(times(step, index + 1));
  }
  return ticks;
};

type Step = { readonly hours: number } | { readonly days: number } | { readonly months: number };

const beginning = (at: Temporal.ZonedDateTime, step: Step): Temporal.ZonedDateTime => {
  if ('months' in step) return at.with({ day: 1 }).startOfDay();
  if ('days' in step) return at.startOfDay();
  return at.round({ smallestUnit: 'hour', roundingMode: 'floor' }).subtract({ hours: at.hour % step.hours });
};

const times = (step: Step, count: number): Temporal.DurationLike =>
  Object.fromEntries(Object.entries(step).map(([unit, every]: [string, number]) => [unit, every * count]));

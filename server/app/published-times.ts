// How fast a service answers, as everybody may know it: how the times of its probes were distributed, beside what is usual
// and what is too slow in itself. Which of its checks was timed, and where, is nobody's business.
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { Figures } from '../core/history.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import type { Interval } from '../core/uptime.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedService } from '../core/watched.ts';
import { markOf, marksOf } from './marks.ts';
import type { Store } from './ports.ts';
import { instant } from './published-incidents.ts';
import { slowPart } from './published-outages.ts';
import { seenOf } from './service-past.ts';
import { slowPartOf } from './slow-part.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** How far back one may look. */
export const timesMs = {
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '90d': 90 * dayMs,
  '13m': 396 * dayMs,
} as const;
export type TimesWindow = keyof typeof timesMs;
export const timesWindows = Object.keys(timesMs) as readonly TimesWindow[];

const ms = (what: string) => z.number().describe(what);

const measures = {
  measured: z.int().describe('How often it was asked.'),
  lost: z.number().describe('The share of those that failed.'),
  quantilesMs: z
    .array(z.number())
    .readonly()
    .describe('Of those that did not fail: what 10, 25, 50, 75 and 90 of a hundred took at the most.')
    .exactOptional(),
};

export const publishedTimes = z
  .strictObject({
    generatedAt: instant().describe('When this was true.'),
    demonstration: z.boolean(),
    service: z.string().describe('The id of the service.'),
    window: z.enum(timesWindows as [TimesWindow, ...TimesWindow[]]),
    from: instant(),
    until: instant(),
    widthMs: z.int().describe('How long a bucket lasts.'),
    part: slowPart().exactOptional(),
    targetMs: ms('What takes longer is slow in itself.').exactOptional(),
    usual: z
      .array(z.strictObject({ at: instant(), lowMs: ms(''), highMs: ms('') }).readonly())
      .readonly()
      .describe('What eight of ten usually take at such an hour. Empty, while that is not known.'),
    all: z.strictObject(measures).readonly().describe('Of all of it.'),
    buckets: z
      .array(z.strictObject({ at: instant().describe('Its beginning.'), ...measures }).readonly())
      .readonly()
      .describe('Oldest first; where nothing was measured there is none.'),
    marks: z
      .array(markOf())
      .readonly()
      .describe('When it was something else than well, widened to buckets so that what was short is seen.'),
  })
  .readonly();

export type PublishedTimes = z.output<typeof publishedTimes>;

export interface TimesDeps {
  readonly config: () => Pick<Config, 'services' | 'organisation' | 'demonstration'>;
  readonly watch: Pick<Watch, 'services' | 'slowness'>;
  readonly store: Pick<Store, 'history' | 'spans' | 'outages' | 'windows'>;
}

/** Nothing, for a service of which nobody knows, or whose checks take no time. Rejects with a `StoreError`. */
export const publishTimes = async (
  id: string,
  window: TimesWindow,
  { config, watch, store }: TimesDeps,
  now: Instant,
): Promise<PublishedTimes | undefined> => {
  const service = watch.services.get(id);
  const timed = service?.config.public === true ? timedIn(service) : undefined;
  if (service === undefined || timed === undefined) return undefined;
  const { key, phase, targetMs } = timed;
  const asked = { from: now - timesMs[window], until: now };
  const whole = phase === 'total';
  const { widthMs, all, buckets } = await store.history(key, {
    from: asked.from,
    to: now,
    phase: whole ? '' : phase,
  });
  const { spans, maintenance } = await seenOf(service.config, asked, config(), store);
  const part = slowPartOf(phase);
  const from = Math.floor(asked.from / widthMs) * widthMs;
  return {
    generatedAt: now,
    demonstration: config().demonstration,
    service: id,
    window,
    from,
    until: now,
    widthMs,
    ...(part && { part }),
    ...(targetMs !== undefined && { targetMs }),
    usual: usualIn({ from, until: now }, widthMs, (at) => watch.slowness.usualOf(key, phase, at)),
    all: measuresOf(all),
    buckets: buckets.map(({ at, ...figures }) => ({ at, ...measuresOf(figures) })),
    marks: marksOf({ from, until: now }, widthMs, spans, maintenance),
  };
};

interface Timed {
  readonly key: SeriesKey;
  /** Or `total`. */
  readonly phase: string;
  readonly targetMs?: number | undefined;
}

/** What is slow, while something is; else how long the first of its checks takes that is timed. */
export const timedIn = ({ checks }: WatchedService): Timed | undefined => {
  const timed = checks
    .filter(({ config }) => Object.keys(config.slowMs).length > 0)
    .toSorted((a, b) => Number(a.config.supporting) - Number(b.config.supporting));
  const slow = timed.find(
    ({ timeline }) => timeline.state === 'degraded' && timeline.finding?.cause === 'slow',
  );
  const check = slow ?? timed[0];
  if (check === undefined) return undefined;
  const phase = slow?.timeline.finding?.phase ?? 'total';
  const series = check.series.find(({ standing }) => standing.finding?.phase === phase) ?? check.series[0];
  const { slowMs } = check.config;
  return series && { key: series.key, phase, targetMs: slowMs[phase] ?? slowMs.total };
};

const measuresOf = ({ good, poor, bad, durations }: Figures) => {
  const measured = good + poor + bad;
  const [p10 = 0, p25 = 0, p50 = 0, p75 = 0, p90 = 0] = durations?.quantilesUs ?? [];
  return {
    measured,
    lost: measured === 0 ? 0 : Number((bad / measured).toPrecision(2)),
    ...(durations && { quantilesMs: [p10, p25, p50, p75, p90].map(toMs) }),
  };
};

// The sketch they come from knows no more than two digits.
const toMs = (us: number): number => Number((us / 1_000).toPrecision(3));

type UsualAt = (at: Instant) => { readonly lowUs: number; readonly highUs: number } | undefined;

/** Hour by hour where an hour can be told; where it cannot, what a whole week is like. */
const usualIn = ({ from, until }: Interval, widthMs: number, usualAt: UsualAt): PublishedTimes['usual'] => {
  const isFine = widthMs < 6 * hourMs;
  const stepMs = isFine ? Math.max(hourMs, widthMs) : 7 * dayMs;
  const told = (at: Instant, one: ReturnType<UsualAt>) =>
    one === undefined ? [] : [{ at, lowMs: toMs(one.lowUs), highMs: toMs(one.highUs) }];
  if (!isFine) {
    const week = Array.from({ length: 168 }, (_, hour) => usualAt(until - hour * hourMs));
    const all = together(week.filter((one) => one !== undefined));
    return [...told(from, all), ...told(until, all)];
  }
  const count = Math.floor((until - from) / stepMs) + 1;
  const instants = [...Array.from({ length: count }, (_, index) => from + index * stepMs), until];
  return instants.flatMap((at) => told(at, usualAt(at)));
};

const together = (week: readonly { readonly lowUs: number; readonly highUs: number }[]) => {
  if (week.length === 0) return undefined;
  const mean = (values: readonly number[]) =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return { lowUs: mean(week.map(({ lowUs }) => lowUs)), highUs: mean(week.map(({ highUs }) => highUs)) };
};

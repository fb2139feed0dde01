// What a series was like over any window, from the coarsest tier that is fine enough, with exact edges from finer ones.
import type { Store } from '../app/ports.ts';
import { Bucket } from '../core/bucket.ts';
import { shares } from '../core/history.ts';
import type { Figures, SeriesHistory } from '../core/history.ts';
import { gradeOf } from './grades.ts';
import type { Raw } from './raw.ts';
import { startOf, tiersMs } from './roll-up-rows.ts';
import type { Tier } from './roll-up-rows.ts';
import { keptMs } from './roll-ups.ts';
import type { RollUps } from './roll-ups.ts';
import type { SeriesIds } from './series.ts';
import type { Sync } from './sync.ts';

/** A chart is fine enough with so many buckets, and a screen has hardly room for twice as many. */
const bucketsMin = 200;
const coarsest: Tier = 2;

interface Subject {
  /** The series as a whole, under whose id its results lie. */
  readonly series: number;
  /** The same, or one of its phases. */
  readonly id: number;
}
interface Window {
  readonly from: number;
  readonly to: number;
}
type BucketFor = (at: number) => Bucket;

export const createHistory = (
  series: SeriesIds,
  raw: Raw,
  rollUps: RollUps,
): Sync<Pick<Store, 'history'>> => {
  const { add, isKept } = createTiers(raw, rollUps);
  /** The coarsest tier with enough buckets in the window, and so many of its buckets in one that there are not twice as many. */
  const resolutionOf = (subject: Subject, from: number, to: number): { tier: Tier; widthMs: number } => {
    const kept = ([2, 1, 0] as const).filter((tier) => isKept(tier, subject, from));
    const tier = kept.find((tier) => (to - from) / tiersMs[tier] >= bucketsMin) ?? kept.at(-1) ?? 2;
    const together = Math.max(1, Math.floor((to - from) / tiersMs[tier] / bucketsMin));
    return { tier, widthMs: together * tiersMs[tier] };
  };

  return {
    history: (key, { phase = '', from, to, whole = false }) => {
      const subject = { series: series.find(key) ?? 0, id: series.find(key, phase) ?? 0 };
      const all = new Bucket();
      const damaged: Window[] = [];
      const lost = (window: Window): void => void damaged.push(window);
      const told = () => ({ all: figuresOf(all), ...(damaged.length > 0 && { damaged }) });
      if (whole) {
        add(coarsest, subject, { from, to }, () => all, lost);
        return { widthMs: to - from, ...told(), buckets: [] };
      }
      const { tier, widthMs } = resolutionOf(subject, from, to);
      const buckets: SeriesHistory['buckets'][number][] = [];
      let open: { readonly at: number; readonly bucket: Bucket } | undefined;
      const close = (): void => {
        if (open === undefined) return;
        all.merge(open.bucket);
        buckets.push({ at: open.at, ...figuresOf(open.bucket) });
      };
      // Everything is added in the order of time: what one bucket needed is garbage before the next begins.
      const bucketFor = (at: number): Bucket => {
        const start = Math.floor(at / widthMs) * widthMs;
        if (open?.at !== start) close();
        open = open?.at === start ? open : { at: start, bucket: new Bucket() };
        return open.bucket;
      };
      add(tier, subject, { from, to }, bucketFor, lost);
      close();
      return { widthMs, ...told(), buckets };
    },
  };
};

/** Reads a window of a tier and of what is below it. */
const createTiers = (raw: Raw, rollUps: RollUps) => {
  const addRaw = ({ series, id }: Subject, from: number, to: number, bucketFor: BucketFor): void => {
    for (const { at, grade, totalUs, phases } of raw.rows(series, from, to)) {
      const us = id === series ? totalUs : phases.find(([distance]) => series + distance === id)?.[1];
      if (us !== undefined) bucketFor(at).add(gradeOf(grade), us);
    }
  };
  // Whole buckets of the tier; at the edges, and where it is not rolled up yet, what is below. An edge before all that is
  // below is that of a whole bucket.
  const add = (
    tier: Tier,
    subject: Subject,
    { from, to }: Window,
    bucketFor: BucketFor,
    lost: (window: Window) => void,
  ): void => {
    const below = (from: number, to: number): void => {
      if (from >= to) return;
      const finer = finerOf(tier, subject, from);
      if (finer === undefined) addRaw(subject, from, to, bucketFor);
      else add(finer, subject, { from, to }, bucketFor, lost);
    };
    const isFiner = (from: number): boolean =>
      finerOf(tier, subject, from) !== undefined || from >= raw.keptFrom();
    const first = startOf(tier, isFiner(from) ? from + tiersMs[tier] - 1 : from);
    const last = startOf(tier, Math.min(to, rollUps.until()));
    if (first >= last) return below(from, to);
    below(from, first);
    rollUps.add(tier, subject.id, { from: first, to: last }, bucketFor, (from, to) =>
      isFiner(from) ? below(from, to) : lost({ from, to }),
    );
    below(last, to);
  };
  const isKept = (tier: Tier, { series, id }: Subject, from: number): boolean =>
    from >= rollUps.until() - keptMs[id === series ? 'whole' : 'phase'][tier];
  const finerOf = (tier: Tier, subject: Subject, from: number): Tier | undefined =>
    ([1, 0] as const).find((finer) => finer < tier && isKept(finer, subject, from));
  return { add, isKept };
};

const figuresOf = ({ counts, sumUs, minUs, maxUs, sketch }: Bucket): Figures => ({
  ...counts,
  ...(sketch.count > 0 && {
    durations: { sumUs, minUs, maxUs, quantilesUs: sketch.quantiles(shares) },
  }),
});

// The table of roll-ups: buckets of a series, or of one of its phases, in three tiers.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import { addBundle, putInto } from './bundle.ts';
import { hourMs } from './raw.ts';

/** Lengths of the tiers, the finest first; the number of a tier is its place here. */
export const tiersMs = [300_000, hourMs, 24 * hourMs] as const;
export type Tier = 0 | 1 | 2;
/** What lies in one row: so much that it stays below a quarter of a page, beyond which SQLite gives it a page of its own. */
export const bundlesMs = [hourMs, 6 * hourMs, 48 * hourMs] as const;

export const startOf = (tier: Tier, at: number): number => Math.floor(at / tiersMs[tier]) * tiersMs[tier];
const bundleStartOf = (tier: Tier, at: number): number => Math.floor(at / bundlesMs[tier]) * bundlesMs[tier];

export interface RollUpRows {
  /** Takes the place of the one that is there. */
  readonly put: (tier: Tier, series: number, from: number, bucket: Bucket) => void;
  /** Adds what a tier has of `[from, to)`, bucket by bucket, to the bucket that is asked for each by its beginning. */
  readonly add: (
    tier: Tier,
    series: number,
    window: { readonly from: number; readonly to: number },
    bucketFor: (at: number) => Bucket,
  ) => void;
  /** Sums the tier below up into the bucket that begins at `from`, if there is anything. */
  readonly sumUp: (tier: 1 | 2, from: number, series: number) => void;
}

export const createRollUpRows = (database: DatabaseSync): RollUpRows => {
  const write = database.prepare(
    `INSERT INTO bundle (tier, series, from_at, buckets) VALUES (?, ?, ?, ?)
     ON CONFLICT (tier, series, from_at) DO UPDATE SET buckets = excluded.buckets`,
  );
  const select = database.prepare(
    'SELECT from_at, buckets FROM bundle WHERE tier = ? AND series = ? AND from_at >= ? AND from_at < ?',
  );
  // As an array a row is read twice as fast.
  select.setReturnArrays(true);
  const read = (tier: Tier, series: number, from: number, to: number): readonly BundleRow[] =>
    select.all(tier, series, bundleStartOf(tier, from), to) as unknown as BundleRow[];

  const put: RollUpRows['put'] = (tier, series, from, bucket) => {
    const bundleAt = bundleStartOf(tier, from);
    const [[, bundle] = [bundleAt, nothing]] = read(tier, series, from, from + 1);
    write.run(tier, series, bundleAt, putInto(bundle, (from - bundleAt) / tiersMs[tier], bucket));
  };
  const add: RollUpRows['add'] = (tier, series, { from, to }, bucketFor) => {
    for (const [bundleAt, bundle] of read(tier, series, from, to))
      addBundle(bundle, (place) => {
        const at = bundleAt + place * tiersMs[tier];
        return at >= from && at < to ? bucketFor(at) : undefined;
      });
  };
  return {
    put,
    add,
    sumUp: (tier, from, series) => {
      let sum: Bucket | undefined;
      add(belowOf[tier], series, { from, to: from + tiersMs[tier] }, () => (sum ??= new Bucket()));
      if (sum !== undefined) put(tier, series, from, sum);
    },
  };
};

const belowOf = { 1: 0, 2: 1 } as const;
const nothing = new Uint8Array();

type BundleRow = readonly [fromAt: number, buckets: Uint8Array];

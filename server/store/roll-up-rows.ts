// The table of roll-ups: buckets of a series, or of one of its phases, in three tiers.
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { StoreError } from '../app/ports.ts';
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

const names = ['five minutes', 'hours', 'days'] as const;
const isoOf = (at: number): string => new Date(at).toISOString();

/** A row of buckets is not as it was written: a bit has flipped on the disk. */
export class DamagedBundle extends StoreError {
  readonly tier: Tier;
  readonly series: number;
  readonly from: number;

  constructor(tier: Tier, series: number, from: number) {
    super('store.corrupt', `The ${names[tier]} of series ${series} from ${isoOf(from)} on are damaged.`);
    this.tier = tier;
    this.series = series;
    this.from = from;
  }
}

/** Those that throw throw a `DamagedBundle`. */
export interface RollUpRows {
  /** Takes the place of the one that is there. Throws. */
  readonly put: (tier: Tier, series: number, from: number, bucket: Bucket) => void;
  /**
   * Adds what a tier has of `[from, to)`, bucket by bucket, to the bucket that is asked for each by its beginning. Throws,
   * unless it is said what is to be done of a time that is damaged.
   */
  readonly add: (
    tier: Tier,
    series: number,
    window: { readonly from: number; readonly to: number },
    bucketFor: (at: number) => Bucket,
    damaged?: (from: number, to: number) => void,
  ) => void;
  /** Looks at all there are, which takes seconds. */
  readonly damaged: () => Iterable<DamagedBundle>;
  /** Gives up the row that holds the bucket of `from`. */
  readonly drop: (tier: Tier, series: number, from: number) => void;
  /** Sums the tier below up into the bucket that begins at `from`, if there is anything. Throws. */
  readonly sumUp: (tier: 1 | 2, from: number, series: number) => void;
}

export const createRollUpRows = (database: DatabaseSync): RollUpRows => {
  const write = database.prepare(
    `INSERT INTO bundle (tier, series, from_at, buckets, sum) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (tier, series, from_at) DO UPDATE SET buckets = excluded.buckets, sum = excluded.sum`,
  );
  const remove = database.prepare('DELETE FROM bundle WHERE tier = ? AND series = ? AND from_at = ?');
  const select = database.prepare(
    'SELECT from_at, buckets, sum FROM bundle WHERE tier = ? AND series = ? AND from_at >= ? AND from_at < ?',
  );
  const all = database.prepare('SELECT tier, series, from_at, buckets, sum FROM bundle');
  // As an array a row is read twice as fast.
  all.setReturnArrays(true);
  select.setReturnArrays(true);
  const read = (tier: Tier, series: number, from: number, to: number): readonly BundleRow[] =>
    select.all(tier, series, bundleStartOf(tier, from), to) as unknown as BundleRow[];

  const put: RollUpRows['put'] = (tier, series, from, bucket) => {
    const bundleAt = bundleStartOf(tier, from);
    const [row] = read(tier, series, from, from + 1);
    if (row !== undefined && !isSound(tier, series, row)) throw new DamagedBundle(tier, series, bundleAt);
    const bundle = putInto(row?.[1] ?? nothing, (from - bundleAt) / tiersMs[tier], bucket);
    write.run(tier, series, bundleAt, bundle, sumOf(tier, series, bundleAt, bundle));
  };
  const add: RollUpRows['add'] = (tier, series, { from, to }, bucketFor, damaged) => {
    for (const row of read(tier, series, from, to)) {
      const [bundleAt, bundle] = row;
      if (isSound(tier, series, row))
        addBundle(bundle, (place) => {
          const at = bundleAt + place * tiersMs[tier];
          return at >= from && at < to ? bucketFor(at) : undefined;
        });
      else if (damaged === undefined) throw new DamagedBundle(tier, series, bundleAt);
      else damaged(Math.max(from, bundleAt), Math.min(to, bundleAt + bundlesMs[tier]));
    }
  };
  return {
    put,
    add,
    *damaged() {
      for (const [tier, series, ...row] of all.iterate() as Iterable<unknown> as Iterable<WholeRow>)
        if (!isSound(tier, series, row)) yield new DamagedBundle(tier, series, row[0]);
    },
    drop: (tier, series, from) => void remove.run(tier, series, bundleStartOf(tier, from)),
    sumUp: (tier, from, series) => {
      let sum: Bucket | undefined;
      add(belowOf[tier], series, { from, to: from + tiersMs[tier] }, () => (sum ??= new Bucket()));
      if (sum !== undefined) put(tier, series, from, sum);
    },
  };
};

const belowOf = { 1: 0, 2: 1 } as const;
const nothing = new Uint8Array();

/** Of rows that an older Vigie wrote there is no sum. */
type BundleRow = readonly [fromAt: number, buckets: Uint8Array, sum: number | null];

type WholeRow = readonly [tier: Tier, series: number, ...BundleRow];

/** Of the buckets and of their place, in four bytes. */
const sumOf = (tier: Tier, series: number, from: number, buckets: Uint8Array): number =>
  crc32(buckets, crc32(`${tier}/${series}/${from}`)) | 0;

/** Whether a row is as it was written. */
const isSound = (tier: Tier, series: number, [from, buckets, sum]: BundleRow): boolean =>
  sum === null || sum === sumOf(tier, series, from, buckets);

// The table of roll-ups: buckets of a series, or of one of its phases, in three tiers.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import { hourMs } from './raw.ts';

/** Lengths of the tiers, the finest first; the number of a tier is its place here. */
export const tiersMs = [300_000, hourMs, 24 * hourMs] as const;
export type Tier = 0 | 1 | 2;

export const startOf = (tier: Tier, at: number): number => Math.floor(at / tiersMs[tier]) * tiersMs[tier];

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
  /** Of each of these series, sums the tier below up into the bucket that begins at `from`, if there is anything. */
  readonly sumUp: (tier: 1 | 2, from: number, series: readonly number[]) => void;
}

export const createRollUpRows = (database: DatabaseSync): RollUpRows => {
  const insert = database.prepare(
    `INSERT INTO roll_up (tier, series, from_at, good, poor, bad, invalid, sum_us, min_us, max_us, sketch)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tier, series, from_at) DO UPDATE SET good = excluded.good, poor = excluded.poor, bad = excluded.bad,
       invalid = excluded.invalid, sum_us = excluded.sum_us, min_us = excluded.min_us, max_us = excluded.max_us,
       sketch = excluded.sketch`,
  );
  const select = database.prepare(
    `SELECT from_at, good, poor, bad, invalid, sum_us, min_us, max_us, sketch
       FROM roll_up WHERE tier = ? AND series = ? AND from_at >= ? AND from_at < ?`,
  );
  select.setReturnArrays(true);

  const put: RollUpRows['put'] = (tier, series, from, { counts, sumUs, minUs, maxUs, sketch }) => {
    const { good, poor, bad, invalid } = counts;
    const least = sketch.count === 0 ? null : minUs;
    insert.run(tier, series, from, good, poor, bad, invalid, sumUs, least, maxUs, sketch.pack());
  };
  const add: RollUpRows['add'] = (tier, series, { from, to }, bucketFor) => {
    for (const row of select.all(tier, series, from, to) as unknown as RollUpRow[])
      addRow(bucketFor(row[0]), row);
  };
  return {
    put,
    add,
    sumUp: (tier, from, series) => {
      for (const id of series) {
        let sum: Bucket | undefined;
        add(belowOf[tier], id, { from, to: from + tiersMs[tier] }, () => (sum ??= new Bucket()));
        if (sum !== undefined) put(tier, id, from, sum);
      }
    },
  };
};

const belowOf = { 1: 0, 2: 1 } as const;

/** The columns of a roll-up after its series: as an array they are read twice as fast. */
type RollUpRow = readonly [
  fromAt: number,
  good: number,
  poor: number,
  bad: number,
  invalid: number,
  sumUs: number,
  minUs: number | null,
  maxUs: number,
  sketch: Uint8Array,
];

const addRow = (bucket: Bucket, row: RollUpRow): void => {
  const [, good, poor, bad, invalid, sumUs, minUs, maxUs, sketch] = row;
  bucket.counts.good += good;
  bucket.counts.poor += poor;
  bucket.counts.bad += bad;
  bucket.counts.invalid += invalid;
  bucket.sumUs += sumUs;
  if (minUs !== null) bucket.minUs = Math.min(bucket.minUs, minUs);
  bucket.maxUs = Math.max(bucket.maxUs, maxUs);
  bucket.sketch.addPacked(sketch);
};

// Five minutes, hours and days of a series, so that a year is read as fast as a day. Each is made of what is below it, and
// can be made again at any time: to write one twice changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import type { Grade } from '../core/result.ts';
import { hourMs } from './raw.ts';
import type { Raw } from './raw.ts';
import type { ResultRow } from './block.ts';
import { gradeOf } from './grades.ts';

const dayMs = 24 * hourMs;
/** Lengths of the tiers, the finest first; the number of a tier is its place here. */
export const tiersMs = [300_000, hourMs, dayMs] as const;
export type Tier = 0 | 1 | 2;
const [fineMs] = tiersMs;
/** How long they are kept: of a series as a whole, and of its phases. */
export const keptMs = {
  whole: [9 * dayMs, 396 * dayMs, Number.POSITIVE_INFINITY],
  phase: [9 * dayMs, 35 * dayMs, 396 * dayMs],
} as const;

export interface RollUps {
  /**
   * Rolls up the oldest five minutes that are due at `now`, and the hour and the day that are over with them. False when
   * none is.
   */
  readonly next: (now: number) => boolean;
  /** A result of then was written: if its five minutes are rolled up already, they are due once more. */
  readonly reopen: (at: number) => void;
  /** Up to where everything is rolled up. */
  readonly until: () => number;
  /** Adds what a tier has of `[from, to)`, bucket by bucket, to the bucket that is asked for each by its beginning. */
  readonly add: (
    tier: Tier,
    series: number,
    window: { readonly from: number; readonly to: number },
    bucketFor: (at: number) => Bucket,
  ) => void;
}

/** A result is written this long after its probe began, at the latest; later ones open their five minutes again. */
const lateMs = 90_000;
/** So long five minutes can be opened again: as long as those of the same day are there to be added up. */
const reopenMsMax = dayMs;

export const createRollUps = (database: DatabaseSync, raw: Raw): RollUps => {
  const put = database.prepare(
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
  const allSeries = database.prepare('SELECT id FROM series');
  const mark = database.prepare(
    `INSERT INTO rolled_up (one, until_at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET until_at = excluded.until_at`,
  );
  const marked = database.prepare('SELECT until_at FROM rolled_up');
  const reopen = database.prepare('INSERT INTO reopened (from_at) VALUES (?) ON CONFLICT DO NOTHING');
  const oldestReopened = database.prepare('SELECT min(from_at) AS at FROM reopened WHERE from_at >= ?');
  const close = database.prepare('DELETE FROM reopened WHERE from_at <= ?');
  const firstFrom = database.prepare('SELECT min(started_at) AS at FROM result WHERE started_at >= ?');

  const until = (): number => Number(marked.get()?.until_at ?? 0);
  const add: RollUps['add'] = (tier, series, { from, to }, bucketFor) => {
    for (const row of select.all(tier, series, from, to) as unknown as RollUpRow[])
      addRow(bucketFor(row[0]), row);
  };
  const write = (tier: Tier, series: number, from: number, bucket: Bucket): void => {
    const { counts, sumUs, minUs, maxUs, sketch } = bucket;
    const { good, poor, bad, invalid } = counts;
    const least = sketch.count === 0 ? null : minUs;
    put.run(tier, series, from, good, poor, bad, invalid, sumUs, least, maxUs, sketch.pack());
  };
  const rollUp = (from: number): readonly number[] => {
    const rolledUp: number[] = [];
    for (const [series, rows] of raw.all(from, from + fineMs))
      for (const [id, bucket] of bucketsOf(series, rows)) {
        write(0, id, from, bucket);
        rolledUp.push(id);
      }
    return rolledUp;
  };
  const sumUp = (tier: 1 | 2, from: number, series: readonly number[]): void => {
    for (const id of series) {
      const sum = new Bucket();
      let isEmpty = true;
      add((tier - 1) as Tier, id, { from, to: from + tiersMs[tier] }, () => {
        isEmpty = false;
        return sum;
      });
      if (!isEmpty) write(tier, id, from, sum);
    }
  };
  const every = () => allSeries.all().map(({ id }) => Number(id));

  return {
    until,
    add,
    reopen: (at) => {
      if (at < until()) reopen.run(startOf(0, at));
    },
    next: (now) => {
      const reopened = oldestReopened.get(now - reopenMsMax)?.at;
      if (typeof reopened === 'number') {
        const series = rollUp(reopened);
        // What is not over yet is summed up when it is.
        for (const tier of [1, 2] as const) {
          const from = startOf(tier, reopened);
          if (from + tiersMs[tier] <= startOf(tier, until())) sumUp(tier, from, series);
        }
        close.run(reopened);
        return true;
      }
      const before = until();
      const first = firstFrom.get(before)?.at;
      if (typeof first !== 'number') return false;
      const from = startOf(0, first);
      if (from + fineMs + lateMs > now) return false;
      rollUp(from);
      // Most often these five minutes have ended it; after time without results, the ones before did.
      for (const tier of [1, 2] as const)
        for (const at of new Set([startOf(tier, before), startOf(tier, from)]))
          if (at + tiersMs[tier] > before && at + tiersMs[tier] <= from + fineMs) sumUp(tier, at, every());
      mark.run(from + fineMs);
      return true;
    },
  };
};

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

export const startOf = (tier: Tier, at: number): number => Math.floor(at / tiersMs[tier]) * tiersMs[tier];

/** What rows add up to: of the series as a whole, and of each of its phases by the id of that. */
export const bucketsOf = (series: number, rows: readonly ResultRow[]): ReadonlyMap<number, Bucket> => {
  const buckets = new Map<number, Bucket>([[series, new Bucket()]]);
  const bucketFor = (id: number): Bucket => {
    const bucket = buckets.get(id) ?? new Bucket();
    buckets.set(id, bucket);
    return bucket;
  };
  for (const { grade: number, totalUs, phases } of rows) {
    const grade: Grade = gradeOf(number);
    bucketFor(series).add(grade, totalUs);
    for (const [distance, us] of phases) bucketFor(series + distance).add(grade, us);
  }
  return buckets;
};

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

// Five minutes, hours and days of a series, so that a year is read as fast as a day. Each is made of what is below it, and
// can be made again at any time: to write one twice changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import type { Grade } from '../core/result.ts';
import { hourMs } from './raw.ts';
import type { Raw } from './raw.ts';
import type { ResultRow } from './block.ts';
import { gradeOf } from './grades.ts';
import { createRollUpRows, startOf, tiersMs } from './roll-up-rows.ts';
import type { RollUpRows } from './roll-up-rows.ts';

const dayMs = 24 * hourMs;
const [fineMs] = tiersMs;
/** How long they are kept: of a series as a whole, and of its phases. */
export const keptMs = {
  whole: [9 * dayMs, 396 * dayMs, Number.POSITIVE_INFINITY],
  phase: [9 * dayMs, 35 * dayMs, 396 * dayMs],
} as const;

export interface RollUps extends Pick<RollUpRows, 'add'> {
  /**
   * Rolls up the oldest five minutes that are due at `now`, and the hour and the day that are over with them. False when
   * none is.
   */
  readonly next: (now: number) => boolean;
  /** A result of then was written: if its five minutes are rolled up already, they are due once more. */
  readonly reopen: (at: number) => void;
  /** Up to where everything is rolled up. */
  readonly until: () => number;
}

/** A result is written this long after its probe began, at the latest; later ones open their five minutes again. */
const lateMs = 90_000;
/** So long five minutes can be opened again: as long as those of the same day are there to be added up. */
const reopenMsMax = dayMs;

export const createRollUps = (database: DatabaseSync, raw: Raw): RollUps => {
  const rows = createRollUpRows(database);
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
  const rollUp = (from: number): readonly number[] => {
    const rolledUp: number[] = [];
    for (const [series, results] of raw.all(from, from + fineMs))
      for (const [id, bucket] of bucketsOf(series, results)) {
        rows.put(0, id, from, bucket);
        rolledUp.push(id);
      }
    return rolledUp;
  };
  const every = () => allSeries.all().map(({ id }) => Number(id));

  return {
    until,
    add: rows.add,
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
          if (from + tiersMs[tier] <= until()) rows.sumUp(tier, from, series);
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
          if (at + tiersMs[tier] > before && at + tiersMs[tier] <= from + fineMs)
            rows.sumUp(tier, at, every());
      mark.run(from + fineMs);
      return true;
    },
  };
};

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

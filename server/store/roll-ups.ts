// Five minutes, hours and days of a series, so that a year is read as fast as a day. Each is made of what is below it, and
// can be made again at any time: to write one twice changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import type { Grade } from '../core/result.ts';
import { hourMs, numberOf } from './raw.ts';
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
  const firstSealedFrom = database.prepare('SELECT min(hour_at) AS at FROM sealed WHERE hour_at >= ?');

  const until = (): number => Number(marked.get()?.until_at ?? 0);
  const rollUp = (from: number, to: number): readonly number[] => {
    const rolledUp: number[] = [];
    for (const [series, results] of raw.all(from, to))
      for (const [start, inside] of Map.groupBy(results, ({ at }) => startOf(0, at)))
        for (const [id, bucket] of bucketsOf(series, inside)) {
          rows.put(0, id, start, bucket);
          rolledUp.push(id);
        }
    return rolledUp;
  };
  // What is sealed was rolled up before: it is only due when roll-ups were given up, to be made once more.
  const dueAfter = (before: number): { readonly from: number; readonly to: number } | undefined => {
    const [first, hour] = [firstFrom.get(before)?.at, firstSealedFrom.get(before)?.at].map(numberOf);
    if (hour !== undefined && hour <= (first ?? hour)) return { from: hour, to: hour + hourMs };
    return first === undefined ? undefined : { from: startOf(0, first), to: startOf(0, first) + fineMs };
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
        const series = rollUp(reopened, reopened + fineMs);
        // What is not over yet is summed up when it is.
        for (const tier of [1, 2] as const) {
          const from = startOf(tier, reopened);
          if (from + tiersMs[tier] <= until()) rows.sumUp(tier, from, series);
        }
        close.run(reopened);
        return true;
      }
      const before = until();
      const due = dueAfter(before);
      if (due === undefined || due.to + lateMs > now) return false;
      rollUp(due.from, due.to);
      // Most often what was due has ended it; after time without results, what was before did.
      for (const tier of [1, 2] as const)
        for (const at of new Set([startOf(tier, before), startOf(tier, due.from)]))
          if (at + tiersMs[tier] > before && at + tiersMs[tier] <= due.to) rows.sumUp(tier, at, every());
      mark.run(due.to);
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

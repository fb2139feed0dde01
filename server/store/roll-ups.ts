// Five minutes, hours and days of a series, so that a year is read as fast as a day. Each is made of what is below it, and
// can be made again at any time: to write one twice changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import type { Grade } from '../core/result.ts';
import { hourMs, numberOf } from './raw.ts';
import type { Raw } from './raw.ts';
import type { ResultRow } from './block.ts';
import { gradeOf } from './grades.ts';
import { DamagedBundle, bundlesMs, createRollUpRows, startOf, tiersMs } from './roll-up-rows.ts';
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
   * Rolls up a slice of the oldest five minutes that are due at `now`, and of the hour and the day that are over with them.
   * False when none is.
   */
  readonly next: (now: number) => boolean;
  /** A result of then was written: if its five minutes are rolled up already, they are due once more. */
  readonly reopen: (at: number) => void;
  /** A transaction was undone, which may have been that of a slice: what is under way begins once more. */
  readonly forget: () => void;
  /** Up to where everything is rolled up. */
  readonly until: () => number;
}

/** A result is written this long after its probe began, at the latest; later ones open their five minutes again. */
const lateMs = 90_000;
/**
 * So long five minutes can be opened again: as long as those of the same day are there to be added up. What came later stays
 * noted, as long as there are results of then: they are more than what is told of them.
 */
const reopenMsMax = dayMs;
/** So many buckets are written in one slice: some twenty milliseconds, in which a commit waits. */
const sliceBucketsMax = 250;

/** Five minutes or more, slice by slice. Nothing counts before the end: after a crash all of it is done once more. */
interface UnderWay {
  readonly from: number;
  readonly to: number;
  readonly slices: Iterator<void>;
}

export const createRollUps = (database: DatabaseSync, raw: Raw): RollUps => {
  const rows = createRollUpRows(database);
  const slices = createSlices(raw, rows, () => Math.max(until(), underWay?.to ?? 0));
  const allSeries = database.prepare('SELECT id FROM series');
  const mark = database.prepare(
    `INSERT INTO rolled_up (one, until_at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET until_at = excluded.until_at`,
  );
  const marked = database.prepare('SELECT until_at FROM rolled_up');
  const reopen = database.prepare('INSERT INTO reopened (from_at) VALUES (?) ON CONFLICT DO NOTHING');
  const oldestReopened = database.prepare('SELECT min(from_at) AS at FROM reopened WHERE from_at >= ?');
  const close = database.prepare('DELETE FROM reopened WHERE from_at = ?');
  const dueAfter = createDueAfter(database);

  const until = (): number => Number(marked.get()?.until_at ?? 0);
  let underWay: UnderWay | undefined;
  /** A result has come in since that belongs to it. */
  let isLate = false;
  const again = function* (from: number): Generator<void> {
    const series = yield* slices.rollUp(from, from + fineMs);
    // What is not over yet is summed up when it is.
    for (const tier of [1, 2] as const) {
      const at = startOf(tier, from);
      if (at + tiersMs[tier] <= until()) yield* slices.sumUp(tier, at, series);
    }
    if (!isLate) close.run(from);
  };
  const due = function* (from: number, to: number): Generator<void> {
    const before = until();
    yield* slices.rollUp(from, to);
    // Most often what was due has ended it; after time without results, what was before did.
    for (const tier of [1, 2] as const)
      for (const at of new Set([startOf(tier, before), startOf(tier, from)]))
        if (at + tiersMs[tier] > before && at + tiersMs[tier] <= to) yield* slices.sumUp(tier, at, every());
    mark.run(to);
  };
  const every = () => allSeries.all().map(({ id }) => Number(id));

  const begin = (now: number): UnderWay | undefined => {
    isLate = false;
    const from = oldestReopened.get(now - reopenMsMax)?.at;
    if (typeof from === 'number') return { from, to: from + fineMs, slices: again(from) };
    const window = dueAfter(until());
    if (window === undefined || window.to + lateMs > now) return undefined;
    return { ...window, slices: due(window.from, window.to) };
  };

  return {
    until,
    add: rows.add,
    reopen: (at) => {
      const isUnderWay = underWay !== undefined && at >= underWay.from && at < underWay.to;
      if (isUnderWay || at < until()) reopen.run(startOf(0, at));
      isLate ||= isUnderWay;
    },
    next: (now) => {
      underWay ??= begin(now);
      if (underWay === undefined) return false;
      slices.begin();
      if (underWay.slices.next().done === true) underWay = undefined;
      return true;
    },
    forget: () => {
      underWay = undefined;
    },
  };
};

/** Finds the first results that are not rolled up, and answers which time is to be. */
const createDueAfter = (database: DatabaseSync) => {
  const firstFrom = database.prepare('SELECT min(started_at) AS at FROM result WHERE started_at >= ?');
  const firstSealedFrom = database.prepare('SELECT min(hour_at) AS at FROM sealed WHERE hour_at >= ?');
  return (before: number): Pick<UnderWay, 'from' | 'to'> | undefined => {
    const [first, hour] = [firstFrom.get(before)?.at, firstSealedFrom.get(before)?.at].map(numberOf);
    // What is sealed was rolled up before: it is only due when roll-ups were given up, to be made once more.
    if (hour !== undefined && hour <= (first ?? hour)) return { from: hour, to: hour + hourMs };
    return first === undefined ? undefined : { from: startOf(0, first), to: startOf(0, first) + fineMs };
  };
};

/** Writes bucket after bucket, and pauses where a slice has become long enough. */
const createSlices = (raw: Raw, rows: RollUpRows, writtenUntil: () => number) => {
  const mended = createMending(raw, rows, writtenUntil);
  let written = 0;
  const isOver = (): boolean => ++written >= sliceBucketsMax;
  return {
    begin: (): void => {
      written = 0;
    },
    /** Answers which series, and which phases, it found. */
    *rollUp(from: number, to: number): Generator<void, readonly number[]> {
      const rolledUp: number[] = [];
      for (const [series, results] of raw.all(from, to))
        for (const [start, inside] of Map.groupBy(results, ({ at }) => startOf(0, at)))
          for (const [id, bucket] of bucketsOf(series, inside)) {
            mended(() => rows.put(0, id, start, bucket));
            rolledUp.push(id);
            if (isOver()) yield;
          }
      return rolledUp;
    },
    *sumUp(tier: 1 | 2, from: number, series: readonly number[]): Generator<void> {
      for (const id of series) {
        mended(() => rows.sumUp(tier, from, id));
        if (isOver()) yield;
      }
    },
  };
};

/** Does what needs sound bundles. One that is damaged is made once more, of what is below it. */
const createMending = (raw: Raw, rows: RollUpRows, writtenUntil: () => number) => {
  const remake = ({ tier, series, from }: DamagedBundle): void => {
    rows.drop(tier, series, from);
    const to = Math.min(from + bundlesMs[tier], writtenUntil());
    if (tier !== 0)
      for (let at = from; at + tiersMs[tier] <= to; at += tiersMs[tier])
        mended(() => rows.sumUp(tier, at, series));
    else
      for (const [whole, results] of raw.all(from, to))
        for (const [start, inside] of Map.groupBy(results, ({ at }) => startOf(0, at))) {
          const bucket = bucketsOf(whole, inside).get(series);
          if (bucket !== undefined) rows.put(0, series, start, bucket);
        }
  };
  const mended = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof DamagedBundle)) throw error;
      remake(error);
      mended(work);
    }
  };
  return mended;
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

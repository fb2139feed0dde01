// Adds results from before everything that there is of their series: as if they had been measured then, sealed and rolled up.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import type { Result } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import { packBlock } from './block.ts';
import type { ResultRow } from './block.ts';
import { transaction } from './database.ts';
import { storeError } from './errors.ts';
import { gradeNumber } from './grades.ts';
import { createRaw, hourMs, hourOf } from './raw.ts';
import { createResults } from './results.ts';
import { createRollUpRows, startOf, tiersMs } from './roll-up-rows.ts';
import { bucketsOf, createRollUps, keptMs } from './roll-ups.ts';
import { createSealing } from './sealing.ts';
import { createSeriesIds } from './series.ts';

export interface Importing {
  /** Where that begins which there is of a series, measured or rolled up; nothing, when there is none. */
  readonly oldestOf: (series: SeriesKey) => Instant | undefined;
  readonly isThere: (series: SeriesKey, at: Instant) => boolean;
  /** Of before `oldestOf`, and each of a series later than the one before it: nothing is looked for twice. */
  readonly add: (result: Result) => void;
  /** What was added last is kept only after this. */
  readonly finish: () => void;
}

export interface Kept {
  readonly now: Instant;
  /** Of what is older, only what it adds up to is kept. */
  readonly resultsMs: number;
  readonly evidenceMs: number;
}

/** Held in memory before they are written: some ten megabytes. */
const pendingMax = 20_000;
/** Younger hours may still get results: they are left as those are, to be rolled up and sealed by whoever watches. */
const freshMs = 2 * hourMs;

/** All that `work` adds is kept when it answers, and nothing when it throws. Throws a `StoreError`, or what `work` does. */
export const importInto = <Answer>(
  database: DatabaseSync,
  kept: Kept,
  work: (importing: Importing) => Answer,
): Answer => {
  try {
    return transaction(database, 'writing', () => work(createImporting(database, kept)));
  } catch (error) {
    throw Object(error).code === 'ERR_SQLITE_ERROR' ? storeError(error) : error;
  }
};

const inOrder = (rows: readonly ResultRow[]): readonly ResultRow[] => rows.toSorted((a, b) => a.at - b.at);

const createImporting = (database: DatabaseSync, { now, resultsMs, evidenceMs }: Kept): Importing => {
  const series = createSeriesIds(database);
  const raw = createRaw(database);
  const looking = createLooking(database);
  const rollUps = createRollUps(database, raw);
  const fresh = createResults(database, series, { raw, sealing: createSealing(database, raw), rollUps });
  const seal = database.prepare(
    `INSERT INTO sealed (series, hour_at, block) VALUES (?, ?, ?)
     ON CONFLICT (series, hour_at) DO UPDATE SET block = excluded.block`,
  );
  const keepEvidence = database.prepare(
    'INSERT INTO evidence (started_at, series, evidence, facts) VALUES (?, ?, ?, ?)',
  );
  const addUp = createAddingUp(database, rollUps.until(), now);
  const pending = new Map<number, Result[]>();
  let count = 0;

  const rowOf = (id: number, result: Result): ResultRow => {
    const phases = Object.entries(result.phasesUs).map(
      ([phase, us]) => [series.idOf(result.series, phase) - id, us] as const,
    );
    return {
      at: result.at,
      grade: gradeNumber(result.grade),
      cause: result.cause ?? null,
      totalUs: result.totalUs,
      phases,
    };
  };
  const write = (id: number, results: readonly Result[]): void => {
    const rows = results.map((result) => rowOf(id, result));
    for (const [hourAt, inside] of Map.groupBy(rows, ({ at }) => hourOf(at)))
      if (hourAt > now - resultsMs)
        seal.run(id, hourAt, packBlock(hourAt, inOrder([...raw.sealed(id, hourAt), ...inside])));
    for (const { at, evidence, facts } of results)
      if (evidence !== undefined && at > now - evidenceMs)
        keepEvidence.run(at, id, evidence, JSON.stringify(facts));
    addUp(id, rows);
  };
  const finish = (): void => {
    for (const [id, results] of pending) write(id, results);
    pending.clear();
    count = 0;
  };
  return {
    ...looking,
    add: (result) => {
      if (hourOf(result.at) + freshMs > now) return fresh.append(result);
      const id = series.idOf(result.series);
      const results = pending.get(id) ?? [];
      results.push(result);
      pending.set(id, results);
      count += 1;
      if (count >= pendingMax) finish();
    },
    finish,
  };
};

/** Adds to what is rolled up already, for of that there may be no results any more. */
const createAddingUp = (database: DatabaseSync, until: Instant, now: Instant) => {
  const rollUps = createRollUpRows(database);
  return (series: number, rows: readonly ResultRow[]): void => {
    for (const tier of [0, 1, 2] as const)
      for (const [from, inside] of Map.groupBy(rows, ({ at }) => startOf(tier, at))) {
        // Nothing is rolled up where nothing was measured yet: the first who watches begins now.
        const isOld = from < (until || now) - keptMs.whole[tier];
        // What is not over where the others are will be summed up with them.
        const isUnderWay = tier > 0 && from < until && from + tiersMs[tier] > until;
        if (isOld || isUnderWay) continue;
        for (const [id, bucket] of bucketsOf(series, inside)) {
          rollUps.add(tier, id, { from, to: from + tiersMs[tier] }, () => bucket);
          rollUps.put(tier, id, from, bucket);
        }
      }
  };
};

const createLooking = (database: DatabaseSync): Pick<Importing, 'oldestOf' | 'isThere'> => {
  const series = createSeriesIds(database);
  const raw = createRaw(database);
  const rollUps = createRollUpRows(database);
  let hour:
    | { readonly series: number; readonly at: number; readonly instants: ReadonlySet<number> }
    | undefined;
  return {
    oldestOf: (key) => {
      const id = series.find(key);
      if (id === undefined) return undefined;
      let oldest: Instant | undefined;
      let window = { from: 0, to: Number.MAX_SAFE_INTEGER };
      // A day holds hours, and they hold less: each tier says more exactly where it begins, as far back as it reaches.
      for (const tier of [2, 1, 0] as const) {
        let first: Instant | undefined;
        const unused = new Bucket();
        rollUps.add(tier, id, window, (at) => {
          first = Math.min(first ?? at, at);
          return unused;
        });
        if (first === undefined) continue;
        oldest = first;
        window = { from: first, to: first + tiersMs[tier] };
      }
      return raw.rows(id, window.from, window.to)[0]?.at ?? oldest;
    },
    // Those of an hour are asked for one after the other.
    isThere: (key, at) => {
      const id = series.find(key) ?? 0;
      if (hour?.series !== id || hour.at !== hourOf(at)) {
        const rows = raw.rows(id, hourOf(at), hourOf(at) + hourMs);
        hour = { series: id, at: hourOf(at), instants: new Set(rows.map((row) => row.at)) };
      }
      return hour.instants.has(at);
    },
  };
};

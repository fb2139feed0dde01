// Results and their evidence.
import type { DatabaseSync } from 'node:sqlite';
import type { Cause, Facts, SelfCause } from '../../checks/lib/outcome.ts';
import type { Store } from '../app/ports.ts';
import type { Grade, Result } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import { packPairs, unpackPairs } from './phases.ts';
import type { Row } from './rows.ts';
import type { SeriesIds } from './series.ts';
import type { Sync } from './sync.ts';

/** As written; a number is never given another meaning. */
const gradeNumbers = { good: 0, poor: 1, bad: 2, invalid: 3 } as const satisfies Record<Grade, number>;
const grades: readonly Grade[] = ['good', 'poor', 'bad', 'invalid'];

/** Of how many results, the newest first, `newest` looks for the last one of each series that counted. */
const newestOfMax = 200_000;

export interface Results extends Sync<Pick<Store, 'results'>> {
  /** A result that is already there stays as it is: history is not written twice. */
  readonly append: (result: Result) => void;
  readonly newest: (now: Instant) => readonly { readonly series: SeriesKey; readonly at: Instant }[];
}

export const createResults = (database: DatabaseSync, series: SeriesIds): Results => {
  const insert = database.prepare(
    `INSERT INTO result (started_at, series, grade, cause, total_us, phases) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (started_at, series) DO NOTHING`,
  );
  const insertEvidence = database.prepare(
    `INSERT INTO evidence (started_at, series, evidence, facts) VALUES (?, ?, ?, ?)
     ON CONFLICT (started_at, series) DO NOTHING`,
  );
  const newest = database.prepare(
    `SELECT series, max(started_at) AS at
       FROM (SELECT series, started_at, grade FROM result
              WHERE started_at <= ? ORDER BY started_at DESC LIMIT ${newestOfMax})
      WHERE grade <> ${gradeNumbers.invalid}
      GROUP BY series`,
  );
  const select = database.prepare(
    `SELECT result.started_at, grade, cause, total_us, phases, evidence, facts
       FROM result LEFT JOIN evidence USING (started_at, series)
      WHERE series = ? AND started_at >= ? AND started_at < ?
      ORDER BY started_at LIMIT ?`,
  );

  const pack = (id: number, { series: key, phasesUs }: Result): Uint8Array =>
    // A phase is named after its series when that is first seen, so the distance between the two ids is a small number.
    packPairs(Object.entries(phasesUs).map(([phase, us]) => [series.idOf(key, phase) - id, us]));
  const unpack = (id: number, bytes: Uint8Array): Readonly<Record<string, number>> =>
    Object.fromEntries(unpackPairs(bytes).map(([distance, us]) => [series.phaseOf(id + distance), us]));

  return {
    append: (result) => {
      const { at, grade, cause = null, totalUs, evidence, facts } = result;
      const id = series.idOf(result.series);
      const { changes } = insert.run(at, id, gradeNumbers[grade], cause, totalUs, pack(id, result));
      if (changes === 1 && evidence !== undefined)
        insertEvidence.run(at, id, evidence, JSON.stringify(facts));
    },
    newest: (now) =>
      newest.all(now).map((row) => ({ series: series.keyOf(Number(row.series)), at: Number(row.at) })),
    results: (key, { from, to, limit }) => {
      const id = series.find(key);
      if (id === undefined) return [];
      const rows = select.all(id, from, to, limit);
      return rows.map((row) => resultOf(key, unpack(id, row.phases as Uint8Array), row));
    },
  };
};

const resultOf = (series: SeriesKey, phasesUs: Readonly<Record<string, number>>, row: Row): Result => ({
  series,
  at: Number(row.started_at),
  grade: grades[Number(row.grade)] ?? 'invalid',
  totalUs: Number(row.total_us),
  phasesUs,
  facts: row.facts === null ? {} : (JSON.parse(String(row.facts)) as Facts),
  ...(row.cause !== null && { cause: String(row.cause) as Cause | SelfCause }),
  ...(row.evidence !== null && { evidence: String(row.evidence) }),
});

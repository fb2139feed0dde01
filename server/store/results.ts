// Results and their evidence.
import type { DatabaseSync } from 'node:sqlite';
import type { Cause, Facts, SelfCause } from '../../checks/lib/outcome.ts';
import type { Store } from '../app/ports.ts';
import type { Result } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import type { ResultRow } from './block.ts';
import { gradeNumber, gradeOf } from './grades.ts';
import { packPairs } from './phases.ts';
import type { Phases } from './phases.ts';
import type { Raw } from './raw.ts';
import type { RollUps } from './roll-ups.ts';
import type { Sealing } from './sealing.ts';
import type { Row } from './rows.ts';
import type { SeriesIds } from './series.ts';
import type { Sync } from './sync.ts';

/** Of how many results, the newest first, `newest` looks for the last one of each series that counted. */
const newestOfMax = 200_000;

export interface Results extends Sync<Pick<Store, 'results'>> {
  /** A result that is already there stays as it is: history is not written twice. */
  readonly append: (result: Result) => void;
  readonly newest: (now: Instant) => readonly { readonly series: SeriesKey; readonly at: Instant }[];
}

/** What becomes of results. */
interface Condensed {
  readonly raw: Raw;
  readonly sealing: Pick<Sealing, 'isSealed'>;
  readonly rollUps: Pick<RollUps, 'reopen'>;
}

export const createResults = (
  database: DatabaseSync,
  series: SeriesIds,
  { raw, sealing, rollUps }: Condensed,
): Results => {
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
      WHERE grade <> ${gradeNumber('invalid')}
      GROUP BY series`,
  );
  const selectEvidence = database.prepare(
    'SELECT started_at, evidence, facts FROM evidence WHERE started_at >= ? AND started_at < ? AND series = ?',
  );

  const pack = (id: number, { series: key, phasesUs }: Result): Uint8Array =>
    // A phase is named after its series when that is first seen, so the distance between the two ids is a small number.
    packPairs(Object.entries(phasesUs).map(([phase, us]) => [series.idOf(key, phase) - id, us]));
  const named = (id: number, phases: Phases): Readonly<Record<string, number>> =>
    Object.fromEntries(phases.map(([distance, us]) => [series.phaseOf(id + distance), us]));

  return {
    append: (result) => {
      const { at, grade, cause = null, totalUs, evidence, facts } = result;
      const id = series.idOf(result.series);
      if (sealing.isSealed(id, at)) return;
      const { changes } = insert.run(at, id, gradeNumber(grade), cause, totalUs, pack(id, result));
      if (changes === 1 && evidence !== undefined)
        insertEvidence.run(at, id, evidence, JSON.stringify(facts));
      rollUps.reopen(at);
    },
    newest: (now) =>
      newest.all(now).map((row) => ({ series: series.keyOf(Number(row.series)), at: Number(row.at) })),
    results: (key, { from, to, limit }) => {
      const id = series.find(key);
      if (id === undefined) return [];
      const rows = raw.rows(id, from, to).slice(0, limit);
      const until = (rows.at(-1)?.at ?? from) + 1;
      const evidence = new Map(
        selectEvidence.all(from, until, id).map((row) => [Number(row.started_at), evidenceOf(row)]),
      );
      return rows.map((row) => ({
        ...resultOf(key, row),
        phasesUs: named(id, row.phases),
        ...evidence.get(row.at),
      }));
    },
  };
};

const resultOf = (series: SeriesKey, { at, grade, cause, totalUs }: ResultRow): Result => ({
  series,
  at,
  grade: gradeOf(grade),
  totalUs,
  phasesUs: {},
  facts: {},
  ...(cause !== null && { cause: cause as Cause | SelfCause }),
});

const evidenceOf = ({ evidence, facts }: Row): Pick<Result, 'facts' | 'evidence'> => ({
  facts: JSON.parse(String(facts)) as Facts,
  evidence: String(evidence),
});

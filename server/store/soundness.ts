// Whether a database is sound: the file itself, and what must be true of its contents. Every simulated world ends with
// a look at its own, so that what is asked here of a copy holds whatever has happened to it.
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../core/bucket.ts';
import { grades } from '../core/result.ts';
import type { ResultRow } from './block.ts';
import { gradeOf } from './grades.ts';
import { createRaw, hourMs } from './raw.ts';
import { createRollUpRows } from './roll-up-rows.ts';

type Counts = Bucket['counts'];

export interface Look {
  /** What is looked at: `sealed results`. */
  readonly what: string;
  /** Sentences; none when it is sound. */
  readonly problems: readonly string[];
}

/** Of one kind of problem so many are told. */
const problemsMax = 20;

/** One look after the other, each of which may take seconds. It changes nothing. */
export const looksAt = function* (database: DatabaseSync): Generator<Look> {
  yield { what: 'the file', problems: file(database) };
  yield { what: 'references', problems: references(database) };
  yield { what: 'outages', problems: [...outages(database), ...within(database), ...ends(database)] };
  // An older Vigie had none, or no sums of them.
  if (database.prepare("SELECT 1 FROM pragma_table_info('bundle') WHERE name = 'sum'").get() === undefined)
    return;
  yield { what: 'what results add up to', problems: bundles(database) };
  yield { what: 'sealed results and what they add up to', problems: sealed(database) };
};

const file = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(`PRAGMA integrity_check(${problemsMax})`)
    .all()
    .map((row) => String(row.integrity_check))
    .filter((line) => line !== 'ok');

const references = (database: DatabaseSync): readonly string[] =>
  database
    .prepare('PRAGMA foreign_key_check')
    .all()
    .slice(0, problemsMax)
    .map(({ table, parent }) => `a row of ${String(table)} points at none of ${String(parent)}`);

// What goes on is not told as well: neither in its newest span, nor by an outage of another kind.
const outages = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(
      `SELECT id, (SELECT state FROM span WHERE span.kind = outage.kind AND span.subject = outage.subject
                    ORDER BY since_at DESC LIMIT 1) AS now
         FROM outage WHERE ended_at IS NULL AND now IS NOT outage.state AND now IS NOT 'unknown' LIMIT ${problemsMax}`,
    )
    .all()
    .map(({ id, now }) => `the outage ${String(id)} goes on, but its subject is ${String(now)}`);

// Nor was it meanwhile.
const within = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(
      `SELECT id, span.state AS state, since_at FROM outage JOIN span USING (kind, subject)
        WHERE since_at >= started_at AND since_at < coalesce(ended_at, ${farAway})
          AND span.state NOT IN (outage.state, 'unknown') LIMIT ${problemsMax}`,
    )
    .all()
    .map(
      ({ id, state, since_at: at }) =>
        `in the outage ${String(id)} its subject is ${String(state)} since ${new Date(Number(at)).toISOString()}`,
    );

const ends = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(
      `SELECT id, before, ended_at < started_at AS is_turned
         FROM (SELECT *, lag(id) OVER past AS before, lag(coalesce(ended_at, started_at + 1)) OVER past AS until_at
                 FROM outage WINDOW past AS (PARTITION BY kind, subject ORDER BY started_at, coalesce(ended_at, ${farAway})))
        WHERE ended_at < started_at OR until_at > started_at LIMIT ${problemsMax}`,
    )
    .all()
    .map(({ id, before, is_turned: isTurned }) =>
      isTurned === 1
        ? `the outage ${String(id)} ends before it begins`
        : `the outage ${String(id)} begins before ${String(before)} has ended`,
    );

const farAway = Number.MAX_SAFE_INTEGER;

const bundles = (database: DatabaseSync): readonly string[] => {
  const problems: string[] = [];
  for (const { message } of createRollUpRows(database).damaged()) {
    problems.push(`${message.slice(0, 1).toLowerCase()}${message.slice(1, -1)}`);
    if (problems.length >= problemsMax) break;
  }
  return problems;
};

const sealed = (database: DatabaseSync): readonly string[] => {
  const hours = database.prepare('SELECT series, hour_at FROM sealed ORDER BY id');
  const [raw, told] = [createRaw(database), createTold(database)];
  const problems: string[] = [];
  for (const { series: id, hour_at: hour } of hours.iterate()) {
    const [series, hourAt] = [Number(id), Number(hour)];
    const place = `the hour from ${new Date(hourAt).toISOString()} of series ${series}`;
    // With those that came late, and are not in the block yet.
    const results = unlessDamaged(() => raw.rows(series, hourAt, hourAt + hourMs));
    const counts = unlessDamaged(() => told(series, hourAt));
    if (results === 'damaged') problems.push(`the results of ${place} are damaged`);
    else if (counts !== undefined && counts !== 'damaged' && !isSumOf(counts, results))
      problems.push(`the results of ${place} do not add up to what is told of it`);
    if (problems.length >= problemsMax) break;
  }
  return problems;
};

const isSumOf = (counts: Counts, results: readonly ResultRow[]): boolean =>
  grades.every((grade) => results.filter((row) => gradeOf(row.grade) === grade).length === counts[grade]);

/** What an hour is told to have been; nothing, when it is not rolled up, or is to be once more, or some of it came too late. */
const createTold = (database: DatabaseSync) => {
  const reopened = database.prepare('SELECT 1 FROM reopened WHERE from_at >= ? AND from_at < ?');
  const rows = createRollUpRows(database);
  return (series: number, from: number): Counts | undefined => {
    const to = from + hourMs;
    let told: Bucket | undefined;
    rows.add(1, series, { from, to }, () => (told ??= new Bucket()));
    return reopened.get(from, to) === undefined ? told?.counts : undefined;
  };
};

const unlessDamaged = <Answer>(read: () => Answer): Answer | 'damaged' => {
  try {
    return read();
  } catch {
    return 'damaged';
  }
};

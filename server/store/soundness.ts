// Whether a database is sound: the file itself, and what must be true of its contents.
import type { DatabaseSync } from 'node:sqlite';
import { unpackBlock } from './block.ts';
import { gradeNumber } from './grades.ts';

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
  yield { what: 'outages', problems: outages(database) };
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

const sealed = (database: DatabaseSync): readonly string[] => {
  // An older Vigie sealed nothing.
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sealed'").get() === undefined) return [];
  const blocks = database.prepare('SELECT series, hour_at, block FROM sealed ORDER BY id');
  const hour = database.prepare(
    `SELECT good, poor, bad, invalid FROM roll_up WHERE tier = 1 AND series = ? AND from_at = ?
       AND NOT EXISTS (SELECT 1 FROM reopened WHERE reopened.from_at BETWEEN roll_up.from_at AND roll_up.from_at + 3599999)`,
  );
  const problems: string[] = [];
  for (const { series, hour_at: at, block } of blocks.iterate()) {
    const place = `the hour from ${new Date(Number(at)).toISOString()} of series ${Number(series)}`;
    try {
      const counts = [0, 0, 0, 0];
      for (const { grade } of unpackBlock(Number(at), block as Uint8Array))
        counts[grade] = (counts[grade] ?? 0) + 1;
      const told = hour.get(Number(series), Number(at));
      const isTold = (['good', 'poor', 'bad', 'invalid'] as const).every(
        (grade) => told === undefined || Number(told[grade]) === counts[gradeNumber(grade)],
      );
      if (!isTold) problems.push(`the results of ${place} do not add up to what is told of it`);
    } catch {
      problems.push(`the results of ${place} are damaged`);
    }
    if (problems.length >= problemsMax) break;
  }
  return problems;
};

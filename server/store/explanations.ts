// Why checks were as they were.
import type { DatabaseSync } from 'node:sqlite';
import type { Explained, Store } from '../app/ports.ts';
import type { Sync } from './sync.ts';

/** Of those of every minute: a day. */
const keptMax = 1_440;

export const createExplanations = (
  database: DatabaseSync,
): Sync<Pick<Store, 'keepExplanation' | 'explanations'>> => {
  const insert = database.prepare(
    'INSERT INTO explanation (check_id, taken_at, outage, sentence, explanation) VALUES (?, ?, ?, ?, ?)',
  );
  const trim = database.prepare(
    `DELETE FROM explanation WHERE check_id = :check AND outage IS NULL AND id <=
       (SELECT id FROM explanation WHERE check_id = :check AND outage IS NULL
         ORDER BY id DESC LIMIT 1 OFFSET ${keptMax})`,
  );
  const newest = database.prepare(
    'SELECT outage, sentence, explanation FROM explanation WHERE check_id = ? ORDER BY id DESC LIMIT ?',
  );
  return {
    keepExplanation: (check, { sentence, outage, explanation }) => {
      insert.run(check, explanation.at, outage ?? null, sentence, JSON.stringify(explanation));
      trim.run({ check });
    },
    explanations: (check, limit) =>
      newest.all(check, limit).map(({ outage, sentence, explanation }) => ({
        sentence: String(sentence),
        ...(outage !== null && { outage: String(outage) }),
        explanation: JSON.parse(String(explanation)) as Explained['explanation'],
      })),
  };
};

// The outbox: what is to be told, written in the transaction that decided it.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Notable } from '../core/effects.ts';
import type { Blind } from '../core/sights.ts';
import type { Sync } from './sync.ts';

export interface Outbox extends Sync<Pick<Store, 'untold' | 'told'>> {
  /** The same thing decided twice is told once. */
  readonly add: (notable: Notable) => void;
  /** Where we are blind and since when, if the newest notable of that sight says that we are. */
  readonly blind: () => readonly Blind[];
}

/** SQL: the ids of the newest rows that say whether we see from somewhere. */
export const newestOfSight = `SELECT max(id) FROM outbox WHERE notable ->> 'kind' IN ('blind', 'sighted')
  GROUP BY notable ->> 'vantage', notable ->> 'family'`;

export const createOutbox = (database: DatabaseSync): Outbox => {
  const add = database.prepare(
    'INSERT INTO outbox (key, notable) VALUES (?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const untold = database.prepare('SELECT id, notable FROM outbox WHERE told_at IS NULL ORDER BY id LIMIT ?');
  const sight = database.prepare(
    `SELECT notable ->> 'vantage' AS vantage, notable ->> 'family' AS family, notable ->> 'since' AS since
      FROM outbox WHERE id IN (${newestOfSight}) AND notable ->> 'kind' = 'blind' ORDER BY id`,
  );
  const tell = database.prepare('UPDATE outbox SET told_at = ? WHERE id = ? AND told_at IS NULL');
  return {
    add: (notable) => void add.run(notable.key, JSON.stringify(notable)),
    blind: () =>
      sight.all().map(({ vantage, family, since }) => ({
        vantage: String(vantage),
        family: Number(family) as Blind['family'],
        since: Number(since),
      })),
    untold: (limit) =>
      untold
        .all(limit)
        .map(({ id, notable }) => ({ id: Number(id), notable: JSON.parse(String(notable)) as Notable })),
    told: (ids, at) => {
      for (const id of ids) tell.run(at, id);
    },
  };
};

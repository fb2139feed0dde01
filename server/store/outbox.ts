// The outbox: what is to be told, written in the transaction that decided it.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Notable } from '../core/effects.ts';
import type { Instant } from '../core/time.ts';
import type { Sync } from './sync.ts';

export interface Outbox extends Sync<Pick<Store, 'untold' | 'told'>> {
  /** The same thing decided twice is told once. */
  readonly add: (notable: Notable) => void;
  /** Since when we are blind, if the newest notable of sight says that we are. */
  readonly blindSince: () => Instant | undefined;
}

/** SQL: a row that says whether we see. */
export const isOfSight = `notable ->> 'kind' IN ('blind', 'sighted')`;

export const createOutbox = (database: DatabaseSync): Outbox => {
  const add = database.prepare(
    'INSERT INTO outbox (key, notable) VALUES (?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const untold = database.prepare('SELECT id, notable FROM outbox WHERE told_at IS NULL ORDER BY id LIMIT ?');
  const sight = database.prepare(
    `SELECT notable ->> 'kind' AS kind, notable ->> 'since' AS since FROM outbox
      WHERE ${isOfSight} ORDER BY id DESC LIMIT 1`,
  );
  const tell = database.prepare('UPDATE outbox SET told_at = ? WHERE id = ? AND told_at IS NULL');
  return {
    add: (notable) => void add.run(notable.key, JSON.stringify(notable)),
    blindSince: () => {
      const newest = sight.get();
      return newest?.kind === 'blind' ? Number(newest.since) : undefined;
    },
    untold: (limit) =>
      untold
        .all(limit)
        .map(({ id, notable }) => ({ id: Number(id), notable: JSON.parse(String(notable)) as Notable })),
    told: (ids, at) => {
      for (const id of ids) tell.run(at, id);
    },
  };
};

// Signs of life that heartbeat checks received.
import type { DatabaseSync } from 'node:sqlite';
import type { Ping } from '../../checks/lib/contract.ts';
import type { Store } from '../app/ports.ts';
import type { Sync } from './sync.ts';

/** Pings of one check that are kept. Not a time: the last one of a yearly job is kept for a year. */
const keptMax = 100;

// In the order of their arrival, whatever the wall clock said.
export const createPings = (database: DatabaseSync): Sync<Pick<Store, 'keepPing' | 'pings'>> => {
  const insert = database.prepare('INSERT INTO ping (check_id, received_at, signal) VALUES (?, ?, ?)');
  const trim = database.prepare(
    `DELETE FROM ping WHERE check_id = :check AND id <=
       (SELECT id FROM ping WHERE check_id = :check ORDER BY id DESC LIMIT 1 OFFSET ${keptMax})`,
  );
  const newest = database.prepare(
    'SELECT received_at, signal FROM ping WHERE check_id = ? ORDER BY id DESC LIMIT ?',
  );
  return {
    keepPing: (check, { at, signal }) => {
      insert.run(check, at, signal);
      trim.run({ check });
    },
    pings: (check, limit) =>
      newest
        .all(check, limit)
        .map((row) => ({ at: Number(row.received_at), signal: String(row.signal) as Ping['signal'] }))
        .reverse(),
  };
};

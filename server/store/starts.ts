// When Vigie was started.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Sync } from './sync.ts';

export const createStarts = (database: DatabaseSync): Sync<Pick<Store, 'noteStart' | 'starts'>> => {
  const put = database.prepare('INSERT OR IGNORE INTO start (at) VALUES (?)');
  const all = database.prepare('SELECT at FROM start WHERE at >= ? AND at < ? ORDER BY at');
  return {
    noteStart: (at) => void put.run(at),
    starts: (from, to) => all.all(from, to).map(({ at }) => Number(at)),
  };
};

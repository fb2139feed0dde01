// Windows of maintenance that are kept.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Window } from '../core/maintenance.ts';
import type { Row } from './rows.ts';
import type { Sync } from './sync.ts';

export interface KeptWindows extends Sync<Pick<Store, 'windows'>> {
  readonly put: (window: Window) => void;
}

export const createWindows = (database: DatabaseSync): KeptWindows => {
  const put = database.prepare(
    'INSERT OR REPLACE INTO maintenance (id, from_at, until_at, cancelled, told) VALUES (?, ?, ?, ?, ?)',
  );
  const touching = database.prepare(
    `SELECT id, from_at, until_at, cancelled, told FROM maintenance
      WHERE until_at > ? AND from_at < ? ORDER BY from_at, id`,
  );
  return {
    put: ({ id, from, until, cancelled, ...told }) =>
      void put.run(id, from, until, cancelled === true ? 1 : 0, JSON.stringify(told)),
    windows: (from, to) => touching.all(from, to).map(windowOf),
  };
};

const windowOf = (row: Row): Window => ({
  ...(JSON.parse(String(row.told)) as Omit<Window, 'id' | 'from' | 'until' | 'cancelled'>),
  id: String(row.id),
  from: Number(row.from_at),
  until: Number(row.until_at),
  ...(row.cancelled === 1 && { cancelled: true }),
});

// Small integers for series and their phases, given once and never changed.
import type { DatabaseSync } from 'node:sqlite';
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import { seriesId } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';

export interface SeriesIds {
  /** The id of a series as a whole, or of one of its phases. Writes a new one into the transaction under way. */
  readonly idOf: (key: SeriesKey, phase?: string) => number;
  readonly find: (key: SeriesKey, phase?: string) => number | undefined;
  readonly keyOf: (id: number) => SeriesKey;
  readonly phaseOf: (id: number) => string;
  /** Forgets what was read: a transaction that was rolled back has taken its ids with it. */
  readonly forget: () => void;
}

class Cache {
  /** By series, then by phase. */
  readonly ids = new Map<string, Map<string, number>>();
  readonly named = new Map<number, { readonly key: SeriesKey; readonly phase: string }>();

  learn(id: number, { check, vantage, family }: SeriesKey, phase: string): void {
    const key = { check, vantage, family };
    const phases = this.ids.get(seriesId(key)) ?? new Map<string, number>();
    this.ids.set(seriesId(key), phases.set(phase, id));
    this.named.set(id, { key, phase });
  }
}

export const createSeriesIds = (database: DatabaseSync): SeriesIds => {
  const select = database.prepare('SELECT id, check_id, vantage, family, phase FROM series');
  const insert = database.prepare(
    'INSERT INTO series (check_id, vantage, family, phase) VALUES (?, ?, ?, ?)',
  );
  let cache: Cache | undefined;

  const read = (): Cache => {
    const cache = new Cache();
    for (const { id, check_id: check, vantage, family, phase } of select.all()) {
      const key = { check: String(check), vantage: String(vantage), family: Number(family) as SeriesFamily };
      cache.learn(Number(id), key, String(phase));
    }
    return cache;
  };
  const find = (key: SeriesKey, phase = ''): number | undefined =>
    (cache ??= read()).ids.get(seriesId(key))?.get(phase);
  const named = (id: number): { readonly key: SeriesKey; readonly phase: string } => {
    const found = (cache ??= read()).named.get(id);
    if (found === undefined) throw new Error(`no series has the id ${id}`);
    return found;
  };

  return {
    find,
    idOf: (key, phase = '') => {
      const found = find(key, phase);
      if (found !== undefined) return found;
      const id = Number(insert.run(key.check, key.vantage, key.family, phase).lastInsertRowid);
      cache?.learn(id, key, phase);
      return id;
    },
    keyOf: (id) => named(id).key,
    phaseOf: (id) => named(id).phase,
    forget: () => {
      cache = undefined;
    },
  };
};

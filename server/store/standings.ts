// What the judge knows of each series.
import type { DatabaseSync } from 'node:sqlite';
import type { Standing } from '../core/judge.ts';
import type { Remembered } from '../core/remember.ts';
import type { SeriesKey } from '../core/series.ts';
import type { SeriesIds } from './series.ts';

export interface Standings {
  readonly put: (key: SeriesKey, standing: Standing) => void;
  readonly all: () => Remembered['standings'];
}

export const createStandings = (database: DatabaseSync, series: SeriesIds): Standings => {
  const put = database.prepare('INSERT OR REPLACE INTO standing (series, standing) VALUES (?, ?)');
  const all = database.prepare('SELECT series, standing FROM standing');
  return {
    put: (key, standing) => void put.run(series.idOf(key), JSON.stringify(standing)),
    all: () =>
      all.all().map((row) => ({
        series: series.keyOf(Number(row.series)),
        standing: JSON.parse(String(row.standing)) as Standing,
      })),
  };
};

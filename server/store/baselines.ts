// What was learned of each phase of a series.
import type { DatabaseSync } from 'node:sqlite';
import type { Learned } from '../core/slowness/learned.ts';
import type { SeriesIds } from './series.ts';

export interface Baselines {
  readonly put: (learned: Learned) => void;
  readonly all: () => readonly Learned[];
}

export const createBaselines = (database: DatabaseSync, series: SeriesIds): Baselines => {
  const put = database.prepare(
    'INSERT OR REPLACE INTO baseline (series, since_at, kept_at, learned) VALUES (?, ?, ?, ?)',
  );
  const all = database.prepare('SELECT series, since_at, kept_at, learned FROM baseline');
  return {
    put: ({ series: key, phase, since, keptAt, bytes }) => {
      // A series is named before its phases: see the results.
      series.idOf(key);
      put.run(series.idOf(key, phase), since, keptAt, bytes);
    },
    all: () =>
      all.all().map((row) => ({
        series: series.keyOf(Number(row.series)),
        phase: series.phaseOf(Number(row.series)),
        since: Number(row.since_at),
        keptAt: Number(row.kept_at),
        bytes: row.learned as Uint8Array,
      })),
  };
};

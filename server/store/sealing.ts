// Puts the results of an hour, series by series, into blocks, once they are old enough not to change.
import type { DatabaseSync } from 'node:sqlite';
import { packBlock } from './block.ts';
import { columns, hourMs, hourOf, rowOf, unlessDamaged } from './raw.ts';
import type { Raw } from './raw.ts';

export interface Sealing {
  /** Whether a block already has this result, or may have it, for it is damaged. */
  readonly isSealed: (series: number, at: number) => boolean;
  /** Seals the oldest hour of some series; false when none is old enough at `now`. */
  readonly next: (now: number) => boolean;
}

/** Results stay as they are for so long after their hour, because they may still come in. */
const freshMs = hourMs;
/** Of so many series at a time: some thousand rows. */
const sliceSeriesMax = 32;

export const createSealing = (database: DatabaseSync, raw: Raw): Sealing => {
  // The instant comes first in the key: to look at one series is to look at all, so a slice is read at once.
  const unsealed = database.prepare(
    `SELECT DISTINCT series FROM result WHERE started_at >= ? AND started_at < ?
      ORDER BY series LIMIT ${sliceSeriesMax}`,
  );
  const slice = database.prepare(
    `SELECT ${columns} FROM result WHERE started_at >= ? AND started_at < ? AND series BETWEEN ? AND ?
      ORDER BY series, started_at`,
  );
  const remove = database.prepare(
    'DELETE FROM result WHERE started_at >= ? AND started_at < ? AND series BETWEEN ? AND ?',
  );
  const put = database.prepare(
    `INSERT INTO sealed (series, hour_at, block) VALUES (?, ?, ?)
     ON CONFLICT (series, hour_at) DO UPDATE SET block = excluded.block`,
  );
  const newestHour = database.prepare('SELECT max(hour_at) AS at FROM sealed');
  // Should the transaction that raised it be undone, a few blocks more are looked into than need be.
  let newestHourAt: number | undefined;

  const seal = (hourAt: number): boolean => {
    const to = hourAt + hourMs;
    const found = unsealed.all(hourAt, to).map(({ series }) => Number(series));
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return false;
    const bySeries = Map.groupBy(slice.all(hourAt, to, first, last), ({ series }) => Number(series));
    for (const [series, rows] of bySeries) {
      const sealed = unlessDamaged(() => raw.sealed(series, hourAt));
      // A block that is damaged stays, so that this is told; what came late is lost with it, and no other hour waits for it.
      if (sealed === undefined) continue;
      const all = [...sealed, ...rows.map(rowOf)];
      put.run(
        series,
        hourAt,
        packBlock(
          hourAt,
          all.toSorted((a, b) => a.at - b.at),
        ),
      );
    }
    remove.run(hourAt, to, first, last);
    newestHourAt = Math.max(hourAt, newestHourAt ?? 0);
    return true;
  };

  return {
    isSealed: (series, at) => {
      newestHourAt ??= Number(newestHour.get()?.at ?? 0);
      if (at >= newestHourAt + hourMs) return false;
      const rows = unlessDamaged(() => raw.sealed(series, hourOf(at)));
      return rows === undefined || rows.some((row) => row.at === at);
    },
    next: (now) => {
      const oldest = raw.oldest();
      if (oldest === undefined) return false;
      const hourAt = hourOf(oldest);
      return hourAt + hourMs + freshMs <= now && seal(hourAt);
    },
  };
};

// The rows of results wherever they lie: in their table, or, an hour later, in a block.
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../app/ports.ts';
import { unpackBlock } from './block.ts';
import type { ResultRow } from './block.ts';
import { unpackPairs } from './phases.ts';
import type { Row } from './rows.ts';

export const hourMs = 3_600_000;
export const hourOf = (at: number): number => Math.floor(at / hourMs) * hourMs;

/** A block is not as it was written: a bit has flipped on the disk. */
class DamagedBlock extends StoreError {
  constructor(series: number, hourAt: number, cause: unknown) {
    const place = `${new Date(hourAt).toISOString()} of series ${series}`;
    super('store.corrupt', `The results of the hour from ${place} are damaged.`, { cause });
  }
}

export interface Raw {
  /** One series in `[from, to)`, oldest first. Throws a `DamagedBlock`. */
  readonly rows: (series: number, from: number, to: number) => readonly ResultRow[];
  /** All series in `[from, to)`, but for those of which a block is damaged: the rest would be told as the whole. */
  readonly all: (from: number, to: number) => ReadonlyMap<number, readonly ResultRow[]>;
  /** What the block of a series holds, of the hour that begins at `hourAt`. Throws a `DamagedBlock`. */
  readonly sealed: (series: number, hourAt: number) => readonly ResultRow[];
  /** Up to where results have been deleted. */
  readonly keptFrom: () => number;
  /** The oldest that is not sealed. */
  readonly oldest: () => number | undefined;
}

export const columns = 'started_at, series, grade, cause, total_us, phases';

export const createRaw = (database: DatabaseSync): Raw => {
  const ofSeries = database.prepare(
    `SELECT ${columns} FROM result WHERE series = ? AND started_at >= ? AND started_at < ? ORDER BY started_at`,
  );
  const ofAll = database.prepare(
    `SELECT ${columns} FROM result WHERE started_at >= ? AND started_at < ? ORDER BY started_at`,
  );
  const blocks = 'SELECT series, hour_at, block FROM sealed WHERE hour_at > ? AND hour_at < ?';
  const blocksOf = database.prepare(`${blocks} AND series = ? ORDER BY hour_at`);
  const blocksOfAll = database.prepare(`${blocks} ORDER BY hour_at`);
  const oldest = database.prepare('SELECT min(started_at) AS at FROM result');
  const oldestHour = database.prepare('SELECT min(hour_at) AS at FROM sealed');

  return {
    rows: (series, from, to) =>
      [
        ...blocksOf
          .all(from - hourMs, to, series)
          .flatMap(open)
          .filter(({ at }) => at >= from && at < to),
        ...ofSeries.all(series, from, to).map(rowOf),
      ].toSorted((a, b) => a.at - b.at),
    all: (from, to) => {
      const found = new Map<number, ResultRow[]>();
      const keep = (series: number, row: ResultRow) => {
        const list = found.get(series);
        if (list === undefined) found.set(series, [row]);
        else list.push(row);
      };
      const damaged = new Set<number>();
      for (const block of blocksOfAll.all(from - hourMs, to)) {
        const rows = unlessDamaged(() => open(block));
        if (rows === undefined) damaged.add(Number(block.series));
        for (const row of rows ?? []) if (row.at >= from && row.at < to) keep(Number(block.series), row);
      }
      for (const row of ofAll.all(from, to)) keep(Number(row.series), rowOf(row));
      for (const series of damaged) found.delete(series);
      return found;
    },
    sealed: (series, hourAt) => blocksOf.all(hourAt - 1, hourAt + 1, series).flatMap(open),
    keptFrom: () => numberOf(oldestHour.get()?.at) ?? hourOf(numberOf(oldest.get()?.at) ?? 0),
    oldest: () => numberOf(oldest.get()?.at),
  };
};

/** What a column holds that may be empty. */
export const numberOf = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);

export const rowOf = (row: Row): ResultRow => ({
  at: Number(row.started_at),
  grade: Number(row.grade),
  cause: row.cause === null ? null : String(row.cause),
  totalUs: Number(row.total_us),
  phases: unpackPairs(row.phases as Uint8Array),
});

const open = ({ series, hour_at: hour, block }: Row): readonly ResultRow[] => {
  try {
    return unpackBlock(Number(hour), block as Uint8Array);
  } catch (cause) {
    throw new DamagedBlock(Number(series), Number(hour), cause);
  }
};

/** What `read` answers; nothing, when a block that it needs is damaged. */
export const unlessDamaged = <Answer>(read: () => Answer): Answer | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedBlock) return undefined;
    throw error;
  }
};

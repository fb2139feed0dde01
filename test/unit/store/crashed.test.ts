// History as it grows old, cut short before every single write: by a kill, or by a disk that is full.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Result } from '../../../server/core/result.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { looksAt } from '../../../server/store/soundness.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import type { SyncStore } from '../../../server/store/sync.ts';
import { noEffects, result, series6 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { hours, minutes, start } from '../../support/watch.ts';
import { watched } from '../../support/watched-database.ts';

type Step =
  | { readonly commit: readonly Result[] }
  | { readonly condenseAt: number }
  | { readonly pruneBefore: number };

const probed = (at: number): readonly Result[] => [
  result(at, { phasesUs: { connect: 300, query: 700 } }),
  result(at + 1_000, { series: series6, grade: 'bad', cause: 'refused', evidence: 'connection refused' }),
];
const days = 24 * hours;

/** Three hours of results, of which some come late and some twice; what becomes of them, and, days later, what is left. */
const life: readonly Step[] = [
  ...[1, 50, 70, 130, 170].map((minute) => ({ commit: probed(start + minute * minutes) })),
  { condenseAt: start + 3 * hours },
  { commit: [...probed(start + 57 * minutes), ...probed(start + 50 * minutes)] },
  { condenseAt: start + 5 * hours },
  { commit: probed(start + 52 * minutes) },
  { commit: probed(start + 11 * days) },
  { condenseAt: start + 11 * days + 3 * hours },
  { pruneBefore: start + 10 * days },
  { condenseAt: start + 11 * days + 4 * hours },
];

/** As long as there is something to do. */
const take = (step: Step, store: SyncStore): void => {
  if ('commit' in step) store.commit({ ...noEffects, results: step.commit });
  else if ('condenseAt' in step) while (store.condense(step.condenseAt));
  else while (store.prune({ results: step.pruneBefore, evidence: step.pruneBefore, told: 0 }) > 0);
};

const contents = (database: DatabaseSync): unknown =>
  [
    'SELECT * FROM result',
    'SELECT * FROM evidence',
    // Their ids tell in which order blocks were written, which is nobody's business.
    'SELECT series, hour_at, block FROM sealed ORDER BY series, hour_at',
    'SELECT * FROM bundle',
    'SELECT * FROM rolled_up',
    'SELECT * FROM reopened',
  ].map((sql) => database.prepare(sql).all());

/** What these steps come to when nothing interrupts them. */
const after = (steps: readonly Step[]): unknown => {
  using database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  for (const step of steps) take(step, store);
  return contents(database);
};

interface Left {
  /** The step that was under way. */
  readonly under: number;
  readonly file: Buffer;
  readonly log: Buffer;
}

/** What a kill before each write leaves on the disk; once, where writes leave the same. */
const killedEverywhere = (): { readonly writes: number; readonly left: readonly Left[] } => {
  const path = join(temporaryFolder(), 'vigie.db');
  using database = openDatabase(path);
  const left: Left[] = [];
  let [under, writes] = [0, 0];
  const store = createSqliteStore(
    watched(database, () => {
      writes += 1;
      const now = { under, file: readFileSync(path), log: readFileSync(`${path}-wal`) };
      const last = left.at(-1);
      if (last?.under !== under || !last.log.equals(now.log) || !last.file.equals(now.file)) left.push(now);
    }),
  );
  for (; under < life.length; under++) take(life[under]!, store);
  return { writes, left };
};

test('killed before any write, it has all that was acknowledged, and goes on as if nothing had been', () => {
  const { writes, left } = killedEverywhere();
  // Each transaction consists of several writes, of which the disk shows all or none.
  expect(writes).toBeGreaterThan(2 * left.length);
  expect(left.length).toBeGreaterThan(2 * life.length);
  const folder = temporaryFolder();
  const whole = new Map<number, unknown>();
  for (const [index, { under, file, log }] of left.entries()) {
    const path = join(folder, `${index}.db`);
    writeFileSync(path, file);
    writeFileSync(`${path}-wal`, log);
    using database = openDatabase(path);
    expect([...looksAt(database)].flatMap(({ problems }) => problems)).toEqual([]);
    const store = createSqliteStore(database);
    // What was being committed was not acknowledged, and is lost with who had it; other work is taken up again.
    const isLost = 'commit' in life[under]!;
    for (const step of life.slice(isLost ? under + 1 : under)) take(step, store);
    const lost = isLost ? under : -1;
    if (!whole.has(lost)) whole.set(lost, after(life.filter((_, step) => step !== lost)));
    expect(contents(database)).toEqual(whole.get(lost));
  }
});

test('a disk that is full at any write costs nothing, once there is room', () => {
  const whole = after(life);
  let writes = 0;
  for (let fullAt = 0; fullAt <= writes; fullAt++) {
    writes = 0;
    using database = openDatabase(':memory:');
    const store = createSqliteStore(
      watched(database, () => {
        if (writes++ === fullAt) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
      }),
    );
    for (const step of life)
      try {
        take(step, store);
      } catch (error) {
        expect(error).toMatchObject({ code: 'store.full' });
        take(step, store);
      }
    expect(contents(database)).toEqual(whole);
  }
  expect(writes).toBeGreaterThan(10 * life.length);
});

// What a power cut leaves of the write-ahead log: less of it than was written, or something else at its end.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { db1, noEffects, result, series4, span } from '../../support/effects.ts';
import { runs } from '../../support/fuzz.ts';

const commits = 30;
const always = { from: 0, to: 1_000_000, limit: 1_000_000 };
// In memory if there is such a folder: what a disk leaves behind is written here by hand.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vigie-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A database whose commits are all still in its log: commit `n` has results `n.0`, `n.1`, a span and a notable. */
const written = (): { readonly path: string; readonly log: Buffer } => {
  const path = join(folder, 'written.db');
  const store = createSqliteStore(openDatabase(path));
  for (let n = 0; n < commits; n++)
    store.commit({
      ...noEffects,
      results: [result(10 * n), result(10 * n + 1, { phasesUs: { [`phase-${n}`]: n } })],
      spans: [span(n)],
      notables: [{ kind: 'blind', key: `${n}`, at: n, since: n, vantage: 'local', family: 4 }],
    });
  return { path, log: readFileSync(`${path}-wal`) };
};
const { path: original, log } = written();

/** How many commits are there, when the log is this; each must be there whole, and none before it be missing. */
const commitsKept = (log: Buffer): number => {
  const path = join(folder, 'torn.db');
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true });
  copyFileSync(original, path);
  writeFileSync(`${path}-wal`, log);
  const store = createSqliteStore(openDatabase(path));
  const results = store.results(series4, always);
  const kept = results.length / 2;
  expect(results.map(({ at }) => at)).toEqual(
    Array.from({ length: kept }, (_, n) => [10 * n, 10 * n + 1]).flat(),
  );
  expect(store.spans(db1, 0, 1_000)).toHaveLength(kept);
  expect(store.untold(1_000)).toHaveLength(kept);
  store.commit({ ...noEffects, results: [result(999_999)] });
  store.close();
  return kept;
};

test('a log cut anywhere leaves whole commits, the first ones, and can be written again', () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: log.length }), (length) => {
      seen.add(commitsKept(log.subarray(0, length)));
    }),
    { examples: [[0], [31], [32], [log.length - 1], [log.length]] },
  );
  expect(Math.max(...seen)).toBe(commits);
  expect(seen.size).toBeGreaterThan(runs(100) / 10);
});

test('a log whose end is something else leaves whole commits, the first ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: log.length }), fc.constantFrom(0x00, 0xff, 0x37), (from, byte) => {
      const overwritten = Buffer.from(log).fill(byte, from);
      expect(commitsKept(overwritten)).toBeLessThanOrEqual(commits);
    }),
  );
});

test('one page of the log that did not reach the disk takes what came after it, and nothing before', () => {
  const frameBytes = 24 + 4_096;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Math.floor((log.length - 32) / frameBytes) - 1 }), (frame) => {
      const from = 32 + frame * frameBytes;
      const holed = Buffer.from(log).fill(0, from, from + frameBytes);
      expect(commitsKept(holed)).toBe(commitsKept(log.subarray(0, from)));
    }),
  );
});

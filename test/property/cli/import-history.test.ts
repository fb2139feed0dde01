import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { causes } from '../../../checks/lib/outcome.ts';
import { resultCells, resultColumns } from '../../../server/app/result-row.ts';
import { CommandFailure } from '../../../server/cli/command.ts';
import { readInto } from '../../../server/cli/import-history.ts';
import { grades } from '../../../server/core/result.ts';
import type { Result } from '../../../server/core/result.ts';
import { csv } from '../../../server/http/export.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { importInto } from '../../../server/store/importing.ts';
import { looksAt } from '../../../server/store/soundness.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { noEffects, series4, series6 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { fuzz, fuzzTimeoutMs, runs, spoiling } from '../../support/fuzz.ts';
import { openImage } from '../../support/in-process-store.ts';
import { hours, makeCheck, makeConfig, makeService, start } from '../../support/watch.ts';

const days = 24 * hours;
const check = makeCheck('db1', { type: 'postgresql', families: [4, 6] });
const config = makeConfig([makeService('databases', [check])]);
const empty = openDatabase(':memory:').serialize();
const kept = { resultsMs: 35 * days, evidenceMs: 35 * days };

/** Days of it, and some hours right before the import in which there is more. */
const when = fc
  .oneof(fc.nat(3 * days), fc.integer({ min: 3 * days - 4 * hours, max: 3 * days }))
  .map((ms) => start + ms);
const us = fc.integer({ min: 0, max: 5_000_000 });
const evidence = fc.constantFrom('=1+1', "it's", 'a "b", c', '-3 °C', "'=", 'no answer in 3 s');
const unlike = fc.record({
  series: fc.constantFrom(series4, series6),
  at: when,
  grade: fc.constantFrom(...grades),
  totalUs: us,
  phasesUs: fc.oneof(fc.constant({}), fc.record({ connect: us, query: us })),
});
const facts = {};
const result: fc.Arbitrary<Result> = fc.oneof(
  unlike.map((part) => ({ ...part, facts })),
  fc.record({ part: unlike, cause: fc.constantFrom(...causes), evidence }).map(({ part, ...said }) => ({
    ...part,
    ...said,
    facts,
  })),
);
const series = (results: readonly Result[], family: number): readonly Result[] =>
  results.filter(({ series }) => series.family === family);
/** Series after series, each in its order, and none twice. */
const life = fc
  .uniqueArray(result, { selector: ({ series, at }) => `${series.family}@${at}`, maxLength: 60 })
  .map((results) => {
    const inOrder = results.toSorted((a, b) => a.at - b.at);
    return [...series(inOrder, 4), ...series(inOrder, 6)];
  });

const table = (results: readonly Result[]): Promise<string> =>
  Array.fromAsync(csv(resultColumns, [results.map(resultCells)])).then((parts) => parts.join(''));

/** A Vigie that measures some, is ended, and to which a table is added then. */
class Life {
  readonly database = openImage(empty);
  readonly now = start + 3 * days + 1;
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'table.csv');
  }

  /** Opened anew: what was imported is not in the memory of one that was open before. */
  get #store() {
    return createSqliteStore(this.database);
  }

  watch(results: readonly Result[]): void {
    this.#store.commit({ ...noEffects, results: results.toSorted((a, b) => a.at - b.at) });
    this.#condense();
  }

  add(content: string | Uint8Array, over: Partial<typeof kept> = {}) {
    writeFileSync(this.#path, content);
    const source = { file: this.#path, config, now: this.now, said: () => {} };
    return importInto(this.database, { now: this.now, ...kept, ...over }, (importing) =>
      readInto(importing, source),
    );
  }

  results(): readonly Result[] {
    const all = { from: 0, to: this.now + 1, limit: 1_000_000 };
    const store = this.#store;
    return [series4, series6].flatMap((key) => store.results(key, all));
  }

  /** Of several windows and resolutions, and of the phases. */
  told() {
    this.#condense();
    const store = this.#store;
    const windows = [
      { from: start - days, to: this.now },
      { from: start - 300 * days, to: this.now },
      { from: start + 7 * hours + 123, to: start + 40 * hours },
    ];
    return [series4, series6].flatMap((key) =>
      windows.flatMap((window) =>
        ['', 'connect'].flatMap((phase) => [
          store.history(key, { ...window, phase }),
          store.history(key, { ...window, phase, whole: true }),
        ]),
      ),
    );
  }

  problems(): readonly string[] {
    return [...looksAt(this.database)].flatMap(({ problems }) => problems);
  }

  #condense(): void {
    const store = this.#store;
    while (store.condense(this.now));
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}

test('what is exported and imported is exported as the same again', async () => {
  const folder = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(life, async (results) => {
      using life = new Life(folder);
      expect(life.add(await table(results))).toEqual({ added: results.length, there: 0 });
      expect(await table(life.results())).toBe(await table(results));
      // Once more, it is all there.
      expect(life.add(await table(results))).toEqual({ added: 0, there: results.length });
      expect(life.results()).toEqual(results);
    }),
    { numRuns: runs(50) },
  );
}, 60_000);

test('what was imported adds up as if it had been measured, beside what was', async () => {
  const folder = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(life, when, async (results, until) => {
      const [before, after] = [true, false].map((isBefore) =>
        results.filter(({ at }) => at < until === isBefore),
      ) as [Result[], Result[]];
      using imported = new Life(folder);
      using measured = new Life(folder);
      measured.watch(results);
      imported.watch(after);
      imported.add(await table(before));
      expect(imported.problems()).toEqual([]);
      expect(imported.told()).toEqual(measured.told());
      expect(imported.results()).toEqual(measured.results());
      expect(imported.problems()).toEqual([]);
    }),
    { numRuns: runs(50) },
  );
}, 60_000);

test(
  'a table that was spoiled is taken as a whole, or refused and nothing of it kept',
  async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(life, spoiling, async (results, spoil) => {
        using life = new Life(folder);
        const before = life.database.serialize();
        try {
          const { added } = life.add(spoil(Buffer.from(await table(results))));
          expect(life.results()).toHaveLength(added);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandFailure);
          expect(Buffer.compare(life.database.serialize(), before)).toBe(0);
        }
      }),
      fuzz,
    );
  },
  fuzzTimeoutMs,
);

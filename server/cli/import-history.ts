// vigie import-history: what was measured before, by this Vigie or by another system, as history of its checks.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import { problemsMax, renderProblems } from '../../config/problems.ts';
import type { Problem } from '../../config/problems.ts';
import { StoreError } from '../app/ports.ts';
import type { Result } from '../core/result.ts';
import { seriesId } from '../core/series.ts';
import { databaseName, openDatabase } from '../store/database.ts';
import { importInto } from '../store/importing.ts';
import type { Importing } from '../store/importing.ts';
import { lockFolder } from '../store/lock.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';
import { csvRecords } from './csv.ts';
import type { CsvRecord } from './csv.ts';
import { rowsNamed } from './past-rows.ts';
import type { CellFault, ReadRow } from './past-rows.ts';

export const importHistory: Command = {
  usage: 'import-history FILE [--config FILE] [--dry-run]',
  summary: 'Adds what was measured before, from a table (CSV). Vigie must not be running.',
  details: `--config FILE   the configuration that has the checks (default ${defaultConfigPath})
--dry-run       reads and tries all of it, and keeps nothing

FILE is what /api/v1/checks/CHECK/results?format=csv has exported, or a plain table with these names in its first line:

  time          2026-11-22T09:00:00Z, or seconds or milliseconds since 1970
  check         a check of the configuration
  latency_ms    how long it took; nothing, when there was no answer
  outcome       up or down; may be left out
  evidence      why it was down; may be left out
  vantage, family   which series, of a check that has several

The lines of a check come in the order of their times. It becomes history that is looked at, exported and compared; nothing
is judged by it: no outage, no availability and no alert is made of what Vigie did not see itself. It must be older than all
that there is of its check; what is there already is left out. One bad line, and nothing is kept: each is named.
Of what is older than results are kept, only what it adds up to stays.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string', default: defaultConfigPath }, 'dry-run': { type: 'boolean' } },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('one file is wanted');
    const config = mustLoad(values.config);
    if (!existsSync(file)) throw new CommandFailure(`${file}: There is no such file.`);
    try {
      process.stdout.write(
        tell(importFrom(file, config, values['dry-run'] === true), values['dry-run'] === true),
      );
    } catch (error) {
      if (error instanceof StoreError) throw new CommandFailure(error.message);
      throw error;
    }
    return 0;
  },
};

interface Imported {
  readonly added: number;
  readonly there: number;
}

const importFrom = (file: string, config: Config, isTrial: boolean): Imported => {
  const release = lockFolder(config.data);
  try {
    const database = openDatabase(join(config.data, databaseName));
    try {
      const now = Date.now();
      const said = (words: string) => void process.stderr.write(words);
      return importInto(database, { now, ...config.retention }, (importing) => {
        const imported = readInto(importing, { file, config, now, said });
        if (isTrial) throw new Trial(imported);
        return imported;
      });
    } catch (error) {
      if (error instanceof Trial) return error.imported;
      throw error;
    } finally {
      database.close();
    }
  } finally {
    release();
  }
};

/** Thrown so that nothing is kept. */
class Trial extends Error {
  readonly imported: Imported;

  constructor(imported: Imported) {
    super('a trial');
    this.imported = imported;
  }
}

interface Source {
  readonly file: string;
  readonly config: Config;
  readonly now: number;
  /** A line for each tenth that is read. */
  readonly said: (words: string) => void;
}

/** Adds all of it, or ends the command with what is wrong. */
export const readInto = (importing: Importing, { file, config, now, said }: Source): Imported => {
  const problems = new Problems(file);
  const take = takingInto(importing);
  const told = { added: 0, there: 0 };
  let read: ReadRow | undefined;
  for (const record of progress(csvRecords(file), said)) {
    if ('fault' in record) problems.add(record.line, [{ name: '', ...record.fault }]);
    else if (read === undefined) {
      const named = rowsNamed(record.cells, config, now);
      if (typeof named === 'function') read = named;
      else problems.add(record.line, named);
    } else {
      const result = read(record.cells);
      const taken = 'series' in result ? take(result) : result;
      if (typeof taken === 'string') told[taken] += 1;
      else problems.add(record.line, taken);
    }
    if (read === undefined) break;
  }
  if (read === undefined && problems.isEmpty) throw new CommandFailure(`${file}: There is nothing in it.`);
  problems.mustBeNone();
  importing.finish();
  return told;
};

const takingInto = (importing: Importing) => {
  const known = new Map<string, { readonly oldest: number; last: number }>();
  return (result: Result): keyof Imported | readonly CellFault[] => {
    const { series, at } = result;
    const id = seriesId(series);
    const mark = known.get(id) ?? {
      oldest: importing.oldestOf(series) ?? Number.POSITIVE_INFINITY,
      last: -1,
    };
    known.set(id, mark);
    const wrong = (expected: string) => [{ name: 'its time', column: 1, found: iso(at), expected }];
    if (at < mark.last)
      return wrong(`not before ${iso(mark.last)}, which is that of the line before it of ${id}`);
    const isTwice = at === mark.last || (at >= mark.oldest && importing.isThere(series, at));
    mark.last = at;
    if (isTwice) return 'there';
    if (at >= mark.oldest)
      return wrong(`one before ${iso(mark.oldest)}: from then on there is history of ${id}`);
    importing.add(result);
    return 'added';
  };
};

const iso = (at: number): string => new Date(at).toISOString();

/** All are counted, and the first of them told. */
class Problems {
  readonly #file: string;
  readonly #first: Problem[] = [];
  #more = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get isEmpty(): boolean {
    return this.#first.length === 0;
  }

  add(line: number, faults: readonly CellFault[]): void {
    for (const { name: path, ...fault } of faults)
      if (this.#first.length < problemsMax) this.#first.push({ file: this.#file, line, path, ...fault });
      else this.#more += 1;
  }

  mustBeNone(): void {
    if (this.isEmpty) return;
    const more = this.#more === 0 ? [] : [`and ${this.#more} more`];
    throw new CommandFailure(['nothing was added', ...renderProblems(this.#first), ...more].join('\n'));
  }
}

const progress = function* (records: Iterable<CsvRecord>, said: Source['said']): Generator<CsvRecord, void> {
  let told = 0;
  for (const record of records) {
    for (; told < Math.floor(10 * record.readShare); told += 1) said(`${10 * (told + 1)} % read\n`);
    yield record;
  }
};

const tell = ({ added, there }: Imported, isTrial: boolean): string => {
  const number = (count: number) => new Intl.NumberFormat('en-GB').format(count);
  const left = there === 0 ? '' : `; there already: ${number(there)}`;
  return `results ${isTrial ? 'that would be added' : 'added'}: ${number(added)}${left}\n`;
};

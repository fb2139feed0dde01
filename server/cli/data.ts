// vigie fsck, backup and restore: what is done with the database beside, or instead of, watching.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StoreError } from '../app/ports.ts';
import { backUp, openToRead, restore as putInPlace } from '../store/backup.ts';
import { databaseName } from '../store/database.ts';
import { lockFolder } from '../store/lock.ts';
import { looksAt } from '../store/soundness.ts';
import type { Look } from '../store/soundness.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';

const configOption = `--config FILE   the configuration that names the folder of the database (default ${defaultConfigPath})`;

export const fsck: Command = {
  usage: 'fsck [FILE] [--config FILE]',
  summary: 'Looks through the database, or a copy of it, and tells everything that is not as it must be.',
  details: `${configOption}

Changes nothing, and may be run while Vigie watches. Exit code 0 when all is sound, 1 when it is not.`,
  run: async (args) => {
    const { file, folder } = wordsOf(args);
    return told(async () => {
      const database = openToRead(file ?? join(folder(), databaseName));
      let isSound = true;
      for (const look of looksAt(database)) isSound = say(look) && isSound;
      database.close();
      return isSound;
    });
  },
};

export const backup: Command = {
  usage: 'backup FILE [--config FILE]',
  summary: 'Copies the database, as it is at one moment, and looks through the copy.',
  details: `${configOption}

May be run while Vigie watches. FILE is replaced once the copy is whole and sound; until then it stays as it was.`,
  run: async (args) => {
    const { file, folder } = wordsOf(args);
    if (file === undefined) throw new UsageError('a file to write is wanted');
    return told(async () => {
      return (await backUp(join(folder(), databaseName), file, copied)).every(say);
    });
  },
};

export const restore: Command = {
  usage: 'restore FILE [--config FILE]',
  summary: 'Puts a copy in the place of the database, once it was looked through. Vigie must not be running.',
  details: `${configOption}

What was there is kept beside it as vigie.db.before. A copy that is not sound is not taken, and nothing is touched.`,
  run: async (args) => {
    const { file, folder } = wordsOf(args);
    if (file === undefined) throw new UsageError('the copy to take is wanted');
    return told(async () => {
      if (!existsSync(file)) throw new StoreError('store.io', `${file}: There is no such file.`);
      const release = lockFolder(folder());
      try {
        return (await putInPlace(file, join(folder(), databaseName), copied)).every(say);
      } finally {
        release();
      }
    });
  },
};

const wordsOf = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: 'string' } },
  });
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`what is ${JSON.stringify(more[0])}?`);
  return { file, folder: () => mustLoad(values.config ?? defaultConfigPath).data };
};

/** What the store refuses is told in a line; exit code 1 then, and when something is not sound. */
const told = async (work: () => Promise<boolean>): Promise<number> => {
  try {
    return (await work()) ? 0 : 1;
  } catch (error) {
    if (error instanceof StoreError) throw new CommandFailure(error.message);
    throw error;
  }
};

const say = ({ what, problems }: Look): boolean => {
  process.stdout.write(`${what}: ${problems.length === 0 ? 'sound' : 'not sound'}\n`);
  for (const problem of problems) process.stdout.write(`  ${problem}\n`);
  return problems.length === 0;
};

const copied = (bytes: number, of: number): void =>
  void process.stderr.write(`${megabytes(bytes)} of ${megabytes(of)} copied\n`);

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

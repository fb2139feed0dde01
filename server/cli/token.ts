// vigie token NAME: gives somebody a token to act with, shows it once, and takes it back.
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { vigie } from '../core/incidents/incident.ts';
import { newToken, readHolders, writeHolders } from '../tokens.ts';
import type { Holder } from '../tokens.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';

const dayMs = 86_400_000;
const daysMax = 365;

export const token: Command = {
  usage: 'token NAME [--days N] [--revoke] [--list] [--config PATH] [--data FOLDER]',
  summary: 'Makes a token with which NAME may act, and shows it once.',
  details: `--days N         how long it holds (default and at most ${daysMax})
--revoke         takes it back; at once, also of a Vigie that runs
--list           who has one, and until when
--config PATH    the configuration that says where the data is (default ${defaultConfigPath})
--data FOLDER    or that folder itself

A second one for the same name takes the place of the first. Only its hash is kept.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        days: { type: 'string', default: String(daysMax) },
        revoke: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        config: { type: 'string', default: defaultConfigPath },
        data: { type: 'string' },
      },
    });
    const folder = values.data ?? mustLoad(values.config).data;
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new CommandFailure(`there is no folder ${folder}: start Vigie once, and it makes it`);
    const [name, ...more] = positionals;
    if (values.list) {
      if (name !== undefined || values.revoke)
        throw new UsageError('--list is about everybody, and changes nothing');
      return list(readHolders(folder));
    }
    if (name === undefined || more.length > 0) throw new UsageError('one name is wanted');
    const others = readHolders(folder).filter((holder) => holder.name !== name);
    return values.revoke
      ? revoke(folder, name, others)
      : give(folder, nameOf(name), others, daysOf(values.days));
  },
};

const nameOf = (name: string): string => {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name) || name === vigie)
    throw new UsageError(
      `a name of up to 32 small letters, digits and hyphens is wanted, other than "${vigie}"`,
    );
  return name;
};

const daysOf = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > daysMax)
    throw new UsageError(`a number of days from 1 to ${daysMax} is wanted`);
  return days;
};

const give = (folder: string, name: string, others: readonly Holder[], days: number): number => {
  const now = Date.now();
  const { token, holder } = newToken(name, now, now + days * dayMs);
  writeHolders(folder, [...others, holder]);
  process.stdout.write(`${token}\n`);
  process.stderr.write(
    `This is shown once. Whoever has it may act as ${name} until ${dayOf(holder.expiresAt)}; give it to vigie in VIGIE_TOKEN, or in a file named by VIGIE_TOKEN_FILE.\n`,
  );
  return 0;
};

const revoke = (folder: string, name: string, others: readonly Holder[]): number => {
  if (others.length === readHolders(folder).length) throw new CommandFailure(`${name} has no token`);
  writeHolders(folder, others);
  process.stdout.write(`${name} may act no more\n`);
  return 0;
};

const list = (holders: readonly Holder[]): number => {
  for (const { name, createdAt, expiresAt } of holders)
    process.stdout.write(`${name.padEnd(32)} since ${dayOf(createdAt)} until ${dayOf(expiresAt)}\n`);
  return 0;
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

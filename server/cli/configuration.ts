// Reads the configuration as every command does, with the real check types, environment and disk.
import { join } from 'node:path';
import { parse, validateDetailed } from 'node-cron';
import { longestGapMs } from '../../checks/lib/cron.ts';
import { checkTypes } from '../../checks/index.ts';
import type { Config } from '../../config/config.ts';
import { disk } from '../../config/files.ts';
import type { Files } from '../../config/files.ts';
import { loadConfig } from '../../config/load.ts';
import type { Loaded } from '../../config/load.ts';
import { renderProblems } from '../../config/problems.ts';
import { notifiers } from '../notify/index.ts';
import { CommandFailure } from './command.ts';

export const defaultConfigPath = 'config/vigie.yaml';

const cron = {
  problem: (expression: string) => {
    const { valid, errors } = validateDetailed(expression);
    return valid ? undefined : errors.map(({ message }) => message).join('; ');
  },
  longestGapMs: (expression: string, timezone: string) => longestGapMs(parse(expression), timezone),
};

export const load = (path: string, files: Files = disk): Loaded =>
  loadConfig({
    path,
    checkTypes,
    notifiers,
    cron,
    env: process.env,
    files,
    data: join(process.cwd(), 'data'),
  });

/** The configuration, or the command ends with every problem. */
export const mustLoad = (path: string): Config => {
  const { config, problems } = load(path);
  if (config === undefined)
    throw new CommandFailure(`the configuration cannot be used\n${renderProblems(problems).join('\n')}`);
  return config;
};

// `vigie COMMAND …`
import { nearest } from '../../config/problems.ts';
import manifest from '../../package.json' with { type: 'json' };
import { acknowledge, alerts, silenceCommand } from './alerts.ts';
import { checkConfig } from './check-config.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { backup, fsck, restore } from './data.ts';
import { demonstrate } from './demonstrate.ts';
import { drillCommand } from './drill.ts';
import { importHistory } from './import-history.ts';
import { incidentCommand } from './incident.ts';
import { maintenanceCommand } from './maintenance.ts';
import { notifyTest } from './notify-test.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { serve } from './serve.ts';
import { subscribersCommand } from './subscribers.ts';
import { token } from './token.ts';

const commands: Readonly<Record<string, Command>> = {
  serve,
  demonstrate,
  'check-config': checkConfig,
  run,
  drill: drillCommand,
  'notify-test': notifyTest,
  replay: replayCommand,
  alerts,
  acknowledge,
  silence: silenceCommand,
  incident: incidentCommand,
  maintenance: maintenanceCommand,
  report: reportCommand,
  subscribers: subscribersCommand,
  token,
  schema,
  fsck,
  backup,
  restore,
  'import-history': importHistory,
};

const overview = (): string =>
  [
    'Vigie watches the services of a host and tells the truth about them.',
    '',
    ...Object.values(commands).map(({ usage, summary }) => `  vigie ${withoutOptions(usage)} ${summary}`),
    '',
    'vigie COMMAND --help says more, vigie --version which one this is.',
    'Exit codes: 0 well, 1 not well, 2 wrong command line.',
  ].join('\n');

const withoutOptions = (usage: string): string => usage.replaceAll(/ \[[^\]]*\]/g, '').padEnd(20);

const help = ({ usage, summary, details }: Command): string =>
  [`vigie ${usage}`, '', summary, ...(details === undefined ? [] : ['', details])].join('\n');

/** Finds the command, and answers the exit code. */
export const main = async ([name, ...args]: readonly string[]): Promise<number> => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${overview()}\n`);
    return 0;
  }
  if (name === '--version') {
    process.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const words = unknown('command', JSON.stringify(name), nearest(name, Object.keys(commands)));
    process.stderr.write(`vigie: ${words}\n\n${overview()}\n`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help(command)}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    const misuse = misuseOf(error, command);
    if (misuse !== undefined) {
      process.stderr.write(`vigie ${name}: ${misuse}\n\n${help(command)}\n`);
      return 2;
    }
    if (error instanceof CommandFailure) {
      process.stderr.write(`vigie ${name}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
};

// Whoever reads may stop before the end: `vigie schema | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`vigie: its output cannot be written (${error.code})\n`);
  // At once: whoever set the exit code thinks that all was said.
  process.exit(1);
});

/** What is wrong with the command line, if that is what is wrong. */
const misuseOf = (error: unknown, { usage, details = '' }: Command): string | undefined => {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof TypeError && 'code' in error)) return undefined;
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const [option = ''] = /(?<=')-[^']*(?=')/.exec(error.message) ?? [];
    return unknown('option', option, nearest(option, `${usage} ${details}`.match(/--[a-z-]+/g) ?? []));
  }
  return String(error.code).startsWith('ERR_PARSE_ARGS') ? error.message : undefined;
};

const unknown = (what: string, word: string, likely: string | undefined): string =>
  `there is no ${what} ${word}${likely === undefined ? '' : `; did you mean ${likely}?`}`;

// `vigie COMMAND …`
import { checkConfig } from './check-config.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { demonstrate } from './demonstrate.ts';
import { run } from './run.ts';
import { schema } from './schema.ts';
import { serve } from './serve.ts';

const commands: Readonly<Record<string, Command>> = {
  serve,
  demonstrate,
  'check-config': checkConfig,
  run,
  schema,
};

const overview = (): string =>
  [
    'Vigie watches the services of a host and tells the truth about them.',
    '',
    ...Object.values(commands).map(({ usage, summary }) => `  vigie ${usage.padEnd(40)} ${summary}`),
    '',
    'vigie COMMAND --help says more. Exit codes: 0 well, 1 not well, 2 wrong command line.',
  ].join('\n');

const help = ({ usage, summary, details }: Command): string =>
  [`vigie ${usage}`, '', summary, ...(details === undefined ? [] : ['', details])].join('\n');

/** Finds the command, and answers the exit code. */
export const main = async ([name, ...args]: readonly string[]): Promise<number> => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${overview()}\n`);
    return 0;
  }
  const command = commands[name];
  if (command === undefined) {
    process.stderr.write(`vigie: there is no command ${JSON.stringify(name)}\n\n${overview()}\n`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help(command)}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError || isParseArgsError(error)) {
      process.stderr.write(`vigie ${name}: ${(error as Error).message}\n\n${help(command)}\n`);
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
  if (error.code !== 'EPIPE') throw error;
});

const isParseArgsError = (error: unknown): boolean =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

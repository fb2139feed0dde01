// vigie check-config FILE
import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { mustLoad } from './configuration.ts';

export const checkConfig: Command = {
  usage: 'check-config FILE',
  summary: 'Reads a configuration (a file, or a folder of them) and tells every problem.',
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError('one file or folder is wanted');
    const { services, witnesses } = mustLoad(path);
    const checks = services.reduce((sum, service) => sum + service.checks.length, 0);
    process.stdout.write(
      `${path} is good: ${counted(services.length, 'service')}, ${counted(checks, 'check')}, ${counted(witnesses.length, 'witness', 'witnesses')}\n`,
    );
    return 0;
  },
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

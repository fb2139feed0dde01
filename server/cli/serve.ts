// vigie serve: watches until it is told to stop.
import { existsSync, watch } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, load, mustLoad } from './configuration.ts';
import { buildDashboard } from './dashboard.ts';
import { demonstrate } from './demonstrate.ts';
import { forgetHangups } from './hangups.ts';
import { keepWatch } from './keep-watch.ts';
import { watchConfig } from './watch-config.ts';

export const serve: Command = {
  usage: 'serve [--config PATH]',
  summary: 'Watches, and serves the page and the metrics, until it is told to stop.',
  details: `--config PATH   a YAML file, or a folder of them (default ${defaultConfigPath}; without it, a demonstration)

A configuration that changes is read again, also on SIGHUP; a bad one is refused, and the old one goes on.
SIGTERM and SIGINT end it: probes under way have twenty seconds to end, and what they said is written.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string' } },
    });
    if (positionals.length > 0) throw new UsageError(`what is ${JSON.stringify(positionals[0])}?`);
    const path = values.config ?? (existsSync(defaultConfigPath) ? defaultConfigPath : undefined);
    // A demonstration has nothing to read again, and ends with its terminal.
    if (path === undefined) {
      forgetHangups();
      return demonstrate.run([]);
    }
    const config = mustLoad(path);
    await buildDashboard();
    await keepWatch(config, {
      opened: ({ configure, metrics }, log) =>
        watchConfig({ path, taken: config, load, watch, log, apply: configure, reloaded: metrics.reloaded }),
    });
    return 0;
  },
};

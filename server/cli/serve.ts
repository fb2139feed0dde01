// vigie serve: watches until it is told to stop.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import { startDemonstration } from '../demonstration/demonstration.ts';
import { loadAssets } from '../http/assets.ts';
import { openHouse } from '../house.ts';
import { createLog } from '../log.ts';
import type { Log } from '../app/ports.ts';
import type { House } from '../house.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, load, mustLoad } from './configuration.ts';
import { assetsFolder, isDashboardStale } from './dashboard.ts';
import { watchConfig } from './watch-config.ts';

export const serve: Command = {
  usage: 'serve [--config PATH]',
  summary: 'Watches, and serves the page and the metrics, until it is told to stop.',
  details: `--config PATH   a YAML file, or a folder of them (default ${defaultConfigPath}; without it, a demonstration)

A configuration that changes is read again, also on SIGHUP; a bad one is refused, and the old one goes on.
SIGTERM and SIGINT end it: probes under way may end, and what they said is written.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string' } },
    });
    if (positionals.length > 0) throw new UsageError(`what is ${JSON.stringify(positionals[0])}?`);
    await buildDashboard();
    const log = createLog();
    const path = values.config ?? (existsSync(defaultConfigPath) ? defaultConfigPath : undefined);
    if (path === undefined) return demonstrate(log);
    const house = await open(mustLoad(path), log);
    const stopWatching = watchConfig({
      path,
      load,
      log,
      apply: house.configure,
      reloaded: house.metrics.reloaded,
    });
    await untilStopped(house, log);
    stopWatching();
    return 0;
  },
};

const demonstrate = async (log: Log): Promise<number> => {
  log.info('demonstration.started', { because: `there is no ${defaultConfigPath}` });
  const { config, stop } = await startDemonstration();
  const house = await open(config, log);
  await untilStopped(house, log);
  stop();
  return 0;
};

const open = async (config: Config, log: Log): Promise<House> => {
  const version = (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
  const house = await openHouse({ config, log, version, assets: loadAssets(assetsFolder) });
  // For the person who started it: standard output is the log's alone.
  process.stderr.write(`page     ${house.urls.public}\nmetrics  ${house.urls.private}/metrics\n`);
  log.info('vigie.watching', { version, ...house.urls });
  return house;
};

const untilStopped = async (house: House, log: Log): Promise<void> => {
  const signal = await Promise.race(
    ['SIGINT', 'SIGTERM'].map(async (name) => once(process, name).then(() => name)),
  );
  log.info('vigie.stopping', { signal });
  await house.close();
  log.info('vigie.stopped');
};

const buildDashboard = async (): Promise<void> => {
  if (!isDashboardStale()) return;
  process.stderr.write('building the page …\n');
  const vite = spawn('vite', ['build', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
    cwd: new URL('../../', import.meta.url),
  });
  const [code] = (await once(vite, 'exit')) as [number | null];
  if (code !== 0) throw new CommandFailure('the page could not be built (npm run build says why)');
};

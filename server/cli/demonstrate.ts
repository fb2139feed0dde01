// vigie demonstrate: the whole of Vigie on a small world that it brings along.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import { startDemonstration } from '../demonstration/demonstration.ts';
import type { Demonstration } from '../demonstration/demonstration.ts';
import { livePast, pastMs } from '../demonstration/past.ts';
import { stage } from '../demonstration/sites.ts';
import { roundMs, timetable } from '../demonstration/story.ts';
import type { Telling } from '../demonstration/story.ts';
import { databaseName, openDatabase } from '../store/database.ts';
import { createSqliteStore } from '../store/sqlite.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { buildDashboard } from './dashboard.ts';
import { keepWatch } from './keep-watch.ts';

const speedMax = 5;

export const demonstrate: Command = {
  usage: 'demonstrate [--public ADDRESS] [--private ADDRESS] [--speed N]',
  summary: 'Shows all of it on small servers of its own, to which things happen.',
  details: `--public ADDRESS    where the page is (default 127.0.0.1:3210; port 0 takes a free one)
--private ADDRESS   where the metrics are (default 127.0.0.1:3211)
--speed N           tells the story up to ${speedMax} times faster (default 1)

Its servers are real, and so are the probes. Nothing of it is kept.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        public: { type: 'string' },
        private: { type: 'string' },
        speed: { type: 'string', default: '1' },
      },
    });
    const { speed: written, ...listen } = values;
    const speed = Number(written);
    if (!(speed >= 1 && speed <= speedMax)) throw new UsageError(`a speed from 1 to ${speedMax} is wanted`);
    await buildDashboard();
    const demonstration = await startDemonstration({ listen });
    const { config, begin, ended, stop } = demonstration;
    try {
      await keepWatch(config, {
        prepare: () => writePast(config),
        examiner: stage,
        opened: ({ urls }, log) => {
          const telling = { startedAt: Date.now(), speed };
          begin({ page: urls.public, telling });
          process.stderr.write(playbill(demonstration, telling));
          log.info('demonstration.begins', { ...telling });
          return () => {};
        },
        failed: ended,
      });
    } finally {
      stop();
    }
    return 0;
  },
};

// What is written is not waited for: if the power fails, so does the demonstration.
const writePast = (config: Config): void => {
  mkdirSync(config.data, { recursive: true });
  const database = openDatabase(join(config.data, databaseName));
  database.exec('PRAGMA synchronous = OFF');
  const store = createSqliteStore(database);
  const now = Date.now();
  process.stderr.write('\nThe last ninety days are being made:');
  let told = 0;
  for (const { effects, until } of livePast(config, now)) {
    store.commit(effects);
    while (store.condense(until));
    const tenths = Math.floor(10 * (1 - (now - until) / pastMs));
    for (; told < tenths; told += 1) process.stderr.write(` ${10 * (told + 1)} %`);
  }
  store.close();
  process.stderr.write('\n');
};

const playbill = ({ config, configPath }: Demonstration, telling: Telling): string => {
  const { timezone } = config.organisation;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' });
  return [
    'This is a demonstration: Vigie watches small servers of its own. What happens to them, in the time',
    `of ${timezone}, and again every ${roundMs / telling.speed / 60_000} minutes:`,
    '',
    ...timetable(telling).map(
      ({ from, until, words }) => `  ${clock.format(from)} to ${clock.format(until)}  ${words}`,
    ),
    '',
    `A probe, phase by phase: npx vigie run db1 --config ${configPath}`,
    '\n',
  ].join('\n');
};

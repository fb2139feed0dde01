// vigie replay CHECK: what the judgement would have said of what was measured, beside what it said.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Config } from '../../config/config.ts';
import { disk } from '../../config/files.ts';
import type { Files } from '../../config/files.ts';
import { renderProblems } from '../../config/problems.ts';
import { StoreError } from '../app/ports.ts';
import { Draft } from '../core/draft.ts';
import type { Outage } from '../core/effects.ts';
import { onlyCheck, replay } from '../core/replay.ts';
import type { Result } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import { openToRead } from '../store/backup.ts';
import { databaseName, openDatabase } from '../store/database.ts';
import { createSqliteStore } from '../store/sqlite.ts';
import type { SyncStore } from '../store/sync.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, load } from './configuration.ts';
import { instantOf, timeOf } from './instants.ts';

const dayMs = 86_400_000;
const resultsMax = 10_000_000;
const outagesMax = 100_000;

export const replayCommand: Command = {
  usage: 'replay CHECK [--config FILE] [--from TIME] [--to TIME] [--set KEY=VALUE]...',
  summary: 'Judges what was measured of a check once more, perhaps otherwise, and tells what is different.',
  details: `--from, --to    whose outages are told, such as 2d or 2026-11-22T15:30 (default: all that is kept)
--set           judges with another value than the configuration has: confirm.failures=2, slow.commit=50ms, learn.over=5m …
--config FILE   the configuration that has the check (default ${defaultConfigPath})

All results that are kept are judged, for what is usual is learned from them. In front of each outage stands = when it was
told and would be, - when it was told only, + when it would be told only. Other configurations, and clocks that were set,
are not in the results. May be run while Vigie watches. Exit code 0 when nothing is different, 1 when something is.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: defaultConfigPath },
        from: { type: 'string' },
        to: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
      },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('one check is wanted');
    const config = read(values.config, id, values.set);
    const only = onlyCheck(config, id);
    if (only === undefined)
      throw new CommandFailure(`there is no check ${JSON.stringify(id)} in ${values.config}`);
    const now = Temporal.Now.instant().epochMilliseconds;
    const window = {
      from: values.from === undefined ? 0 : instantOf(values.from, 'ago'),
      to: values.to === undefined ? now : instantOf(values.to, 'ago'),
    };
    const database = open(join(config.data, databaseName));
    const lines = compare(createSqliteStore(database), { only, id }, window, now);
    database.close();
    process.stdout.write(lines.map((line) => `${line}\n`).join('') || 'no outage, neither then nor now\n');
    return lines.every((line) => line.startsWith('=')) ? 0 : 1;
  },
};

const open = (path: string): ReturnType<typeof openToRead> => {
  try {
    return openToRead(path);
  } catch (error) {
    if (error instanceof StoreError) throw new CommandFailure(error.message);
    throw error;
  }
};

interface Window {
  readonly from: number;
  readonly to: number;
}

/** A check, and the configuration with what is said of it. */
interface Only {
  readonly only: Config;
  readonly id: string;
}

/** A line an outage that touches the window, of what was told and what would be. */
export const compare = (
  store: Pick<SyncStore, 'results' | 'outages' | 'starts' | 'windows'>,
  { only, id }: Only,
  { from, to }: Window,
  now: number,
): readonly string[] => {
  const told = store
    .outages({ from: 0, to: now, limit: outagesMax })
    .filter(({ subject }) => subject.kind === 'check' && subject.id === id);
  const past = {
    parts: days(store, { only, id }, now),
    starts: store.starts(0, now),
    memory: memoryOf(store),
  };
  const would = replay(only, past, now).filter(({ subject }) => subject.id === id);
  const lines = new Map<string, string>();
  const touches = ({ startedAt, end }: Outage): boolean => startedAt < to && (end?.at ?? now) >= from;
  for (const [mark, outages] of [
    ['-', told],
    ['+', would],
  ] as const)
    for (const outage of outages.filter(touches)) {
      const line = lineOf(outage);
      lines.set(line, lines.has(line) ? '=' : mark);
    }
  return [...lines]
    .map(([line, mark]) => `${mark} ${line}`)
    .toSorted((a, b) => a.slice(2).localeCompare(b.slice(2)));
};

// As it was kept then, but not in its place.
const memoryOf = (store: Pick<SyncStore, 'windows'>): SyncStore => {
  const memory = createSqliteStore(openDatabase(':memory:'));
  memory.commit({ ...new Draft().effects(), windows: store.windows(0, Number.MAX_SAFE_INTEGER) });
  return memory;
};

// A day at a time: months of results would not fit into memory together.
function* days(
  store: Pick<SyncStore, 'results'>,
  { only: { services, witnesses }, id }: Only,
  now: number,
): Generator<readonly Result[]> {
  const checks = services.flatMap((service) => service.checks);
  // What is derived from witnesses is so again, and of what else leads to the check nothing is asked.
  const probed = checks.filter((check) => check.id === id && check.derived !== true);
  const series = [...probed, ...witnesses].flatMap(seriesOf);
  const of = (from: number, to: number, limit = resultsMax) =>
    series.flatMap((key) => store.results(key, { from, to, limit }));
  const oldest = Math.min(...of(0, now, 1).map(({ at }) => at));
  for (let from = oldest; from < now; from += dayMs) {
    const results = of(from, Math.min(from + dayMs, now));
    if (results.length > 0) yield results;
  }
}

const lineOf = ({ state, startedAt, end, finding }: Outage): string => {
  const until = end === undefined ? 'still' : `${instant(end.at)} ${end.how}`;
  return `${instant(startedAt)} – ${until}  ${state}: ${finding.cause}, ${finding.evidence}`;
};

const instant = (at: number): string =>
  `${timeOf(at)}:${String(Math.floor(at / 1_000) % 60).padStart(2, '0')}`;

/** The configuration with what is set of one check, or the command ends with every problem. */
const read = (path: string, id: string, set: readonly string[]): Config => {
  const changed: Files = {
    ...disk,
    readText: (file, bytesMax) => change(disk.readText(file, bytesMax), id, set),
  };
  const { config, problems } = load(path, set.length === 0 ? disk : changed);
  if (config === undefined)
    throw new CommandFailure(`the configuration cannot be used\n${renderProblems(problems).join('\n')}`);
  return config;
};

/** The text of a YAML file in which keys of a check are set, if it has that check. */
export const change = (text: string, id: string, set: readonly string[]): string => {
  const document = parseDocument(text);
  const path = pathOf(document, id);
  if (document.errors.length > 0 || path === undefined) return text;
  for (const one of set) {
    const [key = '', value] = one.split(/=(.*)/s);
    const parsed = parseDocument(value ?? '');
    try {
      if (value === undefined || parsed.errors.length > 0) throw new Error('half of it is missing');
      // Throws where what is above has nothing in it that could be set.
      document.setIn([...path, ...key.split('.')], parsed.toJS());
    } catch {
      throw new UsageError(`${JSON.stringify(one)} is no KEY=VALUE`);
    }
  }
  return String(document);
};

// A check without an id has that of its service.
const pathOf = (document: Document, id: string): readonly (string | number)[] | undefined => {
  const services = document.get('services');
  if (!isSeq(services)) return undefined;
  for (const [at, service] of services.items.entries()) {
    const checks = isMap(service) ? service.get('checks') : undefined;
    if (!isMap(service) || !isSeq(checks)) continue;
    const found = checks.items.findIndex(
      (check) => isMap(check) && (check.get('id') ?? service.get('id')) === id,
    );
    if (found >= 0) return ['services', at, 'checks', found];
  }
  return undefined;
};

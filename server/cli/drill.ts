// vigie drill: does the whole way work, from a service that dies to the people who are told, and how long does it take?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config, RouteConfig } from '../../config/config.ts';
import type { Letter, Log } from '../app/ports.ts';
import { Target, drill } from '../drill.ts';
import type { Act } from '../drill.ts';
import { CommandFailure } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';

export const drillCommand: Command = {
  usage: 'drill [ROUTE …] [--config FILE]',
  summary: 'Lets a server of its own die, tells it to routes as an exercise, and measures that.',
  details: `ROUTE           ids of the routes to tell (default: all but those for the public)
--config FILE   the configuration that has them (default ${defaultConfigPath})

A service that nobody knows goes out and comes back: two messages a route, each marked as an exercise, whatever the hours,
delays and services of the route. It takes about a minute and a half, and leaves nothing behind.
Exit code 0 when every message was delivered, 1 when one was not.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string', default: defaultConfigPath } },
    });
    const config = mustLoad(values.config);
    const routes = chosen(config.routes, positionals);
    const folder = mkdtempSync(join(tmpdir(), 'vigie-drill-'));
    const target = new Target();
    await target.start();
    const acts: Act[] = [];
    const played = (act: Act) => {
      acts.push(act);
      process.stdout.write(`${linesOf(act, routes).join('\n')}\n`);
    };
    process.stderr.write(`The exercise tells ${routes.map(({ id }) => id).join(', ')} …\n`);
    try {
      await drill({ config: configOf(config, routes, target.port, folder), target, log, played });
    } finally {
      await target.stop();
      rmSync(folder, { recursive: true });
    }
    return acts.length === 2 && acts.every((act) => isWell(act, routes)) ? 0 : 1;
  },
};

const chosen = (routes: readonly RouteConfig[], ids: readonly string[]): readonly RouteConfig[] => {
  const strange = ids.find((id) => routes.every((route) => route.id !== id));
  if (strange !== undefined) throw new CommandFailure(`there is no route ${strange}`);
  const wanted = routes.filter(({ id, audience }) =>
    ids.length === 0 ? audience === 'admins' : ids.includes(id),
  );
  if (wanted.length === 0)
    throw new CommandFailure('there is no route to tell: see notify: in the configuration');
  return wanted;
};

// Read as every configuration is, so that its check has the usual settings.
const configOf = (config: Config, routes: readonly RouteConfig[], port: number, folder: string): Config => {
  const path = join(folder, 'vigie.yaml');
  const service = {
    id: 'exercise',
    name: { fr: 'Exercice', en: 'Exercise' },
    checks: [{ id: 'exercise', type: 'tcp', host: '127.0.0.1', port }],
  };
  const { name, timezone } = config.organisation;
  writeFileSync(
    path,
    JSON.stringify({ organisation: { name, timezone }, data: folder, services: [service] }),
  );
  return {
    ...mustLoad(path),
    exercise: true,
    organisation: config.organisation,
    resolvers: config.resolvers,
    routes: routes.map(asked),
  };
};

/** The route, told of everything at once. */
const asked = ({ id, type, options, languages, audience, weeklyTest }: RouteConfig): RouteConfig => ({
  id,
  type,
  options,
  languages,
  audience,
  weeklyTest,
  severity: 'degraded',
  quiet: 'degraded',
  afterMs: 0,
  repeatMs: [],
});

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const linesOf = ({ name, detectedMs, letters }: Act, routes: readonly RouteConfig[]): readonly string[] => [
  letters.length === 0 ? `${name}: not noticed` : `${name}: noticed after ${seconds(detectedMs)}`,
  ...routes.map(({ id }) => {
    const letter = letters.find(({ message }) => message.route === id);
    return `  ${id}: ${letter === undefined ? 'not told' : fateOf(letter)}`;
  }),
];

const fateOf = ({ message, fate, attempts, evidence = '' }: Letter): string => {
  if (fate?.kind === 'delivered')
    return `delivered ${seconds(fate.at - message.at)} later${attempts > 1 ? `, at attempt ${attempts}` : ''}`;
  return `${fate?.kind === 'dead' ? 'given up' : 'not delivered yet'} (${evidence})`;
};

const isWell = ({ letters }: Act, routes: readonly RouteConfig[]): boolean =>
  letters.length === routes.length && letters.every(({ fate }) => fate?.kind === 'delivered');

/** Only what is wrong with us: the rest is in what the drill prints. */
const log: Log = {
  info: () => {},
  warn: () => {},
  error: (event, { error } = {}) => {
    if (error instanceof Error) process.stderr.write(`${event}: ${error.message}\n`);
  },
};

// vigie run CHECK: one probe a series, with its phases, as a table.
import { parseArgs } from 'node:util';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Explanation } from '../../checks/lib/explain/bundle.ts';
import { rowsOf } from '../../checks/lib/explain/rows.ts';
import { verdict } from '../../checks/lib/explain/verdict.ts';
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import { createResolver } from '../../checks/lib/resolver.ts';
import type { CheckConfig, Config } from '../../config/config.ts';
import { grade } from '../core/result.ts';
import type { Graded } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import { canExplain, explain, loadTypes, resolveTimeoutMs, runProbes, typeOf } from '../prober/probe.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';

interface Probed {
  readonly series: SeriesKey;
  readonly outcome: Outcome;
  readonly graded: Graded;
}

export const run: Command = {
  usage: 'run CHECK [--config FILE] [--explain] [--json]',
  summary: 'Probes one check once, and shows its phases.',
  details: `--config FILE   the configuration that has the check (default ${defaultConfigPath})
--explain       asks a database also why it is as it is, by the account under its option explain
--json          one JSON object instead of a table

Exit code 0 when every probe was good, 1 when one was not.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: defaultConfigPath },
        explain: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('one check is wanted');
    const config = mustLoad(values.config);
    const checks = [...config.services.flatMap((service) => service.checks), ...config.witnesses];
    const check = checks.find((candidate) => candidate.id === id);
    if (check === undefined)
      throw new CommandFailure(
        `there is no check ${JSON.stringify(id)} in ${values.config}; it has ${checks.map((c) => c.id).join(', ')}`,
      );
    if (typeOf(check).kind === 'passive')
      throw new CommandFailure(
        `${id} is heard, not probed: its job calls /heartbeat/TOKEN of the status page`,
      );
    if (values.explain && !canExplain(check))
      throw new CommandFailure(`${id} cannot be asked why: it is no database, or has no option explain`);
    const probed = await probe(check, config);
    const why = values.explain ? await whyOf(check, config.resolvers, probed) : undefined;
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ check: id, probes: probed, ...why }, undefined, 2)}\n`
        : `${table(check, probed)}${why === undefined ? '' : `\n${tell(why)}`}`,
    );
    return probed.every(({ graded }) => graded.grade === 'good') ? 0 : 1;
  },
};

const probe = async (
  check: CheckConfig,
  { resolvers, vantagePoints: [{ id: here }] }: Config,
): Promise<readonly Probed[]> => {
  await loadTypes([check]);
  const resolver = createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs });
  return Promise.all(
    check.families.map(async (family) => {
      const series = { check: check.id, vantage: here, family };
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(new Deadline(check.timeoutMs)), check.timeoutMs);
      const [outcome] = await runProbes(
        [{ check, series, turn: 0, before: {}, signal: controller.signal }],
        resolver,
      );
      clearTimeout(timer);
      if (outcome === undefined) throw new CommandFailure('the probe gave no outcome');
      return {
        series,
        outcome,
        graded: grade({ series, startedAt: 0, outcome, tainted: false }, check.slowMs),
      };
    }),
  );
};

interface Why {
  readonly sentence: string;
  readonly explanation: Explanation;
}

const whyOf = async (
  check: CheckConfig,
  resolvers: readonly string[],
  probed: readonly Probed[],
): Promise<Why | undefined> => {
  const resolver = createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs });
  const explanation = await explain(check, 'full', resolver);
  const phase = probed.map(({ graded }) => graded.finding?.phase).find((phase) => phase !== undefined);
  return explanation && { sentence: verdict(explanation, phase === undefined ? {} : { phase }), explanation };
};

const tell = ({ sentence, explanation }: Why): string => {
  const rows = 'bundle' in explanation ? rowsOf(explanation.bundle) : [];
  return [`why: ${sentence}`, ...rows.map((row) => `  ${row}`), ''].join('\n');
};

const table = (check: CheckConfig, probed: readonly Probed[]): string =>
  probed.map(({ series, outcome, graded }) => `${section(check, series, outcome, graded)}\n`).join('\n');

const section = (check: CheckConfig, { family }: SeriesKey, outcome: Outcome, graded: Graded): string => {
  const reason = outcome.kind === 'ok' ? graded.finding : outcome;
  const rows = [
    ...typeOf(check)
      .phases.filter((phase) => outcome.phasesUs[phase] !== undefined)
      .map((phase) => duration(phase, outcome.phasesUs[phase] ?? 0, check.slowMs[phase])),
    duration('total', outcome.totalUs, check.slowMs.total),
    ...Object.entries(outcome.facts).map(fact),
  ];
  const verdict =
    reason === undefined ? graded.grade : `${graded.grade}: ${reason.cause}, ${reason.evidence}`;
  return [`${check.id} (${check.type}${family === 0 ? '' : `, IPv${family}`}): ${verdict}`, ...rows].join(
    '\n',
  );
};

/** The most milliseconds that a date may be away from 1970. */
const dateMsMax = 8.64e15;

const fact = ([name, value]: readonly [string, Facts[string]]): string => {
  const isInstant = name.endsWith('At') && typeof value === 'number' && Math.abs(value) <= dateMsMax;
  return `  ${name.padEnd(23)} ${isInstant ? new Date(value).toISOString() : value}`;
};

const duration = (name: string, us: number, slowMs: number | undefined): string => {
  const ms = us / 1_000;
  const mark = slowMs !== undefined && ms > slowMs ? `   slow above ${slowMs} ms` : '';
  return `  ${name.padEnd(16)}${ms.toFixed(2).padStart(10)} ms${mark}`;
};

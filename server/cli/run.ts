// vigie run CHECK: one probe a series, with its phases, as a table.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Explanation } from '../../checks/lib/explain/bundle.ts';
import { rowsOf } from '../../checks/lib/explain/rows.ts';
import { verdict } from '../../checks/lib/explain/verdict.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import type { Resolver } from '../../checks/lib/resolver.ts';
import { createResolver } from '../../checks/lib/resolver.ts';
import type { CheckConfig, Config } from '../../config/config.ts';
import type { Job } from '../app/scheduler.ts';
import { grade } from '../core/result.ts';
import { explain, loadTypes, resolveTimeoutMs, runProbes } from '../prober/probe.ts';
import { canExplain, typeOf } from '../prober/types.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command } from './command.ts';
import { defaultConfigPath, mustLoad } from './configuration.ts';
import { probeTable } from './probe-table.ts';
import type { Probed } from './probe-table.ts';

export const run: Command = {
  usage: 'run CHECK [--config FILE] [--twice] [--explain] [--json]',
  summary: 'Probes one check once, and shows its phases.',
  details: `--config FILE   the configuration that has the check (default ${defaultConfigPath})
--twice         probes again when a recheck would, and shows that: for what is counted from one probe to the next
--explain       asks a database also why it is as it is, by the account under its option explain
--json          one JSON object instead of a table

Exit code 0 when every probe was good, 1 when one was not. What is judged by the day before (prefixes that are lost, a
zone that stays behind) takes a Vigie that runs.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: defaultConfigPath },
        twice: { type: 'boolean', default: false },
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
    if (typeOf(check).kind === 'derived')
      throw new CommandFailure(
        `${id} is not probed: it tells what the witnesses see; run ${config.witnesses.map((c) => c.id).join(', ')}`,
      );
    if (values.explain && !canExplain(check))
      throw new CommandFailure(`${id} cannot be asked why: it is no database, or has no option explain`);
    const probed = await probe(check, config, values.twice);
    const why = values.explain ? await whyOf(check, config.resolvers, probed) : undefined;
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ check: id, probes: probed, ...why }, undefined, 2)}\n`
        : [...probed.map((one) => probeTable(check, one)), ...(why === undefined ? [] : [tell(why)])].join(
            '\n',
          ),
    );
    return probed.every(({ graded }) => graded.grade === 'good') ? 0 : 1;
  },
};

const probe = async (
  check: CheckConfig,
  { resolvers, vantagePoints: [{ id: here }] }: Config,
  twice: boolean,
): Promise<readonly Probed[]> => {
  await loadTypes([check]);
  const resolver = createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs });
  return Promise.all(
    check.families.map(async (family) => {
      const series = { check: check.id, vantage: here, family };
      const first = await outcomeOf({ check, series, turn: 0, before: {} }, resolver);
      if (twice) await sleep(check.policy.recheckMs);
      const outcome = twice
        ? await outcomeOf({ check, series, turn: 1, before: first.facts }, resolver)
        : first;
      return {
        series,
        outcome,
        graded: grade({ series, startedAt: 0, outcome, tainted: false }, check.slowMs),
      };
    }),
  );
};

const outcomeOf = async (job: Omit<Job, 'signal'>, resolver: Resolver): Promise<Outcome> => {
  const { timeoutMs } = job.check;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Deadline(timeoutMs)), timeoutMs);
  const [outcome] = await runProbes([{ ...job, signal: controller.signal }], resolver);
  clearTimeout(timer);
  if (outcome === undefined) throw new CommandFailure('the probe gave no outcome');
  return outcome;
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

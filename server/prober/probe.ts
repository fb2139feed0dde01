// Makes probes of configured checks: the same way in the prober's thread and for one run by hand.
import { performance } from 'node:perf_hooks';
import { Deadline } from '../../checks/lib/contract.ts';
import type { ActiveCheck, CheckType, Family, Probe } from '../../checks/lib/contract.ts';
import type { Depth, Explanation } from '../../checks/lib/explain/bundle.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import type { Resolver } from '../../checks/lib/resolver.ts';
import { Stopwatch } from '../../checks/lib/timing.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { Job } from '../app/scheduler.ts';
import { seriesOf } from '../core/series.ts';

/** How long the DNS step of a probe may take. */
export const resolveTimeoutMs = 2_000;

// A thread that probes has only the types that it probes with: all of them would be six megabytes more.
const loaded = new Map<string, ActiveCheck>();

/** Loads the types of these checks and their libraries, so that no probe is timed while its thread reads files. */
export const loadTypes = async (checks: readonly CheckConfig[]): Promise<void> => {
  for (const name of new Set(checks.map(({ type }) => type))) {
    const { default: type }: { readonly default: CheckType } = await import(`../../checks/${name}.ts`);
    if (type.kind !== 'active') throw new Error(`${name} is not probed`);
    await type.load?.();
    loaded.set(name, type);
  }
};

const loadedTypeOf = ({ type }: CheckConfig): ActiveCheck => {
  const found = loaded.get(type);
  if (found === undefined) throw new Error(`the check type ${type} has not been loaded`);
  return found;
};

/** Checks with the same key are probed in one round. */
export const roundKey = (check: CheckConfig): string | undefined =>
  loadedTypeOf(check).round?.key(check.options, check.timeoutMs);

/** Outcomes in the order of the jobs, all of one check type. Rejects when the jobs' signal says stop, or with a bug. */
export const runProbes = async (
  jobs: readonly Job[],
  resolver: Resolver,
  now: () => number = Date.now,
): Promise<readonly Outcome[]> => {
  const [first] = jobs;
  if (first === undefined) return [];
  const type = loadedTypeOf(first.check);
  const probes = jobs.map((job) => ({
    options: job.check.options,
    probe: probeOf(job, resolver, now),
  }));
  if (type.round !== undefined) return type.round.run(probes);
  return Promise.all(probes.map(({ options, probe }) => type.run(options, probe)));
};

/** How long it may take in all to ask a target why it is as it is. */
const explainingMsMax = 5_000;

/** Asks why it is as it is, within `explainingMsMax`; of a check that cannot say, nothing. */
export const explain = async (
  check: CheckConfig,
  depth: Depth,
  resolver: Resolver,
  now: () => number = Date.now,
): Promise<Explanation | undefined> => {
  await loadTypes([check]);
  const ask = loadedTypeOf(check).explain?.(check.options);
  const [series] = seriesOf(check);
  if (ask === undefined || series === undefined) return undefined;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Deadline(explainingMsMax)), explainingMsMax);
  const job = { check, series, turn: 0, before: {}, signal: controller.signal };
  try {
    return await ask(probeOf(job, resolver, now), depth);
  } finally {
    clearTimeout(timer);
  }
};

const probeOf = (
  { check, series, signal, turn, before }: Job,
  resolver: Resolver,
  now: () => number,
): Probe => ({
  family: series.family as Family,
  signal,
  timeoutMs: check.timeoutMs,
  turn,
  before,
  resolver,
  timing: new Stopwatch(() => performance.now()),
  now,
});

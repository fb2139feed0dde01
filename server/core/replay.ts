// What the judgement makes, once more, of results that were kept: the same outages, unless the configuration is another.
import type { Cause, Outcome, SelfCause } from '../../checks/lib/outcome.ts';
import type { Config, Dependency } from '../../config/config.ts';
import type { Effects, Outage } from './effects.ts';
import { beforeLoss } from './lossy.ts';
import type { Remembered } from './remember.ts';
import type { Result } from './result.ts';
import { seriesId } from './series.ts';
import type { Instant } from './time.ts';
import { Watch } from './watch.ts';
import type { Step } from './watch.ts';

/** How often time alone may have changed a state. */
const tickMs = 5_000;

/**
 * The configuration with this check, and the way to it: whatever it depends on, up to the uplink that the witnesses show. What is
 * said of it depends on nothing else. Nothing, when there is no such check.
 */
export const onlyCheck = (config: Config, id: string): Config | undefined => {
  const way = new Set<string>();
  const follow = ({ kind, id }: Dependency): void => {
    for (const service of config.services)
      for (const check of service.checks) {
        if ((kind === 'check' ? check.id : service.id) !== id || way.has(check.id)) continue;
        way.add(check.id);
        for (const parent of [...(check.dependsOn ?? []), ...(service.dependsOn ?? [])]) follow(parent);
      }
  };
  follow({ kind: 'check', id });
  const services = config.services
    .map((service) => ({ ...service, checks: service.checks.filter((check) => way.has(check.id)) }))
    .filter(({ checks }) => checks.length > 0);
  return way.size === 0 ? undefined : { ...config, services };
};

/** What is kept of the past. */
export interface Past {
  /** Each holds the results of a time, with those of the witnesses, and comes before the next. */
  readonly parts: Iterable<readonly Result[]>;
  /** When Vigie was started, in order: it forgot there what it does not keep. */
  readonly starts: readonly Instant[];
  /** Where what it keeps is kept this time; empty, but for windows of maintenance. */
  readonly memory: {
    readonly commit: (effects: Effects) => void;
    readonly remember: (now: Instant) => Remembered;
  };
}

/** Outages of checks, oldest first. Results are heard in the order in which they arrived. */
export const replay = (
  config: Config,
  { parts, starts, memory }: Past,
  until: Instant,
): readonly Outage[] => {
  const rerun = new Rerun(config, memory);
  const coming = [...starts];
  const startBefore = (at: Instant) => {
    for (let next = coming[0]; next !== undefined && next <= at; next = coming[0])
      rerun.start(coming.shift() ?? next);
  };
  for (const arrival of arrivalsOf(parts)) {
    startBefore(arrival.at);
    rerun.hear(arrival);
  }
  startBefore(until);
  return rerun.end(until);
};

class Rerun {
  readonly #config: Config;
  readonly #memory: Past['memory'];
  readonly #newest = new Map<string, Remembered['newest'][number]>();
  readonly #outages = new Map<string, Outage>();
  #watch: Watch | undefined;
  #now: Instant = 0;

  constructor(config: Config, memory: Past['memory']) {
    this.#config = config;
    this.#memory = memory;
  }

  start(now: Instant): Watch {
    if (this.#watch !== undefined) this.#pass(this.#watch, now);
    const remembered = { ...this.#memory.remember(now), newest: [...this.#newest.values()] };
    const { watch, step } = Watch.open(this.#config, remembered, now);
    this.#watch = watch;
    this.#now = now;
    this.#take(step);
    return watch;
  }

  hear({ result, at }: Arrival): void {
    const { series, at: startedAt } = result;
    // What was kept before starts were.
    const watch = this.#watch ?? this.start(startedAt);
    this.#pass(watch, at);
    const outcome = outcomeOf(result, watch.isOverLoss({ kind: 'check', id: series.check }));
    this.#take(watch.observe([{ series, startedAt, outcome, tainted: false }], at));
  }

  end(at: Instant): readonly Outage[] {
    if (this.#watch !== undefined) this.#pass(this.#watch, at);
    return [...this.#outages.values()].toSorted((a, b) => a.startedAt - b.startedAt);
  }

  #pass(watch: Watch, to: Instant): void {
    for (; this.#now + tickMs <= to; this.#now += tickMs) this.#take(watch.tick(this.#now + tickMs));
  }

  // Results are there already, and months of them: only the newest of each series is wanted again.
  #take({ effects: { results, ...changed } }: Step): void {
    for (const { series, at, grade } of results)
      if (grade !== 'invalid') this.#newest.set(seriesId(series), { series, at });
    if (Object.values(changed).some(({ length }) => length > 0))
      this.#memory.commit({ ...changed, results: [] });
    for (const outage of changed.outages)
      if (outage.subject.kind === 'check') this.#outages.set(outage.id, outage);
  }
}

interface Arrival {
  readonly result: Result;
  readonly at: Instant;
}

function* arrivalsOf(parts: Iterable<readonly Result[]>): Generator<Arrival> {
  let late: readonly Arrival[] = [];
  for (const results of parts) {
    const arrivals = [...late, ...results.map(arrived)].toSorted((a, b) => a.at - b.at);
    // What began in this part and arrived in the next is heard there.
    const last = results.reduce((last, { at }) => Math.max(last, at), 0);
    late = arrivals.filter(({ at }) => at > last);
    yield* arrivals.filter(({ at }) => at <= last);
  }
  yield* late;
}

const arrived = (result: Result): Arrival => ({
  result,
  at: result.at + Math.round(result.totalUs / 1_000),
});

// What the judgement made of an outcome is taken back; it is asked again.
const outcomeOf = (result: Result, isOverLoss: boolean): Outcome => {
  const { grade, cause, evidence = '', totalUs, phasesUs, facts } = result;
  const measured = { totalUs, phasesUs, facts };
  const before = beforeLoss(evidence);
  // What else was no evidence was so because of ourselves, and is none again.
  if (grade === 'invalid' && before === undefined && !(isOverLoss && cause === undefined))
    return { kind: 'invalid', cause: 'self_loop_lag', evidence, ...measured };
  if (cause === undefined || (cause === 'slow' && (grade === 'poor' || before !== undefined)))
    return { kind: 'ok', ...measured };
  if (isOurs(cause)) return { kind: 'invalid', cause, evidence, ...measured };
  return { kind: grade === 'bad' ? 'fail' : 'warn', cause, evidence: before ?? evidence, ...measured };
};

const isOurs = (cause: Cause | SelfCause): cause is SelfCause => cause.startsWith('self_');

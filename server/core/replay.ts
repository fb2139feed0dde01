// What the judgement makes, once more, of results that were kept: the same outages, unless the configuration is another.
import type { Cause, Outcome } from '../../checks/lib/outcome.ts';
import type { Config } from '../../config/config.ts';
import type { Outage } from './effects.ts';
import { nothingRemembered } from './remember.ts';
import type { Report, Result } from './result.ts';
import type { Instant } from './time.ts';
import { Watch } from './watch.ts';
import type { Step } from './watch.ts';

/** How often time alone may have changed a state. */
const tickMs = 5_000;

/** The configuration with this check alone, and the witnesses: what is said of it depends on nothing else. */
export const onlyCheck = (config: Config, id: string): Config | undefined => {
  const services = config.services.flatMap((service) => {
    const checks = service.checks.filter((check) => check.id === id);
    return checks.length === 0 ? [] : [{ ...service, checks }];
  });
  return services.length === 0 ? undefined : { ...config, services };
};

/**
 * Outages of the only check of `config`, oldest first. Each of `parts` holds the results of a time, with those of the
 * witnesses, and comes before the next; they are heard in the order in which they arrived.
 */
export const replay = (
  config: Config,
  parts: Iterable<readonly Result[]>,
  until: Instant,
): readonly Outage[] => {
  let rerun: Rerun | undefined;
  for (const arrival of arrivalsOf(parts)) {
    rerun ??= new Rerun(config, arrival.report.startedAt);
    rerun.hear(arrival);
  }
  return rerun?.end(until) ?? [];
};

class Rerun {
  readonly #watch: Watch;
  readonly #outages = new Map<string, Outage>();
  #now: Instant;

  constructor(config: Config, now: Instant) {
    const { watch, step } = Watch.open(config, nothingRemembered, now);
    this.#watch = watch;
    this.#now = now;
    this.#take(step);
  }

  hear({ report, at }: Arrival): void {
    this.#pass(at);
    this.#take(this.#watch.observe([report], at));
  }

  end(at: Instant): readonly Outage[] {
    this.#pass(at);
    return [...this.#outages.values()].toSorted((a, b) => a.startedAt - b.startedAt);
  }

  #pass(to: Instant): void {
    for (; this.#now + tickMs <= to; this.#now += tickMs) this.#take(this.#watch.tick(this.#now + tickMs));
  }

  #take({ effects }: Step): void {
    for (const outage of effects.outages)
      if (outage.subject.kind === 'check') this.#outages.set(outage.id, outage);
  }
}

interface Arrival {
  readonly report: Report;
  readonly at: Instant;
}

function* arrivalsOf(parts: Iterable<readonly Result[]>): Generator<Arrival> {
  let late: readonly Arrival[] = [];
  for (const results of parts) {
    const arrivals = [...late, ...results.map(arrivalOf)].toSorted((a, b) => a.at - b.at);
    // What began in this part and arrived in the next is heard there.
    const last = results.reduce((last, { at }) => Math.max(last, at), 0);
    late = arrivals.filter(({ at }) => at > last);
    yield* arrivals.filter(({ at }) => at <= last);
  }
  yield* late;
}

const arrivalOf = (result: Result): Arrival => ({
  report: { series: result.series, startedAt: result.at, outcome: outcomeOf(result), tainted: false },
  at: result.at + Math.round(result.totalUs / 1_000),
});

// Slow is what the judgement said of an outcome that was ok; it is asked again.
const outcomeOf = ({ grade, cause, evidence = '', totalUs, phasesUs, facts }: Result): Outcome => {
  const measured = { totalUs, phasesUs, facts };
  if (grade === 'good' || (grade === 'poor' && cause === 'slow')) return { kind: 'ok', ...measured };
  if (grade === 'invalid') return { kind: 'invalid', cause: 'self_loop_lag', evidence, ...measured };
  // Neither is ever without a cause of the target's.
  return {
    kind: grade === 'bad' ? 'fail' : 'warn',
    cause: (cause ?? 'protocol') as Cause,
    evidence,
    ...measured,
  };
};

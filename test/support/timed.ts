// A watched database whose phases take as long as a test says.
import type { Outcome } from '../../checks/lib/outcome.ts';
import type { CheckConfig, Config } from '../../config/config.ts';
import type { Effects } from '../../server/core/effects.ts';
import { Lookout } from './lookout.ts';
import { hours, makeCheck, makeConfig, makeService, seconds, seriesKey, start } from './watch.ts';

/** Milliseconds a phase takes. */
export type Phases = Readonly<Record<string, number>>;

export const database = (part: Parameters<typeof makeCheck>[1] = {}): CheckConfig =>
  makeCheck('db', {
    slowMs: { query: 100, commit: 200, total: 1_000 },
    learn: { overMs: 130_000 },
    ...part,
  });

export const databaseConfig = (part?: Parameters<typeof makeCheck>[1]): Config =>
  makeConfig([makeService('data', [database(part)])]);

export const took = (phasesMs: Phases): Outcome => {
  const us = Object.entries(phasesMs).map(([phase, ms]) => [phase, Math.round(ms * 1_000)] as const);
  const totalUs = us.reduce((sum, [, us]) => sum + us, 0);
  return { kind: 'ok', phasesUs: Object.fromEntries(us), totalUs, facts: {} };
};

export const everyMs = 20 * seconds;
export const usual: Phases = { query: 1, commit: 5 };

/** Probed every twenty seconds; instants are milliseconds after `start`. */
export class TimedDatabase {
  lookout: Lookout;
  at = 0;
  readonly #config: Config;

  readonly #decided: (effects: Effects) => void;

  constructor(config = databaseConfig(), decided: (effects: Effects) => void = () => {}) {
    this.#config = config;
    this.#decided = decided;
    this.lookout = new Lookout(config);
  }

  /** So many probes, each of which takes what `phases` says of it. */
  probe(times: number, phases: Phases | ((index: number) => Phases), tainted = false): this {
    for (let index = 0; index < times; index++)
      this.hear(took(typeof phases === 'function' ? phases(index) : phases), tainted);
    return this;
  }

  hear(outcome: Outcome, tainted = false): this {
    this.at += everyMs;
    const startedAt = start + this.at;
    const arrivedAt = startedAt + Math.round(outcome.totalUs / 1_000);
    const report = { series: seriesKey('db'), startedAt, outcome, tainted };
    this.#decided(this.lookout.observe([report], arrivedAt).effects);
    return this;
  }

  /** Long enough to know what is usual. */
  learn(phases: Phases | ((index: number) => Phases) = usual, forMs = 3 * hours): this {
    return this.probe(forMs / everyMs, phases);
  }

  restart(): this {
    this.lookout = this.lookout.restart(this.#config, this.at);
    return this;
  }

  get state(): string | undefined {
    return this.lookout.watch.checks.get('db')?.timeline.state;
  }

  get finding() {
    return this.lookout.watch.checks.get('db')?.timeline.finding;
  }
}

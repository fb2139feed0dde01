// Asks why, where a check can say: every minute a little, so that it is known how things were before, and in full when an
// outage opens. No probe and no judgement waits for it.
import type { CheckConfig, Config } from '../../config/config.ts';
import { verdict } from '../../checks/lib/explain/verdict.ts';
import type { Depth } from '../../checks/lib/explain/bundle.ts';
import type { Notable, Outage } from '../core/effects.ts';
import type { Log, Prober, Store, Timers } from './ports.ts';

export interface ExplainerDeps {
  readonly explain: Prober['explain'];
  readonly store: Pick<Store, 'keepExplanation'>;
  readonly timers: Timers;
  readonly log: Log;
  /** Whether a check can be asked. */
  readonly canExplain: (check: CheckConfig) => boolean;
}

const intervalMs = 60_000;

export class Explainer {
  readonly #deps: ExplainerDeps;
  #checks: ReadonlySet<string> = new Set();
  #cancel = () => {};
  #stopped = false;

  constructor(deps: ExplainerDeps) {
    this.#deps = deps;
    this.#plan();
  }

  configure({ services }: Config): void {
    const checks = services.flatMap((service) => service.checks);
    this.#checks = new Set(checks.filter(this.#deps.canExplain).map(({ id }) => id));
  }

  /** Of what has happened, an outage of a check that opens is explained. */
  note(notables: readonly Notable[]): void {
    for (const notable of notables) {
      if (notable.kind !== 'outage-opened' || notable.outage.subject.kind !== 'check') continue;
      const { id } = notable.outage.subject;
      if (this.#checks.has(id)) void this.#explain(id, 'full', notable.outage);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #plan(): void {
    this.#cancel = this.#deps.timers.after(intervalMs, () => {
      for (const check of this.#checks) void this.#explain(check, 'small');
      this.#plan();
    });
  }

  async #explain(check: string, depth: Depth, outage?: Outage): Promise<void> {
    const { explain, store, log } = this.#deps;
    try {
      const explanation = await explain(check, depth);
      if (explanation === undefined || this.#stopped) return;
      const sentence = verdict(explanation, outage?.finding);
      if (outage !== undefined) log.warn('check.explained', { check, outage: outage.id, why: sentence });
      await store.keepExplanation(check, { sentence, ...(outage && { outage: outage.id }), explanation });
    } catch (error) {
      // Worth a line, and no more: the next minute has the next one.
      if (!this.#stopped) log.error('explanation.lost', { check, error });
    }
  }
}

// Says once when we cannot probe a series for a reason that an administrator can mend, and once when we can again.
import type { SelfCause } from '../../checks/lib/outcome.ts';
import type { Report } from '../core/result.ts';
import { seriesId } from '../core/series.ts';
import type { Log } from './ports.ts';

/** The others pass by themselves, or are told for all series at once. */
const mendable: readonly string[] = ['self_misconfigured', 'self_bug'] satisfies SelfCause[];

export class Unfitness {
  readonly #log: Log;
  /** Series that cannot be probed, and why. */
  readonly #unfit = new Map<string, { readonly check: string; readonly cause: SelfCause }>();

  constructor(log: Log) {
    this.#log = log;
  }

  hear(reports: readonly Report[]): void {
    for (const { series, outcome } of reports) {
      const id = seriesId(series);
      if (outcome.kind !== 'invalid') {
        if (this.#unfit.delete(id)) this.#log.info('probe.fit-again', { series: id });
        continue;
      }
      const { cause, evidence } = outcome;
      if (!mendable.includes(cause) || this.#unfit.get(id)?.cause === cause) continue;
      this.#unfit.set(id, { check: series.check, cause });
      this.#log.warn('probe.unfit', { series: id, cause, evidence });
    }
  }

  /** These are the checks from now on; of others nothing more will be heard. */
  keep(checks: ReadonlySet<string>): void {
    for (const [id, { check }] of this.#unfit) if (!checks.has(check)) this.#unfit.delete(id);
  }
}

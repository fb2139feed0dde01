// Jobs by the calendar of the organisation.
import type { Config } from '../../config/config.ts';
import type { Clock, Cron, Log, Store } from './ports.ts';

export interface CalendarDeps {
  readonly store: Pick<Store, 'prune'>;
  readonly clock: Clock;
  readonly cron: Cron;
  readonly log: Log;
}

/** Deletes every hour what is older than the configuration keeps, slice by slice. */
export class Retention {
  readonly #deps: CalendarDeps;
  #stop = () => {};

  constructor(deps: CalendarDeps) {
    this.#deps = deps;
  }

  /** Goes by this configuration from now on. */
  configure({ retention, organisation }: Config): void {
    const { cron, log } = this.#deps;
    this.#stop();
    this.#stop = cron('17 * * * *', organisation.timezone, () => {
      this.#prune(retention).catch((error: unknown) => log.error('retention.failed', { error }));
    });
  }

  stop(): void {
    this.#stop();
  }

  async #prune({ resultsMs, evidenceMs }: Config['retention']): Promise<void> {
    const { store, clock, log } = this.#deps;
    const now = clock.now();
    const before = { results: now - resultsMs, evidence: now - evidenceMs, told: now - resultsMs };
    let deleted = 0;
    for (let slice = await store.prune(before); slice > 0; slice = await store.prune(before))
      deleted += slice;
    if (deleted > 0) log.info('retention.pruned', { deleted });
  }
}

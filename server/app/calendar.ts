// Jobs by the calendar of the organisation.
import type { Config } from '../../config/config.ts';
import type { Clock, Cron, Log, Store } from './ports.ts';

export interface CalendarDeps {
  readonly store: Pick<Store, 'prune'>;
  readonly clock: Clock;
  readonly cron: Cron;
  readonly log: Log;
}

/** Deletes every hour what is older than the configuration keeps, slice by slice; the answer ends that. */
export const startRetention = (
  { store, clock, cron, log }: CalendarDeps,
  config: () => Config,
): (() => void) =>
  cron('17 * * * *', config().organisation.timezone, () => {
    void prune().catch((error: unknown) => log.error('retention.failed', { error }));
    async function prune(): Promise<void> {
      const { resultsMs, evidenceMs } = config().retention;
      const now = clock.now();
      const before = { results: now - resultsMs, evidence: now - evidenceMs, told: now - resultsMs };
      let deleted = 0;
      for (let slice = await store.prune(before); slice > 0; slice = await store.prune(before))
        deleted += slice;
      if (deleted > 0) log.info('retention.pruned', { deleted });
    }
  });

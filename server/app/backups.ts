// A copy of the database every night, looked through before it counts as one.
import type { Config } from '../../config/config.ts';
import type { Clock, Copies, Cron, Log } from './ports.ts';
import { isolate } from './turns.ts';

export interface BackupsDeps {
  readonly copiesIn: (folder: string) => Copies;
  readonly clock: Pick<Clock, 'now'>;
  readonly cron: Cron;
  readonly log: Log;
  /** Told when the newest copy was found to be sound. */
  readonly verified: (at: number) => void;
}

export class Backups {
  readonly #deps: BackupsDeps;
  #stop = () => {};

  constructor(deps: BackupsDeps) {
    this.#deps = deps;
  }

  /** Goes by this configuration from now on. */
  configure({ backup, organisation: { timezone } }: Pick<Config, 'backup' | 'organisation'>): void {
    const { cron, log, copiesIn, verified } = this.#deps;
    this.#stop();
    this.#stop = () => {};
    if (backup === undefined) return;
    const copies = copiesIn(backup.folder);
    const newestAt = copies.newestAt();
    if (newestAt !== undefined) verified(newestAt);
    const turns = isolate(() => this.#make(copies, backup.keep, timezone), log);
    const [hour, minute] = backup.at.split(':').map(Number);
    // A process that stood still at that moment makes it when it goes on.
    this.#stop = cron(`${minute} ${hour} * * *`, timezone, turns, turns);
  }

  stop(): void {
    this.#stop();
  }

  async #make(copies: Copies, keep: number, timezone: string): Promise<void> {
    const { clock, log, verified } = this.#deps;
    const now = clock.now();
    const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
    const failed = (fields: object) => log.error('backup.failed', { ...fields, date: date.toString() });
    try {
      const problems = await copies.make(date.toString());
      if (problems.length > 0) return failed({ problems });
      verified(now);
      log.info('backup.made', { date: date.toString(), removed: copies.keep(keep) });
    } catch (error) {
      failed({ error });
    }
  }
}

// The real store on a database in memory, and what happens to disks and processes while something is written.
import { StoreError } from '../../server/app/ports.ts';
import type { Store } from '../../server/app/ports.ts';
import { Draft } from '../../server/core/draft.ts';
import type { Effects } from '../../server/core/effects.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import { promised } from '../support/in-process-store.ts';

/** What becomes of the next commit. */
export type Mishap =
  | 'none'
  | 'refused'
  /** Kept, though the caller hears that it was not. */
  | 'kept, and denied'
  /** The process ends, and nothing was kept. */
  | 'crash before'
  /** The process ends before it hears that all was kept. */
  | 'crash after';

/** Results this many are written in one real transaction: nobody reads them meanwhile, and a crash does not lose them. */
const gatheredMax = 1_000;

export class Disk {
  mishap: Mishap = 'none';
  attempts = 0;
  /** The last commit failed because we wanted it to. */
  refusedLast = false;
  readonly #database = openDatabase(':memory:');
  readonly #sync = createSqliteStore(this.#database);
  #gathered = new Draft();
  #count = 0;
  readonly #kept: (effects: Effects, denied: boolean) => void;
  readonly #crash: () => void;

  constructor({
    kept,
    crash,
  }: {
    readonly kept: (effects: Effects, denied: boolean) => void;
    readonly crash: () => void;
  }) {
    this.#kept = kept;
    this.#crash = crash;
  }

  /** What one process sees of it. */
  open(): Store {
    return {
      ...promised(this.written()),
      commit: (effects) => this.#commit(effects),
      untold: async (limit) => this.written().untold(limit),
      told: async (ids, at) => this.written().told(ids, at),
    };
  }

  /** With all that was kept in its tables. */
  written(): ReturnType<typeof createSqliteStore> {
    if (!this.#gathered.isEmpty) this.#sync.commit(this.#gathered.effects());
    this.#gathered = new Draft();
    this.#count = 0;
    return this.#sync;
  }

  close(): void {
    this.#database.close();
  }

  async #commit(effects: Effects): Promise<void> {
    this.attempts++;
    const { mishap } = this;
    this.refusedLast = mishap === 'refused' || mishap === 'kept, and denied';
    if (mishap === 'crash before' || mishap === 'crash after') {
      this.mishap = 'none';
      if (mishap === 'crash after') this.#keep(effects, false);
      this.#crash();
      return new Promise(() => {});
    }
    if (mishap === 'refused') throw new StoreError('store.full', 'The disk is full.');
    this.#keep(effects, mishap === 'kept, and denied');
    if (mishap === 'kept, and denied') throw new StoreError('store.gone', 'The store does not answer.');
  }

  #keep(effects: Effects, denied: boolean): void {
    this.#kept(effects, denied);
    this.#gathered.add(effects);
    this.#count += effects.results.length;
    const isHistory = effects.spans.length + effects.outages.length + effects.notables.length > 0;
    if (isHistory || this.#count >= gatheredMax) this.written();
  }
}

// The real store on a database in memory, and what happens to disks and processes while something is written.
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../server/app/ports.ts';
import type { Store } from '../../server/app/ports.ts';
import { Draft } from '../../server/core/draft.ts';
import type { Effects } from '../../server/core/effects.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import { promised } from '../support/in-process-store.ts';
import type { Random } from './random.ts';

/** What becomes of the next commit. */
export type Mishap =
  | 'none'
  | 'refused'
  /** Kept, though the caller hears that it was not. */
  | 'kept, and denied'
  /** The process ends, and nothing was kept. */
  | 'crash before'
  /** The process ends before it hears that all was kept. */
  | 'crash after'
  /** The process ends at one of the statements of the transaction: nothing of it was kept, if it is one. */
  | 'crash within';

/** Results this many are written in one real transaction: nobody reads them meanwhile, and a crash does not lose them. */
const gatheredMax = 1_000;
/** Of those only the newest of each series are ever asked for, by the next start. */
const newestMax = 200;

export class Disk {
  mishap: Mishap = 'none';
  attempts = 0;
  /** The last commit failed because we wanted it to. */
  refusedLast = false;
  // Statements that are still run before the process ends; nothing, when it goes on.
  #statementsLeft: number | undefined;
  readonly #database = openDatabase(':memory:');
  readonly #sync = createSqliteStore(mortal(this.#database, () => this.#live()));
  #gathered = new Draft();
  #count = 0;
  readonly #kept: (effects: Effects, denied: boolean) => void;
  readonly #crash: () => void;
  readonly #random: Random;

  constructor({
    kept,
    crash,
    random,
  }: {
    readonly kept: (effects: Effects, denied: boolean) => void;
    readonly crash: () => void;
    readonly random: Random;
  }) {
    this.#random = random;
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
    this.#gathered.shed(newestMax);
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
    if (mishap === 'crash before' || mishap === 'crash after' || mishap === 'crash within') {
      this.mishap = 'none';
      if (mishap === 'crash after') this.#keep(effects, false);
      if (mishap === 'crash within' && this.#writeMortally(effects)) this.#kept(effects, false);
      this.#crash();
      return new Promise(() => {});
    }
    if (mishap === 'refused') throw new StoreError('store.full', 'The disk is full.');
    this.#keep(effects, mishap === 'kept, and denied');
    if (mishap === 'kept, and denied') throw new StoreError('store.gone', 'The store does not answer.');
  }

  // Whether it came to the end.
  #writeMortally(effects: Effects): boolean {
    const store = this.written();
    this.#statementsLeft = this.#random.int(0, 40);
    try {
      store.commit(effects);
      return true;
    } catch (error) {
      if (this.#statementsLeft >= 0) throw error;
      return false;
    } finally {
      this.#statementsLeft = undefined;
    }
  }

  #live(): void {
    if (this.#statementsLeft !== undefined && this.#statementsLeft-- === 0) throw new Error('killed');
  }

  #keep(effects: Effects, denied: boolean): void {
    this.#kept(effects, denied);
    this.#gathered.add(effects);
    this.#count += effects.results.length;
    const isHistory = effects.spans.length + effects.outages.length + effects.notables.length > 0;
    if (isHistory || this.#count >= gatheredMax) this.written();
  }
}

/** The same database; `live` is called before every statement that writes, and may end it all. */
const mortal = (database: DatabaseSync, live: () => void): DatabaseSync => {
  const prepare = database.prepare.bind(database);
  return Object.assign(database, {
    prepare: (sql: string) => {
      const statement = prepare(sql);
      const run = statement.run.bind(statement);
      return Object.assign(statement, {
        run: (...values: Parameters<typeof run>) => {
          live();
          return run(...values);
        },
      });
    },
  });
};

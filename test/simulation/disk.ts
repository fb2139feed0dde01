// The real store on a database in memory, and what happens to disks and processes while something is written.
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../server/app/ports.ts';
import type { Fate, IncidentChange, Letter, Store } from '../../server/app/ports.ts';
import type { Diversion, Message } from '../../server/core/alerts/message.ts';
import { Draft } from '../../server/core/draft.ts';
import type { Effects } from '../../server/core/effects.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import { promised } from '../support/in-process-store.ts';
import type { Lane } from '../support/virtual-time.ts';
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
/** Of those only the newest of each series are asked for, by the next start, unless they are rolled up. */
const newestMax = 200;

/** Told of what was kept; `denied`, when the caller heard that it was not. */
export interface DiskDeps {
  readonly kept: (effects: Effects, denied: boolean) => void;
  /** Of the message with this key. */
  readonly fated: (key: string, fate: Fate) => void;
  readonly diverted: (key: string, diversion: Diversion) => void;
  readonly written: (changes: readonly IncidentChange[], messages: readonly Message[]) => void;
  readonly crash: () => void;
  readonly random: Random;
  /** Every result is written, and rolled up in time: or else only the newest, for the next start. */
  readonly keepsAll: boolean;
}

type Keeper = ReturnType<typeof createSqliteStore>;

/** What is asked of a process that is gone has no answer. */
const never = new Promise<never>(() => {});

export class Disk {
  mishap: Mishap = 'none';
  attempts = 0;
  refusals = 0;
  readonly keepsAll: boolean;
  // Statements that are still run before the process ends; nothing, when it goes on.
  #statementsLeft: number | undefined;
  readonly #database = openDatabase(':memory:');
  readonly #sync = createSqliteStore(mortal(this.#database, () => this.#live()));
  #gathered = new Draft();
  #count = 0;
  /** Of the messages that somebody was given, by their ids. */
  readonly #keys = new Map<number, string>();
  readonly #deps: DiskDeps;

  constructor(deps: DiskDeps) {
    this.#deps = deps;
    this.keepsAll = deps.keepsAll;
  }

  /** What the process sees of it that lives in `lane`. */
  open(lane: Lane): Store {
    const asked =
      <Asked extends readonly unknown[], Answer>(work: (...asked: Asked) => Promise<Answer>) =>
      (...asked: Asked): Promise<Answer> =>
        lane.isAlive ? work(...asked) : never;
    const store = promised(this.written());
    return {
      ...store,
      commit: asked((effects) => this.#commit(effects)),
      untold: asked(async (limit) => this.written().untold(limit)),
      told: asked(async (ids, at) => this.written().told(ids, at)),
      undelivered: asked(async (route, limit) => this.#undelivered(route, limit)),
      noteFate: asked((id, fate) => this.#noteFate(id, fate)),
      keepIncidents: asked((changes, messages) => this.#keepIncidents(changes, messages)),
    };
  }

  /** With all that was kept in its tables. */
  written(): Keeper {
    if (!this.keepsAll) this.#gathered.shed(newestMax);
    if (!this.#gathered.isEmpty) this.#sync.commit(this.#gathered.effects());
    this.#gathered = new Draft();
    this.#count = 0;
    return this.#sync;
  }

  /** The database itself, with all of that. */
  tables(): DatabaseSync {
    this.written();
    return this.#database;
  }

  /** As the process does all the time; here, once in a while. */
  condense(now: number): void {
    if (!this.keepsAll) return;
    const store = this.written();
    while (store.condense(now));
  }

  close(): void {
    this.#database.close();
  }

  #commit(effects: Effects): Promise<void> {
    this.attempts++;
    const heard = (denied: boolean) => {
      this.#deps.kept(effects, denied);
      for (const diversion of effects.diversions)
        this.#deps.diverted(this.#keys.get(diversion.letter) ?? '', diversion);
    };
    return this.#transact(
      (store) => store.commit(effects),
      heard,
      () => this.#gather(effects),
    );
  }

  #noteFate(id: number, fate: Fate): Promise<void> {
    return this.#transact(
      (store) => store.noteFate(id, fate),
      () => this.#deps.fated(this.#keys.get(id) ?? '', fate),
    );
  }

  #keepIncidents(changes: readonly IncidentChange[], messages: readonly Message[]): Promise<void> {
    return this.#transact(
      (store) => store.keepIncidents(changes, messages),
      () => this.#deps.written(changes, messages),
    );
  }

  /** `keep`: the same as `write`, but perhaps not at once. */
  async #transact(
    write: (store: Keeper) => void,
    heard: (denied: boolean) => void,
    keep = () => write(this.written()),
  ): Promise<void> {
    const { mishap } = this;
    const isDenied = mishap === 'kept, and denied';
    if (mishap === 'refused') {
      this.refusals++;
      throw new StoreError('store.full', 'The disk is full.');
    }
    if (mishap === 'crash before' || mishap === 'crash after' || mishap === 'crash within') {
      this.mishap = 'none';
      const isKept = mishap === 'crash within' ? this.#writeMortally(write) : mishap === 'crash after';
      if (isKept) heard(false);
      if (mishap === 'crash after') keep();
      this.#deps.crash();
      return never;
    }
    heard(isDenied);
    keep();
    if (isDenied) throw new StoreError('store.gone', 'The store does not answer.');
  }

  // Whether it came to the end.
  #writeMortally(write: (store: Keeper) => void): boolean {
    const store = this.written();
    this.#statementsLeft = this.#deps.random.int(0, 40);
    try {
      write(store);
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

  #undelivered(route: string, limit: number): readonly Letter[] {
    const letters = this.written().undelivered(route, limit);
    for (const { id, message } of letters) this.#keys.set(id, message.key);
    return letters;
  }

  #gather(effects: Effects): void {
    this.#gathered.add(effects);
    const { results, spans, outages, notables, alerts, silences, messages, diversions, windows } = effects;
    this.#count += results.length;
    const history = [spans, outages, notables, alerts, silences, messages, diversions, windows];
    if (this.#count >= gatheredMax || history.some((rows) => rows.length > 0)) this.written();
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

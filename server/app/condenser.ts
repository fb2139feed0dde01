// Sees to it that what is old is rolled up and sealed, a little at a time.
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';
import type { Clock, Log, Store, Timers } from './ports.ts';

export interface CondenserDeps {
  readonly store: Pick<Store, 'condense'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const everyMs = 60_000;
/** Between two slices the store does what else it is asked. */
const pauseMs = 20;

export class Condenser {
  readonly #deps: CondenserDeps;
  readonly #turns: Turns;
  #cancel = () => {};
  #stopped = false;

  constructor(deps: CondenserDeps) {
    this.#deps = deps;
    this.#turns = isolate(() => this.#slice(), deps.log);
    this.#plan(everyMs);
  }

  /** Ends with the slice that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#turns.now();
  }

  #plan(afterMs: number): void {
    this.#cancel = this.#deps.timers.after(afterMs, () => this.#turns());
  }

  async #slice(): Promise<void> {
    if (this.#stopped) return;
    const { store, clock } = this.#deps;
    let isMore = false;
    try {
      isMore = await store.condense(clock.now());
    } finally {
      if (!this.#stopped) this.#plan(isMore ? pauseMs : everyMs);
    }
  }
}

// From reports to history: judge, commit in one transaction, and only then tell.
import type { Config } from '../../config/config.ts';
import { Draft } from '../core/draft.ts';
import type { Effects } from '../core/effects.ts';
import type { Remembered } from '../core/remember.ts';
import type { Report } from '../core/result.ts';
import { Watch, seriesOf } from '../core/watch.ts';
import type { Step } from '../core/watch.ts';
import { StoreError } from './ports.ts';
import type { Clock, Log, Prober, Store, Timers } from './ports.ts';

export interface ObserverDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly recheck: Prober['recheck'];
  /** Called when effects are kept; with the seconds that the transaction took. */
  readonly committed: (effects: Effects, seconds: number) => void;
}

/** Results of this long are written together: one transaction costs as much as a dozen rows. */
const batchMs = 250;
/** How often time alone may change a state. */
const tickMs = 5_000;
const retryMs = 1_000;
/** While nothing can be written: results beyond this are shed, oldest first; what changes a state never is. */
const unwrittenResultsMax = 50_000;

export class Observer {
  readonly #deps: ObserverDeps;
  readonly #watch: Watch;
  #config: Config;
  #reports: Report[] = [];
  #unwritten = new Draft();
  #cancelTick = () => {};
  #flushing: Promise<void> | undefined;
  #isFlushDue = false;
  #isPlanned = false;
  #pauseMs = batchMs;
  #stopped = false;

  /** `remembered` is what the store knew; the first transaction says what became of it meanwhile. */
  constructor(deps: ObserverDeps, config: Config, remembered: Remembered) {
    this.#deps = deps;
    this.#config = config;
    const { watch, step } = Watch.open(config, remembered, deps.clock.now());
    this.#watch = watch;
    this.#take(step);
    this.#tick();
  }

  get watch(): Watch {
    return this.#watch;
  }

  receive(reports: readonly Report[]): void {
    this.#reports.push(...reports);
    this.#flushSoon();
  }

  configure(config: Config): void {
    this.#config = config;
    this.#take(this.#watch.configure(config, this.#deps.clock.now()));
  }

  /** Writes what there is, and answers when that is done or has failed once more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    await this.#flushing;
    await this.#flush();
  }

  #tick(): void {
    if (this.#stopped) return;
    this.#take(this.#watch.tick(this.#deps.clock.now()));
    this.#cancelTick = this.#deps.timers.after(tickMs, () => this.#tick());
  }

  #take({ effects, contested, inDoubt }: Step): void {
    this.#unwritten.add(effects);
    for (const { series, afterMs } of contested) this.#deps.recheck(series, afterMs);
    if (inDoubt)
      for (const check of this.#config.witnesses)
        for (const series of seriesOf(check)) this.#deps.recheck(series, 0);
    if (!this.#unwritten.isEmpty) this.#flushSoon();
  }

  #flushSoon(): void {
    this.#isFlushDue = true;
    this.#plan(batchMs);
  }

  // One flush at most is planned or under way, however much there is to write and however often that failed.
  #plan(afterMs: number): void {
    if (this.#isPlanned || this.#stopped) return;
    this.#isPlanned = true;
    this.#deps.timers.after(afterMs, () => {
      if (this.#stopped) return;
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined;
        this.#isPlanned = false;
        if (this.#isFlushDue) this.#plan(this.#pauseMs);
      });
    });
  }

  async #flush(): Promise<void> {
    const { store, clock, log, committed } = this.#deps;
    const reports = this.#reports.splice(0);
    if (reports.length > 0) this.#take(this.#watch.observe(reports, clock.now()));
    this.#isFlushDue = false;
    this.#pauseMs = batchMs;
    if (this.#unwritten.isEmpty) return;
    const effects = this.#unwritten.effects();
    this.#unwritten = new Draft();
    const startedMs = clock.monotonicMs();
    try {
      await store.commit(effects);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'store.refused') {
        // A bug of ours: handed over again it would be refused again, and hold up all that comes after.
        return log.error('store.commit-refused', {
          error,
          lostResults: effects.results.length,
          lostOutages: effects.outages.map(({ id }) => id),
        });
      }
      // We go on judging from memory; what is not written waits here, in its order.
      const shed = this.#putBack(effects);
      log.error('store.commit-failed', { error, waiting: effects.results.length, shed });
      this.#isFlushDue = true;
      this.#pauseMs = retryMs;
      return;
    }
    committed(effects, (clock.monotonicMs() - startedMs) / 1_000);
  }

  #putBack(effects: Effects): number {
    const unwritten = new Draft();
    unwritten.add(effects);
    unwritten.add(this.#unwritten.effects());
    this.#unwritten = unwritten;
    return unwritten.shed(unwrittenResultsMax);
  }
}

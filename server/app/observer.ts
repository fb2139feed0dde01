// From reports to history: judge, commit in one transaction, and only then tell.
import type { Config } from '../../config/config.ts';
import type { Action, Refusal } from '../core/alerts/act.ts';
import type { Alerts } from '../core/alerts/alerts.ts';
import type { Diversion, Message } from '../core/alerts/message.ts';
import { Draft } from '../core/draft.ts';
import type { Effects } from '../core/effects.ts';
import type { Condition } from '../core/fitness.ts';
import { halve } from '../core/halve.ts';
import type { Window } from '../core/maintenance.ts';
import { relativesOf } from '../core/relatives.ts';
import type { Report } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import type { Step, Watch } from '../core/watch.ts';
import { StoreError } from './ports.ts';
import type { Clock, Log, Prober, Store, Timers } from './ports.ts';
import { Unfitness } from './unfitness.ts';

export interface ObserverDeps {
  readonly store: Pick<Store, 'commit'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly recheck: Prober['recheck'];
  /** Called with what is decided, before it is written. */
  readonly decided: (effects: Effects) => void;
  /** Called when effects are kept; with the seconds that the transaction took. */
  readonly committed: (effects: Effects, seconds: number) => void;
  /** Called with the number of results that will never be written. */
  readonly shed: (results: number) => void;
}

/** Results of this long are written together: one transaction costs as much as a dozen rows. */
const batchMs = 250;
/** How often time alone may change a state. */
const tickMs = 5_000;
const retryMs = 1_000;
/** While nothing can be written, that is said no more often than this: the log may be on the disk that is full. */
const reminderMs = 60_000;
/** While nothing can be written: results beyond this are shed, oldest first; what changes a state never is. */
const unwrittenResultsMax = 50_000;
/** More of them would hold up all else that the store is asked. What changes a state goes with the first, and does not wait. */
const transactionResultsMax = 2_000;
/** Of one batch; what is refused after them is no longer taken apart. One bad row in a full batch makes a dozen. */
const refusalsMax = 100;

export class Observer {
  readonly #deps: ObserverDeps;
  readonly #watch: Watch;
  readonly #alerts: Alerts;
  /** The watch has told something since the alerts have last looked at it. */
  #isNewsUnseen = true;
  readonly #unfitness: Unfitness;
  #config: Config;
  #unwritten = new Draft();
  #cancelTick = () => {};
  #cancelPlan = () => {};
  #writing: Promise<void> | undefined;
  /** Waits for what is unwritten to be kept. */
  #waiting: PromiseWithResolvers<void>[] = [];
  #isPlanned = false;
  /** When it was last said that nothing can be written; nothing, while it can. */
  #troubleSaidMs: number | undefined;
  #stopped = false;

  /** The first transaction says what became meanwhile of what the watch was opened on. */
  constructor(
    deps: ObserverDeps,
    config: Config,
    { watch, step }: ReturnType<typeof Watch.open>,
    alerts: Alerts,
  ) {
    this.#deps = deps;
    this.#config = config;
    this.#unfitness = new Unfitness(deps.log);
    this.#watch = watch;
    this.#alerts = alerts;
    this.#take(step);
    this.#tick();
  }

  /** Judges at once, whatever becomes of the writing. */
  receive(reports: readonly Report[]): void {
    this.#unfitness.hear(reports);
    this.#take(this.#watch.observe(reports, this.#deps.clock.now()));
  }

  /** The prober says how it is itself. */
  feel(condition: Condition): void {
    const { clock, log } = this.#deps;
    const before = this.#watch.unfit;
    this.#watch.feel(condition, clock.now());
    const { unfit } = this.#watch;
    if (unfit !== undefined && unfit.cause !== before?.cause)
      log.warn('prober.unfit', { cause: unfit.cause, evidence: unfit.evidence });
    if (unfit === undefined && before !== undefined) log.info('prober.fit-again', { cause: before.cause });
  }

  /** Somebody makes, changes or takes back a window of maintenance. Rejects with a `StoreError`, and then it is not so. */
  async plan(window: Window): Promise<void> {
    const draft = new Draft();
    draft.written({ windows: [window] });
    await this.#deps.store.commit(draft.effects());
    this.#take(this.#watch.plan(window, this.#deps.clock.now()));
    this.#look();
  }

  configure(config: Config): void {
    this.#config = config;
    const checks = [...config.services.flatMap((service) => service.checks), ...config.witnesses];
    this.#unfitness.keep(new Set(checks.map(({ id }) => id)));
    this.#alerts.configure(config);
    this.#take(this.#watch.configure(config, this.#deps.clock.now()));
    this.#look();
  }

  /** A person acts on alerts; answers why nothing was done, if so. */
  act(action: Action): Refusal | undefined {
    const step = this.#alerts.act(action, this.#deps.clock.now());
    if ('refused' in step) return step;
    this.#keep(step);
    return undefined;
  }

  /** Something is to be told that is about no alert. */
  tell(messages: readonly Message[]): void {
    this.#keep({ messages });
  }

  /** A message is left to another route. Resolves once that is kept, with what that route then knows; rejects when it may not be. */
  async divert(message: Message, diversion: Diversion): Promise<void> {
    if (this.#stopped) throw stopping();
    const kept = Promise.withResolvers<void>();
    this.#waiting.push(kept);
    this.#keep({ ...this.#alerts.divert(message, diversion.to), diversions: [diversion] });
    await kept.promise;
  }

  /** Writes what there is, and answers when that is done or has failed once more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    this.#cancelPlan();
    await this.#writing;
    while (!this.#unwritten.isEmpty && (await this.#write()));
    for (const { reject } of this.#waiting.splice(0)) reject(stopping());
  }

  #tick(): void {
    this.#take(this.#watch.tick(this.#deps.clock.now()));
    this.#look();
    const { clock, timers } = this.#deps;
    // Windows of maintenance begin and end to the second.
    const untilChangeMs = this.#watch.maintenance.nextChange(clock.now()) - clock.now();
    this.#cancelTick = timers.after(Math.min(tickMs, untilChangeMs), () => this.#tick());
  }

  #take({ effects, contested, inDoubt, asked }: Step): void {
    this.#isNewsUnseen ||= effects.notables.length > 0;
    this.#deps.decided(effects);
    this.#unwritten.add(effects);
    const shed = this.#unwritten.shed(unwrittenResultsMax);
    if (shed > 0) this.#deps.shed(shed);
    for (const { series, afterMs } of contested) this.#deps.recheck(series, afterMs);
    for (const series of asked) this.#deps.recheck(series, 0);
    if (inDoubt) this.#askAround(contested.map(({ series }) => series.check));
    this.#plan(batchMs);
  }

  // Is it us, or what these depend on, and who else?
  #askAround(failed: readonly string[]): void {
    const witnesses = this.#config.witnesses.flatMap((check) => seriesOf(check));
    for (const series of [...witnesses, ...relativesOf(failed, this.#watch)]) this.#deps.recheck(series, 0);
  }

  // Once for all that is written together, however many outages that are: they are told together too.
  #look(): void {
    this.#isNewsUnseen = false;
    const step = this.#alerts.look(this.#watch, this.#deps.clock.now());
    for (const series of step.asked) this.#deps.recheck(series, 0);
    this.#keep(step);
  }

  #keep(changed: Partial<Effects>): void {
    this.#unwritten.written(changed);
    this.#plan(batchMs);
  }

  // One transaction at most is planned or under way, however much there is to write and however often that failed.
  #plan(afterMs: number): void {
    if (this.#isPlanned || this.#stopped || this.#unwritten.isEmpty) return;
    this.#isPlanned = true;
    this.#cancelPlan = this.#deps.timers.after(afterMs, () => {
      this.#writing = this.#write().then((isWritten) => {
        this.#isPlanned = false;
        this.#plan(isWritten ? batchMs : retryMs);
      });
    });
  }

  /** False when it should be tried again. */
  async #write(): Promise<boolean> {
    if (this.#isNewsUnseen) this.#look();
    const parts = [this.#unwritten.take(transactionResultsMax)];
    const waiting = this.#waiting.splice(0);
    const refusals: StoreError[] = [];
    const lost = new Draft();
    let isWritten = true;
    for (let part = parts.shift(); part !== undefined && isWritten; part = parts.shift()) {
      const error = await this.#commit(part);
      if (error instanceof StoreError && error.code === 'store.refused') {
        // A bug of ours: handed over again it would be refused again. What is not at fault is kept, or an outage would
        // never end, and the next one of its subject be refused for that.
        const halves = refusals.push(error) <= refusalsMax ? halve(part) : undefined;
        if (halves === undefined) lost.add(part);
        else parts.unshift(...halves);
      } else if (error !== undefined) {
        // We go on judging from memory; what is not written waits here, in its order.
        this.#putBack([part, ...parts]);
        this.#sayTrouble(error);
        isWritten = false;
      }
    }
    if (!lost.isEmpty) this.#giveUp(lost.effects(), refusals[0]);
    if (!isWritten) this.#waiting.unshift(...waiting);
    else
      for (const { resolve, reject } of waiting)
        if (lost.isEmpty) resolve();
        else reject(refusals[0]);
    return isWritten;
  }

  /** Answers why it was not kept. */
  async #commit(effects: Effects): Promise<unknown> {
    const { store, clock, log, committed } = this.#deps;
    const startedMs = clock.monotonicMs();
    try {
      await store.commit(effects);
    } catch (error) {
      return error;
    }
    if (this.#troubleSaidMs !== undefined) log.info('store.commits-again');
    this.#troubleSaidMs = undefined;
    committed(effects, (clock.monotonicMs() - startedMs) / 1_000);
    return undefined;
  }

  #giveUp(lost: Effects, error: StoreError | undefined): void {
    this.#deps.log.error('store.commit-refused', { error, lost: glimpseOf(lost) });
    this.#deps.shed(lost.results.length);
  }

  #putBack(parts: readonly Effects[]): void {
    const unwritten = new Draft();
    for (const part of parts) unwritten.add(part);
    unwritten.add(this.#unwritten.effects());
    this.#unwritten = unwritten;
  }

  #sayTrouble(error: unknown): void {
    const { clock, log } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (this.#troubleSaidMs !== undefined && nowMs - this.#troubleSaidMs < reminderMs) return;
    this.#troubleSaidMs = nowMs;
    log.error('store.commit-failed', { error, waiting: this.#unwritten.effects().results.length });
  }
}

const stopping = (): Error => new Error('Vigie stops.');

const glimpseRows = 3;

// How many rows of each kind, and the first of them: all of them could be more than a log takes.
const glimpseOf = (effects: Effects): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(effects).map(([kind, rows]: [string, readonly unknown[]]) => [
      kind,
      { rows: rows.length, first: rows.slice(0, glimpseRows) },
    ]),
  );

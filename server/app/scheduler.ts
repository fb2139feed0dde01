// Probes what is due, when it is due. Never two runs of one series at once, and no catching up: what was missed is counted.
import type { CheckConfig } from '../../config/config.ts';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { DueHeap } from '../core/due.ts';
import type { Report } from '../core/result.ts';
import { seriesId } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';
import { seriesOf } from '../core/watch.ts';
import type { Clock, Cron, Log, SchedulerCounts, Timers } from './ports.ts';
import { Slots } from './slots.ts';
import { Stalls, isTainted } from './stalls.ts';

/** One probe to make. */
export interface Job {
  readonly check: CheckConfig;
  readonly series: SeriesKey;
  /** How often the series was probed before. */
  readonly turn: number;
  readonly signal: AbortSignal;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly cron: Cron;
  readonly log: Log;
  /** Makes the probes of one round: mostly one, several where a check type gathers targets. Rejects only when stopped, or with a bug. */
  readonly run: (jobs: readonly Job[]) => Promise<readonly Outcome[]>;
  /** Checks that answer the same are probed in one round. */
  readonly roundKey: (check: CheckConfig) => string | undefined;
  readonly report: (report: Report) => void;
}

interface Planned {
  readonly check: CheckConfig;
  readonly series: SeriesKey;
  readonly id: string;
  readonly round: string;
  readonly cancelCron: () => void;
  /** Outlives a change of the configuration: a probe may be under way. */
  readonly progress: Progress;
}

interface Progress {
  turn: number;
  busy: boolean;
  /** The last probe ran into its time-out. */
  hanging: boolean;
  cancelRecheck: () => void;
}

export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stalls: Stalls;
  readonly #slots = new Map<string, Slots>();
  readonly #underWay = new Map<AbortController, Promise<void>>();
  #plan = new Map<string, Planned>();
  #due = new DueHeap();
  #cancelWake = () => {};
  #stopped = false;
  #missed = 0;
  #latenessSeconds: number[] = [];

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#stalls = new Stalls(deps);
  }

  /** Probes these from now on; a series that stays keeps its rhythm. */
  assign(checks: readonly CheckConfig[]): void {
    const before = this.#plan;
    this.#cancelAll();
    this.#plan = new Map();
    this.#due = new DueHeap();
    for (const check of checks)
      for (const series of seriesOf(check)) this.#add(check, series, before.get(seriesId(series)));
    this.#wakeForNext();
  }

  recheck(series: SeriesKey, afterMs: number): void {
    const planned = this.#plan.get(seriesId(series));
    if (planned === undefined || this.#stopped) return;
    planned.progress.cancelRecheck();
    planned.progress.cancelRecheck = this.#deps.timers.after(afterMs, () => this.#startNow(planned));
  }

  /** Starts nothing more, and waits for what is under way. */
  async drain(): Promise<void> {
    this.#stopped = true;
    this.#cancelWake();
    for (const slots of this.#slots.values()) slots.clear();
    this.#cancelAll();
    await Promise.all(this.#underWay.values());
    // Not before: what is under way would look as if we had stood still.
    this.#stalls.stop();
  }

  /** Ends what is under way without an outcome. */
  abort(): void {
    for (const controller of this.#underWay.keys()) controller.abort(new Error('stopping'));
  }

  takeCounts(): SchedulerCounts {
    const counts = {
      missed: this.#missed,
      latenessSeconds: this.#latenessSeconds,
      inFlight: Object.fromEntries([...this.#slots].map(([type, { taken }]) => [type, taken])),
      stallSeconds: this.#stalls.takeLongest() / 1_000,
    };
    this.#missed = 0;
    this.#latenessSeconds = [];
    return counts;
  }

  #add(check: CheckConfig, series: SeriesKey, before: Planned | undefined): void {
    const id = seriesId(series);
    const round = this.#deps.roundKey(check);
    const { schedule } = check;
    const planned: Planned = {
      check,
      series,
      id,
      round: round === undefined ? id : `${check.type}/${series.family}/${round}`,
      progress: before?.progress ?? { turn: 0, busy: false, hanging: false, cancelRecheck: () => {} },
      cancelCron:
        schedule.kind === 'cron'
          ? this.#deps.cron(schedule.cron, schedule.timezone, () => this.#startNow(planned))
          : () => {},
    };
    this.#plan.set(id, planned);
    if (schedule.kind === 'every')
      this.#due.add(
        { id, intervalMs: schedule.everyMs, phaseKey: planned.round },
        this.#deps.clock.monotonicMs(),
      );
  }

  #cancelAll(): void {
    for (const { cancelCron, progress } of this.#plan.values()) {
      cancelCron();
      progress.cancelRecheck();
    }
  }

  #wakeForNext(): void {
    this.#cancelWake();
    const { nextMs } = this.#due;
    if (nextMs === undefined || this.#stopped) return;
    const waitMs = Math.max(0, nextMs - this.#deps.clock.monotonicMs());
    this.#cancelWake = this.#deps.timers.after(waitMs, () => this.#wake());
  }

  #wake(): void {
    const rounds = new Map<string, { planned: Planned[]; dueMs: number }>();
    for (const { id, dueMs, missed } of this.#due.take(this.#deps.clock.monotonicMs())) {
      this.#missed += missed;
      const planned = this.#plan.get(id);
      if (planned === undefined) continue;
      const round = rounds.get(planned.round);
      if (round === undefined) rounds.set(planned.round, { planned: [planned], dueMs });
      else round.planned.push(planned);
    }
    for (const { planned, dueMs } of rounds.values()) this.#start(planned, dueMs);
    this.#wakeForNext();
  }

  #startNow(planned: Planned): void {
    this.#start([planned], this.#deps.clock.monotonicMs());
  }

  #start(round: readonly Planned[], dueMs: number): void {
    const free = round.filter(({ progress }) => !progress.busy);
    this.#missed += round.length - free.length;
    const [first] = free;
    if (first === undefined || this.#stopped) return;
    for (const { progress } of free) {
      progress.busy = true;
      progress.cancelRecheck();
    }
    const slots = this.#slots.get(first.check.type) ?? new Slots();
    this.#slots.set(first.check.type, slots);
    const { hanging } = first.progress;
    slots.take(hanging, () => {
      const controller = new AbortController();
      const done = this.#probe(free, controller, dueMs).finally(() => {
        this.#underWay.delete(controller);
        for (const { progress } of free) progress.busy = false;
        slots.free(hanging);
      });
      this.#underWay.set(controller, done);
    });
  }

  async #probe(round: readonly Planned[], controller: AbortController, dueMs: number): Promise<void> {
    const { clock, timers, log, run, report } = this.#deps;
    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    this.#latenessSeconds.push((startedMs - dueMs) / 1_000);
    const timeoutMs = Math.max(...round.map(({ check }) => check.timeoutMs));
    const cancelDeadline = timers.after(timeoutMs, () => controller.abort(new Deadline(timeoutMs)));
    const jobs = round.map(({ check, series, progress: { turn } }) => ({
      check,
      series,
      turn,
      signal: controller.signal,
    }));
    try {
      const outcomes = await run(jobs);
      const measuredMs = clock.monotonicMs() - startedMs;
      const tainted = isTainted(this.#stalls.longestSince(startedMs), measuredMs);
      for (const [index, planned] of round.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) continue;
        planned.progress.turn++;
        planned.progress.hanging = measuredMs >= timeoutMs;
        report({ series: planned.series, startedAt, outcome, tainted });
      }
    } catch (error) {
      if (controller.signal.aborted && !(controller.signal.reason instanceof Deadline)) return;
      // A bug of ours: no evidence about the target, and nothing that may stop the watch.
      log.error('probe.bug', { series: round.map(({ id }) => id), error });
    } finally {
      cancelDeadline();
    }
  }
}

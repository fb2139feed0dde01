// Probes what is due, when it is due. Never two runs of one series at once, and no catching up: what was missed is counted.
import { isDeepStrictEqual } from 'node:util';
import type { CheckConfig } from '../../config/config.ts';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import { DueHeap, gridMs } from '../core/due.ts';
import type { Report } from '../core/result.ts';
import { seriesId, seriesOf } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Clock, Cron, Log, SchedulerCounts, Timers } from './ports.ts';
import { Slots } from './slots.ts';
import { Stalls, isTainted } from './stalls.ts';

/** One probe to make. */
export interface Job {
  readonly check: CheckConfig;
  readonly series: SeriesKey;
  /** How often the series was probed before. */
  readonly turn: number;
  /** Facts of its last outcome that was not invalid. */
  readonly before: Facts;
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
  /** Series of one round are probed together when they are due together. */
  readonly round: string;
  /** Outlives a change of the configuration: a probe may be under way. */
  readonly progress: Progress;
}

interface Progress {
  turn: number;
  noted?: { readonly check: CheckConfig; readonly facts: Facts };
  /** A probe is under way, or waits for its slot. */
  busy: boolean;
  /** The last probe ran into its time-out. */
  hanging: boolean;
}

/** What is probed together, and when: the phase of a rhythm follows from it. */
export const roundOf = (type: string, series: SeriesKey, shared?: string): string =>
  `${type}/${shared === undefined ? seriesId(series) : `${series.family}/${shared}`}`;

/** Latenesses that are kept until somebody asks; what is late after them is not told. */
const latenessesMax = 10_000;

export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stalls: Stalls;
  readonly #slots = new Map<string, Slots>();
  readonly #underWay = new Map<AbortController, Promise<void>>();
  readonly #progress = new Map<string, Progress>();
  /** When series are probed besides their rhythm: once more, or because their cron went off. */
  readonly #extraMs = new Map<string, number>();
  #plan = new Map<string, Planned>();
  #due = new DueHeap();
  #crons: (() => void)[] = [];
  #wakeAtMs = Number.POSITIVE_INFINITY;
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
    if (this.#stopped) return;
    // What is due by now was due before there was another plan.
    this.#startDue();
    this.#cancelCrons();
    this.#plan = new Map();
    this.#due = new DueHeap();
    for (const check of checks) for (const series of seriesOf(check)) this.#add(check, series);
    for (const [id, { busy }] of this.#progress) {
      if (this.#plan.has(id)) continue;
      this.#extraMs.delete(id);
      if (!busy) this.#progress.delete(id);
    }
    this.#wakeForNext();
  }

  /** Probes a series once more, `afterMs` from now or a little later: what shares a round is gathered. */
  recheck(series: SeriesKey, afterMs: number): void {
    const id = seriesId(series);
    if (this.#stopped || !this.#plan.has(id)) return;
    const dueMs = Math.ceil((this.#deps.clock.monotonicMs() + afterMs) / gridMs) * gridMs;
    this.#extraMs.set(id, Math.min(dueMs, this.#extraMs.get(id) ?? dueMs));
    this.#wakeAt(dueMs);
  }

  /** Starts nothing more, and waits for what is under way. */
  async drain(): Promise<void> {
    this.#stopped = true;
    this.#cancelWake();
    this.#cancelCrons();
    for (const slots of this.#slots.values()) slots.clear();
    await Promise.all(this.#underWay.values());
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

  #add(check: CheckConfig, series: SeriesKey): void {
    const id = seriesId(series);
    const progress = this.#progress.get(id) ?? { turn: 0, busy: false, hanging: false };
    this.#progress.set(id, progress);
    const round = roundOf(check.type, series, this.#deps.roundKey(check));
    this.#plan.set(id, { check, series, id, round, progress });
    const { schedule } = check;
    if (schedule.kind === 'every') {
      const rhythm = { id, intervalMs: schedule.everyMs, phaseKey: round };
      return this.#due.add(rhythm, this.#deps.clock.monotonicMs());
    }
    const missed = () => void this.#missed++;
    const goesOff = () => (progress.busy ? missed() : this.recheck(series, 0));
    this.#crons.push(this.#deps.cron(schedule.cron, schedule.timezone, goesOff, missed));
  }

  #cancelCrons(): void {
    for (const cancel of this.#crons.splice(0)) cancel();
  }

  #wakeForNext(): void {
    this.#cancelWake();
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#wakeAt(this.#extraMs.values().reduce((a, b) => Math.min(a, b), this.#due.nextMs ?? Infinity));
  }

  #wakeAt(ms: number): void {
    if (this.#stopped || ms >= this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = ms;
    this.#cancelWake = this.#deps.timers.after(Math.max(0, ms - this.#deps.clock.monotonicMs()), () => {
      this.#startDue();
      this.#wakeForNext();
    });
  }

  #startDue(): void {
    const rounds = Map.groupBy(this.#takeDue(), ([{ round }]) => round);
    for (const due of rounds.values())
      this.#start(
        due.map(([planned]) => planned),
        Math.min(...due.map(([, dueMs]) => dueMs)),
      );
  }

  // What is due, and since when. A run that finds the last one still under way is missed; to be probed once more is not.
  #takeDue(): Iterable<readonly [Planned, number]> {
    const nowMs = this.#deps.clock.monotonicMs();
    const due = new Map<Planned, number>();
    for (const { id, dueMs, missed } of this.#due.take(nowMs)) {
      this.#missed += missed;
      const planned = this.#plan.get(id);
      if (planned?.progress.busy === true) this.#missed++;
      else if (planned !== undefined) due.set(planned, dueMs);
    }
    for (const [id, dueMs] of this.#extraMs) {
      const planned = this.#plan.get(id);
      if (planned === undefined || (dueMs > nowMs && !due.has(planned))) continue;
      this.#extraMs.delete(id);
      if (!planned.progress.busy && !due.has(planned)) due.set(planned, dueMs);
    }
    return due;
  }

  #start(round: readonly Planned[], dueMs: number): void {
    const [first] = round;
    if (first === undefined) return;
    for (const { progress } of round) progress.busy = true;
    const slots = this.#slots.get(first.check.type) ?? new Slots();
    this.#slots.set(first.check.type, slots);
    const { hanging } = first.progress;
    slots.take(hanging, () => {
      // By the time there is a slot the plan may be another one.
      const current = round.flatMap(({ id }) => this.#plan.get(id) ?? []);
      const controller = new AbortController();
      if (this.#underWay.size === 0) this.#stalls.start();
      const probing = this.#probe(
        current.filter((planned) => planned.round === first.round),
        controller,
        dueMs,
      );
      const done = probing.finally(() => {
        this.#underWay.delete(controller);
        if (this.#underWay.size === 0) this.#stalls.stop();
        for (const { progress } of round) progress.busy = false;
        slots.free(hanging);
      });
      this.#underWay.set(controller, done);
    });
  }

  async #probe(round: readonly Planned[], controller: AbortController, dueMs: number): Promise<void> {
    if (round.length === 0) return;
    const { clock, timers, log, run, report } = this.#deps;
    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    if (this.#latenessSeconds.length < latenessesMax) this.#latenessSeconds.push((startedMs - dueMs) / 1_000);
    const timeoutMs = Math.max(...round.map(({ check }) => check.timeoutMs));
    const cancelDeadline = timers.after(timeoutMs, () => controller.abort(new Deadline(timeoutMs)));
    const jobs = round.map(({ check, series, progress: { turn, noted } }) => ({
      check,
      series,
      turn,
      // What was noted of another target says nothing about this one.
      before: noted !== undefined && isSameTarget(check, noted.check) ? noted.facts : {},
      signal: controller.signal,
    }));
    try {
      const outcomes = await run(jobs);
      const measuredMs = clock.monotonicMs() - startedMs;
      const tainted = isTainted(this.#stalls.longestSince(startedMs), measuredMs);
      for (const [index, { check, series, progress }] of round.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) continue;
        progress.turn++;
        if (outcome.kind !== 'invalid') progress.noted = { check, facts: outcome.facts };
        progress.hanging = controller.signal.aborted;
        report({ series, startedAt, outcome, tainted });
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

const isSameTarget = (check: CheckConfig, before: CheckConfig): boolean =>
  check.type === before.type && isDeepStrictEqual(check.options, before.options);

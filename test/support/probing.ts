// A scheduler in virtual time. Its targets answer as a test tells them, and what it does is written down.
import type { CheckConfig } from '../../config/config.ts';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { Scheduler } from '../../server/app/scheduler.ts';
import type { Job } from '../../server/app/scheduler.ts';
import type { Report } from '../../server/core/result.ts';
import { seriesId } from '../../server/core/series.ts';
import { PassingTime } from './passing-time.ts';
import { outcomeOf, start } from './watch.ts';

/** One call of `run`. */
export interface Run {
  /** Series, as `web/local/4`. */
  readonly series: readonly string[];
  readonly jobs: readonly Job[];
  readonly startedMs: number;
  endedMs?: number;
}

/** How long a target takes, in milliseconds: `never` until it is given up. An exception is a bug of its check. */
export type Behaviour = number | 'never' | Error;

export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export class Probing {
  readonly time = new PassingTime(start);
  readonly runs: Run[] = [];
  readonly reports: Report[] = [];
  readonly lines: Line[] = [];
  /** By check; one that is not named here answers within 20 ms. */
  readonly behaviours = new Map<string, Behaviour>();
  /** By check: what it says in the end; one that is not named here is good, or was given up. */
  readonly outcomes = new Map<string, Outcome>();
  /** Crons under way, by their expression: calls what goes off. */
  readonly crons = new Map<string, { readonly goesOff: () => void; readonly isMissed: () => void }>();
  readonly scheduler: Scheduler;

  /** `roundKey` as the scheduler takes it. */
  constructor(roundKey: (check: CheckConfig) => string | undefined = () => undefined) {
    const { clock, timers } = this.time;
    const log = (level: Line['level']) => (event: string, fields?: Line['fields']) =>
      void this.lines.push({ level, event, ...(fields && { fields }) });
    this.scheduler = new Scheduler({
      clock,
      timers,
      roundKey,
      cron: (expression, _timezone, goesOff, isMissed = () => {}) => {
        this.crons.set(expression, { goesOff, isMissed });
        return () => this.crons.delete(expression);
      },
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      run: (jobs) => this.#run(jobs),
      report: (report) => this.reports.push(report),
    });
  }

  get nowMs(): number {
    return this.time.nowMs;
  }

  pass(ms: number): Promise<void> {
    return this.time.pass(ms);
  }

  /** The process stands still: clocks go on, and what was due meanwhile happens later. */
  standStill(ms: number): void {
    this.time.standStill(ms);
  }

  get underWay(): readonly Run[] {
    return this.runs.filter(({ endedMs }) => endedMs === undefined);
  }

  runsOf(check: string): readonly Run[] {
    return this.runs.filter(({ jobs }) => jobs.some(({ series }) => series.check === check));
  }

  /** When runs of `check` began, in milliseconds. */
  startsOf(check: string): readonly number[] {
    return this.runsOf(check).map(({ startedMs }) => startedMs);
  }

  async #run(jobs: readonly Job[]) {
    const { time, behaviours } = this;
    const run: Run = {
      series: jobs.map(({ series }) => seriesId(series)),
      jobs,
      startedMs: time.nowMs,
    };
    this.runs.push(run);
    const [first] = jobs;
    try {
      const behaviour = behaviours.get(first?.series.check ?? '') ?? 20;
      if (behaviour instanceof Error) throw behaviour;
      const outcome = await new Promise<'good' | 'bad'>((resolve, reject) => {
        if (behaviour !== 'never') time.timers.after(behaviour, () => resolve('good'));
        first?.signal.addEventListener('abort', () => {
          const { reason } = first.signal;
          if (reason instanceof Deadline) resolve('bad');
          else reject(reason);
        });
      });
      return jobs.map(({ check }) => this.outcomes.get(check.id) ?? outcomeOf(outcome, 'timeout_reply'));
    } finally {
      run.endedMs = time.nowMs;
    }
  }
}

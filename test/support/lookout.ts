// A watch that is told what happens, and an archive of what it decided.
import type { Config } from '../../config/config.ts';
import type { Window } from '../../server/core/maintenance.ts';
import type { Remembered } from '../../server/core/remember.ts';
import { nothingRemembered } from '../../server/core/remember.ts';
import type { Grade, Report } from '../../server/core/result.ts';
import { Watch } from '../../server/core/watch.ts';
import type { Step } from '../../server/core/watch.ts';
import type { Instant } from '../../server/core/time.ts';
import { Archive, makeReport, seriesKey, start } from './watch.ts';

/** Instants are given as milliseconds after `start`. */
export class Lookout {
  readonly archive: Archive;
  /** What came of going on from what was kept. */
  readonly opening: Step;
  #watch: Watch;

  constructor(
    config: Config,
    { at = 0, archive = new Archive(), remembered = archive.remembered(start + at) }: Resumed = {},
  ) {
    this.archive = archive;
    const { watch, step } = Watch.open(config, remembered ?? nothingRemembered, start + at);
    this.#watch = watch;
    this.opening = step;
    archive.commit(step.effects);
  }

  get watch(): Watch {
    return this.#watch;
  }

  /** One report, or several together, that arrive as soon as the last of them has started. */
  see(...seen: readonly Seen[]): Step {
    const reports = seen.map(([check, at, grade, family, vantage]) =>
      makeReport(seriesKey(check, family, vantage), start + at, grade),
    );
    return this.observe(reports, Math.max(...reports.map(({ startedAt }) => startedAt)));
  }

  /** Reports in order, each handed over on its own. */
  seeEach(seen: readonly Seen[]): void {
    for (const one of seen) this.see(one);
  }

  /** A report whose probe started at `at` and arrives at `now`. */
  seeLate(now: number, ...seen: readonly Seen[]): Step {
    const reports = seen.map(([check, at, grade, family, vantage]) =>
      makeReport(seriesKey(check, family, vantage), start + at, grade),
    );
    return this.observe(reports, start + now);
  }

  observe(reports: readonly Report[], now: Instant): Step {
    return this.#keep(this.#watch.observe(reports, now));
  }

  tick(at: number): Step {
    return this.#keep(this.#watch.tick(start + at));
  }

  configure(config: Config, at: number): Step {
    return this.#keep(this.#watch.configure(config, start + at));
  }

  plan(window: Window, at: number): Step {
    return this.#keep(this.#watch.plan(window, start + at));
  }

  /** Another process goes on from what was kept. */
  restart(config: Config, at: number): Lookout {
    return new Lookout(config, { at, archive: this.archive });
  }

  #keep(step: Step): Step {
    this.archive.commit(step.effects);
    return step;
  }
}

export type Seen = readonly [
  check: string,
  at: number,
  grade: Grade,
  family?: 4 | 6 | 0 | undefined,
  vantage?: string,
];

interface Resumed {
  readonly at?: number;
  readonly archive?: Archive;
  readonly remembered?: Remembered;
}

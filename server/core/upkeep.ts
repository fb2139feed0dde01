// Maintenance as it goes on. Whoever announces work may be a minute late: what is still wrong at the end counts from there
// on, but nobody is told before it has been seen as often, after the end, as it takes to confirm it.
import type { CheckConfig, Config } from '../../config/config.ts';
import type { Draft } from './draft.ts';
import type { Subject } from './effects.ts';
import type { Sample } from './judge.ts';
import { Maintenance } from './maintenance.ts';
import type { Window } from './maintenance.ts';
import type { Remembered } from './remember.ts';
import type { Instant } from './time.ts';
import type { WatchedCheck } from './watched.ts';

/** A fault that has outlived a window. */
interface Overrun {
  readonly window: Window;
  /** Outcomes since the end of the window that say so, and when the first of them began. */
  readonly failures: number;
  readonly slow: number;
  readonly since?: Instant;
}

/** What recurs is known for some days only: it is looked at again. */
const quietMsMax = 3_600_000;

export class Upkeep {
  readonly #maintenance: Maintenance;
  readonly #overruns = new Map<string, Overrun>();
  #now: Instant;
  /** Before the first look: whoever ran before us may not have confirmed what it held. */
  #isResumed = true;
  /** Nothing begins or ends before then. */
  #quietUntil = Number.NEGATIVE_INFINITY;

  /** `windows`: those that have begun, were taken back, or that somebody has made; what ended since `newest` was not seen to. */
  constructor(config: Config, { windows, newest }: Pick<Remembered, 'windows' | 'newest'>, now: Instant) {
    this.#maintenance = new Maintenance(config, windows);
    this.#now = newest.length === 0 ? now : Math.max(...newest.map(({ at }) => at));
  }

  configure(config: Config, now: Instant): void {
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    this.#maintenance.configure(config, now);
    for (const id of this.#overruns.keys())
      if (!config.services.some(({ checks }) => checks.some((check) => check.id === id)))
        this.#overruns.delete(id);
  }

  /**
   * Somebody makes, changes or takes back a window. What was never planned is not waited for. Answers since when services
   * are otherwise because of it: since what goes on began, or since it is no longer planned.
   */
  keep(window: Window, checks: Iterable<WatchedCheck>, now: Instant): ReadonlyMap<string, Instant> {
    const before = [...checks].map((check) => [check, this.excuses(check, now)] as const);
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    this.#maintenance.keep(window);
    for (const [check, overrun] of this.#overruns)
      if (window.cancelled === true && overrun.window.id === window.id) this.#overruns.delete(check);
    const since = new Map<string, Instant>();
    for (const [check, wasExcused] of before) {
      const { service, timeline } = check;
      const { startedAt = now } = timeline.outage ?? {};
      if (this.excuses(check, now) === wasExcused) continue;
      const at = wasExcused ? this.#plannedUntil(timeline.subject, startedAt, now) : startedAt;
      since.set(service, Math.min(at, since.get(service) ?? now));
    }
    return since;
  }

  /** What began within a window, and was never planned after it, is out by its own fault since the end. */
  #plannedUntil(subject: Subject, from: Instant, now: Instant): Instant {
    return this.#maintenance
      .windowsOf(subject, now)
      .reduce(
        (at, window) => (window.from <= at && at < window.until ? Math.min(window.until, now) : at),
        from,
      );
  }

  get maintenance(): Maintenance {
    return this.#maintenance;
  }

  /** The window that a subject is in; of a check, also one that it has outlived and that nobody is told of yet. */
  of(subject: Subject, at: Instant): Window | undefined {
    const overrun = subject.kind === 'check' ? this.#overruns.get(subject.id)?.window : undefined;
    return this.#maintenance.at(subject, at) ?? overrun;
  }

  /** What is planned for a check alone is not held against its service; what was wrong before that still is. */
  readonly excuses = ({ config, service, timeline: { outage } }: WatchedCheck, now: Instant): boolean => {
    const window = this.of({ kind: 'check', id: config.id }, now);
    if (window === undefined || outage === undefined || outage.startedAt < window.from) return false;
    const ofService = this.#maintenance.windowsOf({ kind: 'service', id: service }, now);
    return !ofService.some(({ id }) => id === window.id);
  };

  /** Time has passed: keeps the windows that have begun, and answers which checks are not well at the end of one. */
  pass(checks: Iterable<WatchedCheck>, draft: Draft, now: Instant): readonly WatchedCheck[] {
    const before = this.#now;
    const isResumed = this.#isResumed;
    this.#now = now;
    this.#isResumed = false;
    if (before <= now && now < this.#quietUntil) return [];
    this.#quietUntil = Math.min(this.#maintenance.nextChange(now), now + quietMsMax);
    draft.written({ windows: this.#maintenance.settle(now) });
    if (!isResumed && now < this.#maintenance.nextChange(before)) return [];
    return [...checks].filter((check) => {
      const subject: Subject = { kind: 'check', id: check.config.id };
      const since = before - (isResumed ? confirmMs(check.config) : 0);
      const hasEnded = ({ until }: Window): boolean => since < until && until <= now;
      const window = this.#maintenance.windowsOf(subject, now).findLast(hasEnded);
      if (window === undefined || this.#maintenance.at(subject, now) !== undefined || isWell(check))
        return false;
      this.#overruns.set(subject.id, { window, failures: 0, slow: 0 });
      return true;
    });
  }

  /** An outcome of a check, which is judged already. Answers the window, if it is this outcome that confirms the fault. */
  hear(check: WatchedCheck, { at, grade }: Pick<Sample, 'at' | 'grade'>): Window | undefined {
    const { id, policy } = check.config;
    const before = this.#overruns.get(id);
    if (before === undefined) return undefined;
    if (isWell(check)) this.#overruns.delete(id);
    const { window, since = at } = before;
    if ((grade !== 'bad' && grade !== 'poor') || at < window.until) return undefined;
    const failures = before.failures + (grade === 'bad' ? 1 : 0);
    const slow = before.slow + 1;
    this.#overruns.set(id, { window, failures, slow, since });
    const isDown = failures >= policy.failuresMin && at - since >= policy.failuresSpanMs;
    if (!isDown && slow < policy.slowMin) return undefined;
    this.#overruns.delete(id);
    return window;
  }

  /** Is it to be probed soon, because nobody is told of its fault before? */
  isAwaited({ config: { id } }: WatchedCheck): boolean {
    return this.#overruns.has(id);
  }
}

/** So long it takes to confirm a fault, when each probe takes as long as it may. */
const confirmMs = ({ timeoutMs, policy }: CheckConfig): number =>
  policy.failuresSpanMs + policy.failuresMin * Math.max(policy.recheckMs, timeoutMs);

// Not even about to be otherwise: what was seen within a window confirms nothing after it.
const isWell = ({ series }: WatchedCheck): boolean =>
  series.every(
    ({ standing: { state, contest, recent } }) =>
      state === 'up' && contest?.kind !== 'failing' && recent.every((poorAt) => poorAt === 0),
  );

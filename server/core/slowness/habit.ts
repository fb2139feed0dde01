// One time of one series: what is usual of it, and the evidence that it no longer is.
import type { Instant } from '../time.ts';
import { Baseline } from './baseline.ts';
import type { Usual } from './baseline.ts';
import { evidenceOf, gates, isSlow, isUnlikely, rewind, unsuspected, weigh } from './detector.ts';
import type { Found, Limits, Suspicion } from './detector.ts';
import { logOf } from './histogram.ts';
import type { HourOfWeek } from './season.ts';

export interface Measured {
  readonly at: Instant;
  readonly us: number;
}

/** Of what it takes of late: of one spike, little is left after ten more. */
const newestShare = 0.2;

export class Habit {
  readonly baseline: Baseline;
  /** When it was first measured. */
  readonly since: Instant;
  readonly #hourOfWeek: HourOfWeek;
  #suspicion: Suspicion = unsuspected;
  #lately: number | undefined;
  /** What was usual when it was last weighed: microseconds. */
  usualUs = 0;
  /** The newest was slow, or settled that it has become so. */
  isNewestSlow = false;

  constructor(since: Instant, hourOfWeek: HourOfWeek, baseline = Baseline.empty()) {
    this.since = since;
    this.#hourOfWeek = hourOfWeek;
    this.baseline = baseline;
  }

  wouldBeSlow({ at, us }: Measured, limits: Limits): boolean {
    const usual = this.#usual(at);
    return usual !== undefined && us > gates(usual, limits).slow;
  }

  /** Weighs one more time. True when it has been found slow, and the newest does not speak against it. */
  weigh(measured: Measured, limits: Limits): boolean {
    const usual = this.#usual(measured.at);
    if (usual === undefined) return false;
    const before = this.#suspicion.found;
    this.#suspicion = weigh(this.#suspicion, measured, usual, limits);
    this.usualUs = Math.exp(usual.median);
    const { found } = this.#suspicion;
    this.isNewestSlow = isSlow(this.#suspicion) || found !== before;
    return found !== undefined && (this.isNewestSlow || !isUnlikely(this.#suspicion, limits));
  }

  /** Learns it; doubtfully, where all is not well since `illSince`. */
  learn({ at, us }: Measured, illSince: Instant | undefined): void {
    const log = logOf(us);
    this.#lately = this.#lately === undefined ? log : this.#lately + (log - this.#lately) * newestShare;
    this.baseline.learn(log, at, this.#hourOfWeek);
    if (illSince !== undefined) this.baseline.doubt(illSince);
  }

  /** What it has taken of late, the newest counting most: microseconds. Nothing, before the first. */
  get latelyUs(): number | undefined {
    return this.#lately === undefined ? undefined : Math.exp(this.#lately);
  }

  get found(): Found | undefined {
    return this.#suspicion.found;
  }

  /** Shares of what it takes to find it slow. */
  evidence(limits: Limits): Pick<Suspicion, 'shift' | 'tail'> {
    return evidenceOf(this.#suspicion, limits);
  }

  /** How long slow ones take: microseconds. */
  get slowUs(): number {
    return Math.exp(this.#suspicion.level);
  }

  /** As before a restart, when it had been found slow. */
  resume(found: Found, slowUs: number, { evidenceMin }: Limits): void {
    const all = { shift: evidenceMin, tail: evidenceMin };
    this.#suspicion = { ...unsuspected, ...all, level: logOf(slowUs), found };
  }

  /** Forgets what spoke against it. */
  acquit(): void {
    this.#suspicion = unsuspected;
  }

  rewind(now: Instant): void {
    this.#suspicion = rewind(this.#suspicion, now);
  }

  #usual(at: Instant): Usual | undefined {
    return this.baseline.usual(at, this.#hourOfWeek);
  }
}

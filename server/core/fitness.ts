// Is the prober itself fit to judge? What it measures while it is not says nothing about anybody else.
import type { Family, SeriesFamily } from '../../checks/lib/contract.ts';
import type { SelfCause } from '../../checks/lib/outcome.ts';
import type { Instant } from './time.ts';

/** What the prober finds of itself, every few seconds. */
export interface Condition {
  /** Since it last looked, and the longest that its event loop stood still meanwhile. */
  readonly elapsedMs: number;
  readonly stalledMs: number;
  /** By how much the clock on the wall went further than the monotonic one meanwhile. */
  readonly clockStepMs: number;
  /** File descriptors that it may still open; absent where that cannot be known. */
  readonly filesLeft?: number;
  /** Those of which it has an address that is not only its own. */
  readonly families: readonly Family[];
}

/** What makes it unfit. */
export const fitnessCauses = ['self_loop_lag', 'self_clock', 'self_no_files'] as const satisfies SelfCause[];

export interface Unfit {
  readonly since: Instant;
  readonly cause: (typeof fitnessCauses)[number];
  readonly evidence: string;
}

/** Of the time between two looks: beyond that hardly anything is measured, and nothing well. */
const stalledShareMax = 0.5;
/** A clock that is kept right is never moved by that at once; one that slept is. */
const clockStepMsMax = 1_000;
/** A check may open several. */
const filesLeftMin = 64;

export class Fitness {
  #unfit: Unfit | undefined;
  /** What was sent off before then is not to be judged. */
  #fitSince: Instant = 0;
  readonly #had = new Set<Family>();
  readonly #lost = new Map<Family, Instant>();

  /** Why nothing is judged now; nothing, while all is well. */
  get unfit(): Unfit | undefined {
    return this.#unfit;
  }

  /** Families of which there was an address, and is none any more, since when. Where there never was one, that is as it should be. */
  get lost(): ReadonlyMap<SeriesFamily, Instant> {
    return this.#lost;
  }

  feel(condition: Condition, now: Instant): void {
    const found = trouble(condition);
    if (found === undefined && this.#unfit !== undefined) this.#fitSince = now;
    this.#unfit = found && { since: this.#unfit?.since ?? now, ...found };
    for (const family of condition.families) {
      this.#had.add(family);
      this.#lost.delete(family);
    }
    for (const family of this.#had)
      if (!condition.families.includes(family) && !this.#lost.has(family)) this.#lost.set(family, now);
  }

  /** Whether what was sent off then was measured well. */
  wasFit(at: Instant): boolean {
    return this.#unfit === undefined && at >= this.#fitSince;
  }

  /** Whether what was sent off then over that family is evidence. */
  isEvidence(family: SeriesFamily, at: Instant): boolean {
    return this.wasFit(at) && !this.lost.has(family);
  }

  /** The clock was set back: what lies in the future is now. */
  rewind(now: Instant): void {
    this.#fitSince = Math.min(this.#fitSince, now);
    if (this.#unfit !== undefined) this.#unfit = { ...this.#unfit, since: Math.min(this.#unfit.since, now) };
    for (const [family, since] of this.#lost) this.#lost.set(family, Math.min(since, now));
  }
}

const trouble = (condition: Condition): Omit<Unfit, 'since'> | undefined => {
  const { elapsedMs, stalledMs, clockStepMs, filesLeft = Number.POSITIVE_INFINITY } = condition;
  if (stalledMs > elapsedMs * stalledShareMax)
    return {
      cause: 'self_loop_lag',
      evidence: `its event loop stood still for ${inSeconds(stalledMs)} of ${inSeconds(elapsedMs)}`,
    };
  if (Math.abs(clockStepMs) > clockStepMsMax)
    return { cause: 'self_clock', evidence: `the clock jumped by ${inSeconds(clockStepMs)}` };
  if (filesLeft < filesLeftMin)
    return { cause: 'self_no_files', evidence: `it may open ${filesLeft} more files and connections` };
  return undefined;
};

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

// Phases of one probe on a monotonic clock.
import type { PhasesUs } from './outcome.ts';

/** Milliseconds with a fraction, from any start; only ever subtracted. */
export type MonotonicClock = () => number;

/** Laps: each ends the phase that began where the last one ended. */
export class Stopwatch {
  readonly #clock: MonotonicClock;
  readonly #startedMs: number;
  readonly #phasesUs: Record<string, number> = {};
  #lapMs: number;

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
    this.#startedMs = this.#lapMs = clock();
  }

  /** Ends the running phase under this name; a name used again adds to it. */
  lap(phase: string): void {
    const nowMs = this.#clock();
    this.#phasesUs[phase] = (this.#phasesUs[phase] ?? 0) + toUs(nowMs - this.#lapMs);
    this.#lapMs = nowMs;
  }

  /** A phase that something else has measured, in microseconds. */
  record(phase: string, us: number): void {
    this.#phasesUs[phase] = us;
  }

  /** Lets the time since the last lap belong to no phase. */
  skip(): void {
    this.#lapMs = this.#clock();
  }

  /** Another one from now on, for what happens beside this. */
  beside(): Stopwatch {
    return new Stopwatch(this.#clock);
  }

  get phasesUs(): PhasesUs {
    return { ...this.#phasesUs };
  }

  get totalUs(): number {
    return toUs(this.#clock() - this.#startedMs);
  }
}

const toUs = (ms: number): number => Math.round(ms * 1_000);

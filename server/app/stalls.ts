// How long our own event loop stood still: what a probe measured meanwhile is ours as much as the target's.
import type { Clock, Timers } from './ports.ts';

/** The clock is looked at this often while something is measured; a stall is seen too short by at most as much. */
export const tickMs = 20;
/** Stalls that are remembered. */
const stallsMax = 1_024;

export class Stalls {
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Those worth remembering, oldest first. */
  readonly #stalls: { readonly endMs: number; readonly lengthMs: number }[] = [];
  #lastTickMs = 0;
  #longestMs = 0;
  #cancelTick = () => {};

  constructor({ clock, timers }: { clock: Clock; timers: Timers }) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** From now on something is measured. */
  start(): void {
    this.#lastTickMs = this.#clock.monotonicMs();
    this.#tickSoon();
  }

  /** Nothing is measured any more. */
  stop(): void {
    this.#cancelTick();
    this.#look();
  }

  /** The longest that any stall lasted after `fromMs`, in milliseconds. */
  longestSince(fromMs: number): number {
    this.#look();
    return this.#stalls.reduce(
      // Of one that began before, only the rest touched what began then.
      (max, { endMs, lengthMs }) => Math.max(max, Math.min(lengthMs, endMs - fromMs)),
      0,
    );
  }

  /** The longest since this was last asked. */
  takeLongest(): number {
    const longest = this.#longestMs;
    this.#longestMs = 0;
    return longest;
  }

  #tickSoon(): void {
    this.#cancelTick = this.#timers.after(tickMs, () => {
      this.#look();
      this.#tickSoon();
    });
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    const lengthMs = nowMs - this.#lastTickMs - tickMs;
    this.#lastTickMs = nowMs;
    this.#longestMs = Math.max(this.#longestMs, lengthMs);
    if (lengthMs < taintMs) return;
    this.#stalls.push({ endMs: nowMs, lengthMs });
    if (this.#stalls.length > stallsMax) this.#stalls.shift();
  }
}

/** A stall shorter than this, and than a tenth of what was measured, is left out of account. */
export const taintMs = 10;

export const isTainted = (stallMs: number, measuredMs: number): boolean =>
  stallMs > Math.max(taintMs, measuredMs / 10);

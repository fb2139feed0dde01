// How long our own event loop stood still: what a probe measured meanwhile is ours as much as the target's.
import type { Clock, Timers } from './ports.ts';

const tickMs = 100;
/** Stalls that are remembered: in the worst case those of two minutes. */
const stallsMax = 1_024;

export class Stalls {
  readonly #clock: Clock;
  /** Ends of stalls worth remembering, oldest first. */
  readonly #stalls: { readonly endMs: number; readonly lengthMs: number }[] = [];
  #lastTickMs: number;
  #longestMs = 0;
  readonly stop: () => void;

  constructor({ clock, timers }: { clock: Clock; timers: Timers }) {
    this.#clock = clock;
    this.#lastTickMs = clock.monotonicMs();
    let cancel = () => {};
    const tick = () => {
      this.#tick();
      cancel = timers.after(tickMs, tick);
    };
    cancel = timers.after(tickMs, tick);
    this.stop = () => cancel();
  }

  /** The longest that any stall lasted after `fromMs`, in milliseconds; one that lasts still is counted too. */
  longestSince(fromMs: number): number {
    const nowMs = this.#clock.monotonicMs();
    const running = { endMs: nowMs, lengthMs: nowMs - this.#lastTickMs - tickMs };
    return [...this.#stalls, running].reduce(
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

  #tick(): void {
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

// How long our own event loop stood still: what a probe measured meanwhile is ours as much as the target's.
import type { Clock, Timers } from './ports.ts';

const tickMs = 100;
/** Ticks that are remembered: longer than any probe may take. */
const ticksMax = 1_024;

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

  /** The longest stall that touches the time since `fromMs`, in milliseconds; one that lasts still is counted too. */
  longestSince(fromMs: number): number {
    const running = this.#clock.monotonicMs() - this.#lastTickMs - tickMs;
    return this.#stalls.reduce(
      (max, { endMs, lengthMs }) => (endMs > fromMs ? Math.max(max, lengthMs) : max),
      Math.max(0, running),
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
    if (this.#stalls.length > ticksMax) this.#stalls.shift();
  }
}

/** A stall shorter than this, and than a tenth of what was measured, is left out of account. */
export const taintMs = 10;

export const isTainted = (stallMs: number, measuredMs: number): boolean =>
  stallMs > Math.max(taintMs, measuredMs / 10);

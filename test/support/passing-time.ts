// Time that passes when a test says so: what is due happens in its order, and nothing is waited for.
import type { Clock, Timers } from '../../server/app/ports.ts';

interface Due {
  readonly atMs: number;
  readonly call: () => void;
}

export class PassingTime {
  /** Milliseconds since this began. */
  nowMs = 0;
  readonly #startedAt: number;
  /** Soonest first; what is due at the same time, in the order it was asked for. */
  readonly #due: Due[] = [];

  /** `startedAt`: epoch milliseconds. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  readonly clock: Clock = {
    now: () => Math.floor(this.#startedAt + this.nowMs),
    monotonicMs: () => this.nowMs,
  };

  readonly timers: Timers = {
    after: (ms, call) => {
      const due: Due = { atMs: this.nowMs + Math.max(0, ms), call };
      const later = this.#due.findIndex(({ atMs }) => atMs > due.atMs);
      this.#due.splice(later < 0 ? this.#due.length : later, 0, due);
      return () => {
        const index = this.#due.indexOf(due);
        if (index >= 0) this.#due.splice(index, 1);
      };
    },
  };

  /** Timers that would still go off. */
  get pending(): number {
    return this.#due.length;
  }

  /** Lives through `ms`, with all that happens meanwhile and what comes of it. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settled();
    for (let next = this.#due[0]; next !== undefined && next.atMs <= untilMs; next = this.#due[0]) {
      this.#due.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.call();
      await settled();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  /** The process stands still for `ms`: clocks go on, and what was due meanwhile happens later. */
  standStill(ms: number): void {
    this.nowMs += ms;
  }
}

/** Enough for whatever promises one event settles to be followed to their end. */
const microtasks = 24;
const done = Promise.resolve();

const settled = async (): Promise<void> => {
  for (let i = 0; i < microtasks; i++) await done;
};

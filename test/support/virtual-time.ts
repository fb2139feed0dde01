// Virtual time: what is due happens in its order, and nothing is waited for.
import type { Clock, Timers } from '../../server/app/ports.ts';
import { tickMs } from '../../server/app/stalls.ts';

interface Due {
  atMs: number;
  readonly order: number;
  readonly lane: Lane;
  readonly call: () => void;
  cancelled: boolean;
}

/** A thread: its timers stop with it, and wait while it stands still. */
export class Lane {
  isAlive = true;
  stalledUntilMs = 0;
}

/** Whatever promises an event has settled are followed to their end before the next tick of the process. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

export class VirtualTime {
  nowMs = 0;
  /** From monotonic milliseconds to epoch milliseconds; a step of the wall clock changes it. */
  wallOffsetMs: number;
  events = 0;
  readonly #heap: Due[] = [];
  #ticks: Due[] = [];
  #tickHead = 0;
  #order = 0;

  constructor(wallStartMs: number) {
    this.wallOffsetMs = wallStartMs;
  }

  readonly clock: Clock = {
    now: () => Math.floor(this.nowMs + this.wallOffsetMs),
    monotonicMs: () => this.nowMs,
  };

  timers(lane: Lane): Timers {
    return { after: (ms, call) => this.after(ms, lane, call) };
  }

  after(ms: number, lane: Lane, call: () => void): () => void {
    const due: Due = {
      atMs: this.nowMs + Math.max(0, ms),
      order: this.#order++,
      lane,
      call,
      cancelled: false,
    };
    // The scheduler looks at its clock too often for a heap, and that comes in order by itself.
    if (ms === tickMs) this.#ticks.push(due);
    else this.#push(due);
    return () => {
      due.cancelled = true;
    };
  }

  /** Lives until then; `each` is called after every event but the ticks. */
  async run(untilMs: number, each: () => void): Promise<void> {
    // From here on this runs among what promises have settled: ticks of the process come after all of that.
    await Promise.resolve();
    for (let due = this.#next(untilMs); due !== undefined; due = this.#next(untilMs)) {
      const { lane, atMs, call } = due;
      if (due.cancelled || !lane.isAlive) continue;
      if (lane.stalledUntilMs > atMs) {
        due.atMs = lane.stalledUntilMs;
        this.#push(due);
        continue;
      }
      this.nowMs = atMs;
      this.events++;
      call();
      if (due === this.#lastTick) continue;
      await settled();
      while (this.#awaited.length > 0) await Promise.allSettled(this.#awaited.splice(0));
      each();
    }
    this.nowMs = untilMs;
  }

  #lastTick: Due | undefined;
  #awaited: Promise<unknown>[] = [];

  /** No time passes before this is settled, which may take more than promises: of whom nothing that is due here must be told. */
  standStill(until: Promise<unknown>): void {
    this.#awaited.push(until);
  }

  #next(untilMs: number): Due | undefined {
    const tick = this.#ticks[this.#tickHead];
    const top = this.#heap[0];
    const isTick = tick !== undefined && (top === undefined || isBefore(tick, top));
    const next = isTick ? tick : top;
    if (next === undefined || next.atMs > untilMs) return undefined;
    this.#lastTick = undefined;
    if (!isTick) return this.#pop();
    this.#lastTick = tick;
    this.#tickHead++;
    if (this.#tickHead > 1_024) {
      this.#ticks = this.#ticks.slice(this.#tickHead);
      this.#tickHead = 0;
    }
    return next;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let i = heap.length;
    for (; i > 0;) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(due, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      const left = heap[2 * i + 1];
      const right = heap[2 * i + 2];
      const child =
        right !== undefined && left !== undefined && isBefore(right, left) ? 2 * i + 2 : 2 * i + 1;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

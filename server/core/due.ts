// When is what due? A heap on the monotonic clock. It never asks for two runs of one thing, and never catches up.
import type { CheckConfig } from '../../config/config.ts';

/** Milliseconds on the monotonic clock. */
type Ms = number;

export interface Rhythm {
  readonly id: string;
  readonly intervalMs: number;
  /** Things with the same phase key are due together. */
  readonly phaseKey: string;
}

interface Entry {
  readonly rhythm: Rhythm;
  atMs: Ms;
  /** Breaks ties in the order of arrival, so that the order is the same at every run. */
  readonly order: number;
}

/**
 * Phases fall on this grid, so that a process with a thousand things to do wakes twenty times a second at the most;
 * what is due at one instant of the grid is few enough to be started one after the other.
 */
export const gridMs = 50;

/** FNV-1a, 32 bits: spreads ids evenly, and gives the same phase after every start. */
export const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

/** The first instant after `nowMs` that is on the rhythm's grid: exactly the same for all that share it. */
export const firstAt = ({ phaseKey, intervalMs }: Rhythm, nowMs: Ms): Ms => {
  const slots = Math.max(1, Math.floor(intervalMs / gridMs));
  const phaseMs = (hash(phaseKey) % slots) * (intervalMs / slots);
  return phaseMs + (Math.floor((nowMs - phaseMs) / intervalMs) + 1) * intervalMs;
};

export class DueHeap {
  readonly #heap: Entry[] = [];
  #arrivals = 0;

  add(rhythm: Rhythm, nowMs: Ms): void {
    this.#push({ rhythm, atMs: firstAt(rhythm, nowMs), order: this.#arrivals++ });
  }

  remove(id: string): void {
    const kept = this.#heap.filter(({ rhythm }) => rhythm.id !== id);
    this.#heap.length = 0;
    for (const entry of kept) this.#push(entry);
  }

  /** When something is due next, if anything ever is. */
  get nextMs(): Ms | undefined {
    return this.#heap[0]?.atMs;
  }

  /**
   * Takes what is due at `nowMs`, each with the instant it was due and how many runs were missed before: after a pause
   * of the process a thing runs once, and then on its old grid.
   */
  take(nowMs: Ms): readonly { readonly id: string; readonly dueMs: Ms; readonly missed: number }[] {
    const due: { id: string; dueMs: Ms; missed: number }[] = [];
    for (let top = this.#heap[0]; top !== undefined && top.atMs <= nowMs; top = this.#heap[0]) {
      const { id, intervalMs } = top.rhythm;
      const missed = Math.floor((nowMs - top.atMs) / intervalMs);
      due.push({ id, dueMs: top.atMs + missed * intervalMs, missed });
      top.atMs += (missed + 1) * intervalMs;
      this.#sink(0);
    }
    return due;
  }

  #push(entry: Entry): void {
    this.#heap.push(entry);
    for (let i = this.#heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(from: number): void {
    for (let i = from; ;) {
      const left = 2 * i + 1;
      let first = i;
      if (this.#isBefore(left, first)) first = left;
      if (this.#isBefore(left + 1, first)) first = left + 1;
      if (first === i) return;
      this.#swap(i, first);
      i = first;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    return (
      a !== undefined && b !== undefined && (a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order))
    );
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}

/** After this long without a result, at least one probe that was due has not been made. */
export const missedMs = ({ schedule, timeoutMs }: CheckConfig): number =>
  timeoutMs + (schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs);

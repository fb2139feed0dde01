// How often somebody may ask.

export interface Pace {
  /** One more every so many milliseconds. */
  readonly everyMs: number;
  /** So many at once. */
  readonly burst: number;
}

/** The generic cell rate algorithm: it remembers when it will be empty again. */
export class Bucket {
  readonly #pace: Pace;
  #emptyAtMs = Number.NEGATIVE_INFINITY;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  take(nowMs: number): boolean {
    const { everyMs, burst } = this.#pace;
    const emptyAtMs = Math.max(this.#emptyAtMs, nowMs) + everyMs;
    if (emptyAtMs > nowMs + burst * everyMs) return false;
    this.#emptyAtMs = emptyAtMs;
    return true;
  }
}

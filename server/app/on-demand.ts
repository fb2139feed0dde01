// What is made only when somebody asks for it: one at a time and with a rest after each, whoever asks however often.
import type { Clock, Log, Timers } from './ports.ts';

export interface OnDemandDeps<Asked, Made> {
  /** Nothing, when it cannot be had now: then it is tried again for whoever asks next. */
  readonly make: (asked: Asked) => Promise<Made | undefined>;
  /** The same for whoever asks for the same. */
  readonly nameOf: (asked: Asked) => string;
  /** For so long what was made is as good as new. */
  readonly freshMs: (asked: Asked) => number;
  /** Of so many what was made is kept: those that were asked for last. */
  readonly keptMax: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Pick<Log, 'error'>;
}

/** More are sent away. */
const waitingMax = 32;

interface Kept<Made> {
  readonly made: Made;
  readonly at: number;
}

export class OnDemand<Asked, Made> {
  readonly #deps: OnDemandDeps<Asked, Made>;
  readonly #kept = new Map<string, Kept<Made>>();
  readonly #waiting = new Map<string, Promise<Made | undefined>>();
  /** Ends when the next may begin. */
  #turn: Promise<void> = Promise.resolve();
  #workedMs = 0;

  constructor(deps: OnDemandDeps<Asked, Made>) {
    this.#deps = deps;
  }

  /** Those who ask for the same at the same time get the same. Nothing, when too many wait, or it could not be made. */
  of(asked: Asked): Promise<Made | undefined> {
    const { nameOf, freshMs, clock } = this.#deps;
    const name = nameOf(asked);
    const kept = this.#kept.get(name);
    if (kept !== undefined && clock.monotonicMs() - kept.at < freshMs(asked)) {
      this.#keep(name, kept);
      return Promise.resolve(kept.made);
    }
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined || this.#waiting.size >= waitingMax)
      return waiting ?? Promise.resolve(undefined);
    const made = this.#turn.then(() => this.#make(asked, name));
    this.#turn = made.then(() => this.#rest());
    this.#waiting.set(name, made);
    return made;
  }

  /** What was made last, however old. */
  last(asked: Asked): Made | undefined {
    return this.#kept.get(this.#deps.nameOf(asked))?.made;
  }

  async #make(asked: Asked, name: string): Promise<Made | undefined> {
    const { make, clock, log } = this.#deps;
    const startedAt = clock.monotonicMs();
    try {
      const made = await make(asked);
      if (made !== undefined) this.#keep(name, { made, at: clock.monotonicMs() });
      return made;
    } catch (error) {
      log.error('demand.failed', { name, error });
      return undefined;
    } finally {
      this.#waiting.delete(name);
      this.#workedMs = clock.monotonicMs() - startedAt;
    }
  }

  #keep(name: string, kept: Kept<Made>): void {
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#deps.keptMax && oldest !== undefined) this.#kept.delete(oldest);
  }

  // As long as it worked: whatever readers ask for takes half of the time at most.
  #rest(): Promise<void> {
    return new Promise((rested) => {
      this.#deps.timers.after(this.#workedMs, rested);
    });
  }
}

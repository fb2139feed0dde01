// The time of one process, which passes when a test says so.
import type { Clock, Timers } from '../../server/app/ports.ts';
import { Lane, VirtualTime } from './virtual-time.ts';

export class PassingTime {
  readonly #time: VirtualTime;
  readonly #process = new Lane();
  readonly clock: Clock;
  readonly timers: Timers;

  /** `startedAt`: epoch milliseconds. */
  constructor(startedAt: number) {
    this.#time = new VirtualTime(startedAt);
    this.clock = this.#time.clock;
    this.timers = this.#time.timers(this.#process);
  }

  /** Milliseconds since this began. */
  get nowMs(): number {
    return this.#time.nowMs;
  }

  /** Lives through `ms`, with all that happens meanwhile and what comes of it. */
  async pass(ms: number): Promise<void> {
    // What a test has just done may still have to come to something.
    this.timers.after(0, () => {});
    await this.#time.run(this.nowMs + ms, () => {});
  }

  /** The process stands still for `ms`: clocks go on, and what was due meanwhile happens later. */
  standStill(ms: number): void {
    this.#process.stalledUntilMs = this.nowMs + ms;
    this.#time.nowMs += ms;
  }

  /** Whether nothing happens any more. */
  async isOver(): Promise<boolean> {
    await this.pass(0);
    const { events } = this.#time;
    await this.#time.run(this.nowMs + 86_400_000, () => {});
    return this.#time.events === events;
  }
}

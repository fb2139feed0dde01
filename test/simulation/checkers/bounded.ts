// I17: however badly the disk does, it is not asked more often for that.
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** A transaction every quarter of a second, and what a restart adds. */
const pauseMs = 250;
const extraMax = 30;

export class Bounded implements Checker {
  readonly #stage: Stage;
  #lookedMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  look(): void {
    const { disk, time } = this.#stage;
    const { attempts } = disk;
    const attemptsMax = (time.nowMs - this.#lookedMs) / pauseMs + extraMax;
    this.#lookedMs = time.nowMs;
    disk.attempts = 0;
    demand(
      attempts <= attemptsMax,
      'I17 bounded',
      () => `${attempts} transactions were tried since the last look`,
    );
  }
}

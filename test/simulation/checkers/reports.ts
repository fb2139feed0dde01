// I18: what a probe has found is kept, once it is reported: nothing gets lost on the way. That it counts once, however often
// it comes, is I2.
import type { Effects } from '../../../server/core/effects.ts';
import { seriesId } from '../../../server/core/series.ts';
import { seconds } from '../../support/watch.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** A probe that hangs, and the transaction after it. */
const keptMsMax = 30 * seconds;

export class Reports implements Checker {
  readonly #stage: Stage;
  /** Probes of which nothing is kept yet: when they left, in monotonic milliseconds. */
  readonly #awaited = new Map<string, number>();
  #diskMs = 0;
  #refusals = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  probed(series: string, startedAt: number): void {
    this.#awaited.set(`${series}@${startedAt}`, this.#stage.time.nowMs);
  }

  kept({ results }: Effects): void {
    for (const { series, at } of results) this.#awaited.delete(`${seriesId(series)}@${at}`);
  }

  /** What was on its way is lost. */
  crashed(): void {
    this.#awaited.clear();
  }

  /** Nothing is found again by its time. */
  clockStepped(): void {
    this.#awaited.clear();
  }

  look(): void {
    const { disk, time, vigie } = this.#stage;
    if (disk.refusals > this.#refusals) this.#diskMs = time.nowMs;
    this.#refusals = disk.refusals;
    for (const [probe, sinceMs] of this.#awaited) {
      if (sinceMs <= vigie.disturbedMs) this.#awaited.delete(probe);
      else
        demand(
          time.nowMs - Math.max(sinceMs, this.#diskMs) <= keptMsMax,
          'I18 agent',
          () => `nothing was kept of ${probe}`,
        );
    }
  }
}

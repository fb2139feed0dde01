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
  /** Probes of which nothing is kept yet, by series and start: when they left, in monotonic milliseconds. */
  readonly #awaited = new Map<string, Map<number, number>>();
  #diskMs = 0;
  #refusals = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  probed(series: string, startedAt: number): void {
    const awaited = this.#awaited.get(series) ?? new Map<number, number>();
    this.#awaited.set(series, awaited);
    awaited.set(startedAt, this.#stage.time.nowMs);
  }

  kept({ results }: Effects): void {
    for (const { series, at } of results) this.#awaited.get(seriesId(series))?.delete(at);
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
    for (const [series, awaited] of this.#awaited)
      for (const [at, sinceMs] of awaited) {
        if (sinceMs <= vigie.disturbedMs) awaited.delete(at);
        else
          demand(
            time.nowMs - Math.max(sinceMs, this.#diskMs) <= keptMsMax,
            'I18 agent',
            () => `nothing was kept of ${series}@${at}`,
          );
      }
  }
}

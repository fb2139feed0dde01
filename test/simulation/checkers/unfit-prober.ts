// Unfit prober: who cannot measure blames nobody for it, does not call himself blind, and says so.
import type { Effects } from '../../../server/core/effects.ts';
import { seriesId } from '../../../server/core/series.ts';
import { minutes, seconds } from '../../support/watch.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** It looks at itself every five seconds, and a report waits for the transaction before. */
const slackMs = 20 * seconds;

export class UnfitProber implements Checker {
  readonly #stage: Stage;
  /** When it came to be as it is: monotonic milliseconds. */
  #sickSinceMs: number | undefined;
  readonly #ours = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  probed(series: string, startedAt: number): void {
    if (this.#stage.world.isProberSick) this.#ours.add(`${series}@${startedAt}`);
  }

  crashed(): void {
    this.#ours.clear();
  }

  clockStepped(): void {
    this.#ours.clear();
  }

  kept({ results }: Effects): void {
    if (this.#ours.size === 0) return;
    for (const { series, at, grade } of results)
      demand(
        !this.#ours.delete(`${seriesId(series)}@${at}`) || grade === 'invalid',
        'unfit prober',
        () => `${seriesId(series)} is called ${grade} by a prober that is unfit`,
      );
  }

  look(): void {
    const { time, vigie, world } = this.#stage;
    this.#sickSinceMs = world.isProberSick && vigie.watch ? (this.#sickSinceMs ?? time.nowMs) : undefined;
    if (vigie.watch === undefined || this.#sickSinceMs === undefined) return;
    const told = vigie.watch.impairments.some(({ id }) => id === 'prober');
    const sickMs = time.nowMs - this.#sickSinceMs;
    demand(
      told || sickMs < 2 * minutes + slackMs,
      'unfit prober',
      () => `it is unfit for ${sickMs} ms, and that is not said`,
    );
  }
}

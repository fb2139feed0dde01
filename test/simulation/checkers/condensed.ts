// I9: what was rolled up is what its results add up to, whatever came late, came twice, or was written when the clock had
// been set back.
import { Bucket } from '../../../server/core/bucket.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Figures } from '../../../server/core/history.ts';
import type { Result } from '../../../server/core/result.ts';
import { seriesId } from '../../../server/core/series.ts';
import type { SeriesKey } from '../../../server/core/series.ts';
import { hours, minutes } from '../../support/watch.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** The shortest that is rolled up. */
const stepMs = 5 * minutes;
const rememberedMs = 60 * hours;

export class Condensed implements Checker {
  readonly #stage: Stage;
  /** The first word on each probe, by series and start. */
  readonly #results = new Map<string, { readonly key: SeriesKey; readonly at: Map<number, Result> }>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ results }: Effects): void {
    if (!this.#stage.disk.keepsAll) return;
    for (const result of results) {
      const id = seriesId(result.series);
      const known = this.#results.get(id) ?? { key: result.series, at: new Map<number, Result>() };
      this.#results.set(id, known);
      if (!known.at.has(result.at)) known.at.set(result.at, result);
    }
  }

  window(begin: number, end: number): void {
    const [from, to] = [begin, end].map((at) => Math.floor(at / stepMs) * stepMs) as [number, number];
    const forgotten = this.#stage.time.clock.now() - rememberedMs;
    for (const { key, at } of this.#results.values()) {
      for (const one of at.keys()) if (one < forgotten) at.delete(one);
      // What came late is rolled up again by whoever runs.
      if (from >= to || from < forgotten || this.#stage.vigie.watch === undefined) continue;
      const inside = at.values().filter((result) => result.at >= from && result.at < to);
      const [told, sum] = [this.#stage.disk.written().history(key, { from, to }).all, sumOf(inside)];
      demand(
        textOf(told) === textOf(sum),
        'I9 roll-up',
        () => `${seriesId(key)} from ${from} to ${to} is told to be ${textOf(told)}, and was ${textOf(sum)}`,
      );
    }
  }
}

const sumOf = (results: Iterable<Result>): Figures => {
  const bucket = new Bucket();
  for (const { grade, totalUs } of results) bucket.add(grade, totalUs);
  const { counts, sumUs, minUs, maxUs, sketch } = bucket;
  return { ...counts, ...(sketch.count > 0 && { durations: { sumUs, minUs, maxUs, quantilesUs: [] } }) };
};

const textOf = ({ good, poor, bad, invalid, durations }: Figures): string =>
  JSON.stringify([good, poor, bad, invalid, durations?.sumUs, durations?.minUs, durations?.maxUs]);

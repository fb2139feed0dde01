// I9: what was rolled up is what its results add up to, whatever came late, came twice, or was written when the clock had
// been set back.
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
type Step = Map<number, Result>;
const rememberedMs = 60 * hours;
/** One of so many series has its turn each time: to add one up takes as long as a hundred probes. */
const turns = 3;

export class Condensed implements Checker {
  readonly #stage: Stage;
  /** The first word on each probe, by series, by the five minutes in which it began, and by its start. */
  readonly #results = new Map<string, { readonly key: SeriesKey; readonly steps: Map<number, Step> }>();

  #turn = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ results }: Effects): void {
    if (!this.#stage.disk.keepsAll) return;
    for (const result of results) {
      const id = seriesId(result.series);
      const known = this.#results.get(id) ?? { key: result.series, steps: new Map<number, Step>() };
      this.#results.set(id, known);
      const start = startOf(result.at);
      const step = known.steps.get(start) ?? new Map<number, Result>();
      known.steps.set(start, step);
      if (!step.has(result.at)) step.set(result.at, result);
    }
  }

  window(begin: number, end: number): void {
    const [from, to] = [startOf(begin), startOf(end)];
    const forgotten = this.#stage.time.clock.now() - rememberedMs;
    const turn = this.#turn++;
    for (const [index, { key, steps }] of [...this.#results.values()].entries()) {
      if ((index + turn) % turns !== 0) continue;
      for (const start of steps.keys()) if (start < forgotten) steps.delete(start);
      // What came late is rolled up again by whoever runs.
      if (from >= to || from < forgotten + stepMs || this.#stage.vigie.watch === undefined) continue;
      const inside = [...steps].flatMap(([start, step]) =>
        start >= from && start < to ? [...step.values()] : [],
      );
      const [told, sum] = [this.#stage.disk.written().history(key, { from, to }).all, sumOf(inside)];
      demand(
        textOf(told) === textOf(sum),
        'I9 roll-up',
        () => `${seriesId(key)} from ${from} to ${to} is told to be ${textOf(told)}, and was ${textOf(sum)}`,
      );
    }
  }
}

const startOf = (at: number): number => Math.floor(at / stepMs) * stepMs;

const sumOf = (results: readonly Result[]): Figures => {
  const counts = { good: 0, poor: 0, bad: 0, invalid: 0 };
  for (const { grade } of results) counts[grade]++;
  // A probe that failed took as long as its time-out, which says nothing.
  const timed = results.filter(({ grade }) => grade === 'good' || grade === 'poor');
  if (timed.length === 0) return counts;
  const taken = timed.map(({ totalUs }) => totalUs);
  const sumUs = taken.reduce((sum, us) => sum + us, 0);
  const [minUs, maxUs] = [Math.min(...taken), Math.max(...taken)];
  return { ...counts, durations: { sumUs, minUs, maxUs, quantilesUs: [] } };
};

const textOf = ({ good, poor, bad, invalid, durations }: Figures): string =>
  JSON.stringify([good, poor, bad, invalid, durations?.sumUs, durations?.minUs, durations?.maxUs]);

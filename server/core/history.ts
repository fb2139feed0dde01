// What is told of a series over a window.
import type { Grade } from './result.ts';
import type { Instant } from './time.ts';

/** Of the durations of a bucket these are told: the bands of a chart, its line, and what a promise is about. */
export const shares = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

export interface Figures extends Readonly<Record<Grade, number>> {
  /** Of good and poor results, in microseconds; absent when there was none. The quantiles are those of `shares`. */
  readonly durations?: {
    readonly sumUs: number;
    readonly minUs: number;
    readonly maxUs: number;
    readonly quantilesUs: readonly number[];
  };
}

export interface SeriesHistory {
  /** Length of a bucket. Those at the edges are cut by the window. */
  readonly widthMs: number;
  /** Of the whole window. */
  readonly all: Figures;
  /** Times within it of which what was kept is damaged, and nothing finer is left. They are in none of the figures. */
  readonly damaged?: readonly { readonly from: Instant; readonly to: Instant }[];
  /** Oldest first; where nothing was measured there is none. `at` is the beginning, in steps of the width since 1970. */
  readonly buckets: readonly (Figures & { readonly at: Instant })[];
}

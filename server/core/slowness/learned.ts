// What was learned of one phase of a series, as it is kept.
import type { SeriesKey } from '../series.ts';
import type { Instant } from '../time.ts';

export interface Learned {
  readonly series: SeriesKey;
  readonly phase: string;
  /** When it was first measured. */
  readonly since: Instant;
  readonly keptAt: Instant;
  /** Of a `Baseline`. */
  readonly bytes: Uint8Array;
}

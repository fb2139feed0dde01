// A histogram, a summary and a gauge for hundreds of series. prom-client's keep an object a line, and its summary a digest
// of quantiles that nobody asks of us: these keep numbers, and write their lines when they are asked.
import type { SeriesKey } from '../core/series.ts';
import { seriesId } from '../core/series.ts';
import { labelsText, numberText } from './exposition.ts';
import type { Family, Sample } from './exposition.ts';

interface Named {
  readonly name: string;
  readonly help: string;
}

/** How long something took, by series. */
export class SeriesHistogram implements Family {
  readonly #named: Named;
  readonly #bounds: readonly number[];
  /** Observations by bucket, not yet summed up; the last is what exceeds every bound. Then the sum. */
  readonly #series = new Map<string, { readonly labels: string; readonly counts: Float64Array }>();

  constructor({ buckets, ...named }: Named & { buckets: readonly number[] }) {
    this.#named = named;
    this.#bounds = buckets;
  }

  observe(key: SeriesKey, seconds: number): void {
    const { counts } = this.#of(key);
    const bucket = this.#bounds.findIndex((bound) => seconds <= bound);
    increase(counts, bucket < 0 ? this.#bounds.length : bucket, 1);
    increase(counts, this.#bounds.length + 1, seconds);
  }

  remove(key: SeriesKey): void {
    this.#series.delete(seriesId(key));
  }

  get() {
    const lines = [...this.#series.values()].flatMap((series) => this.#lines(series));
    return Promise.resolve({ ...this.#named, type: 'histogram', lines });
  }

  #lines({ labels, counts }: { labels: string; counts: Float64Array }): string[] {
    const { name } = this.#named;
    let count = 0;
    const lines = this.#bounds.map((bound, bucket) => {
      count += counts[bucket] ?? 0;
      return `${name}_bucket{${labels},le="${bound}"} ${count}`;
    });
    count += counts[this.#bounds.length] ?? 0;
    lines.push(
      `${name}_bucket{${labels},le="+Inf"} ${count}`,
      `${name}_sum{${labels}} ${numberText(counts[this.#bounds.length + 1] ?? 0)}`,
      `${name}_count{${labels}} ${count}`,
    );
    return lines;
  }

  #of(key: SeriesKey) {
    const id = seriesId(key);
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const begun = { labels: labelsText({ ...key }), counts: new Float64Array(this.#bounds.length + 2) };
    this.#series.set(id, begun);
    return begun;
  }
}

interface Total {
  sum: number;
  count: number;
}

/** How long the phases took, by series: sum and count only, quantiles are in the store. */
export class PhaseSummary implements Family {
  readonly #named: Named;
  readonly #series = new Map<string, { readonly labels: string; readonly phases: Map<string, Total> }>();

  constructor(named: Named) {
    this.#named = named;
  }

  observe(key: SeriesKey, phase: string, seconds: number): void {
    const id = seriesId(key);
    const series = this.#series.get(id) ?? { labels: labelsText({ ...key }), phases: new Map() };
    const total = series.phases.get(phase) ?? { sum: 0, count: 0 };
    total.sum += seconds;
    total.count += 1;
    series.phases.set(phase, total);
    this.#series.set(id, series);
  }

  remove(key: SeriesKey): void {
    this.#series.delete(seriesId(key));
  }

  get() {
    const { name } = this.#named;
    const lines = [...this.#series.values()].flatMap(({ labels, phases }) =>
      [...phases].flatMap(([phase, { sum, count }]) => [
        `${name}_sum{${labels},${labelsText({ phase })}} ${numberText(sum)}`,
        `${name}_count{${labels},${labelsText({ phase })}} ${count}`,
      ]),
    );
    return Promise.resolve({ ...this.#named, type: 'summary', lines });
  }
}

/** What is so now, told anew for every answer. */
export class FreshGauge<Label extends string> implements Family {
  readonly #named: Named;
  #values: Sample[] = [];

  constructor(named: Named) {
    this.#named = named;
  }

  clear(): void {
    this.#values = [];
  }

  set(labels: Readonly<Record<Label, string | number>>, value: number): void {
    this.#values.push({ labels, value });
  }

  get() {
    return Promise.resolve({ ...this.#named, type: 'gauge', values: this.#values });
  }
}

const increase = (numbers: Float64Array, index: number, by: number): void => {
  numbers[index] = (numbers[index] ?? 0) + by;
};

// A histogram, a summary and a gauge for hundreds of series. prom-client's make every line anew for every answer, and its
// summary keeps a digest of quantiles that nobody asks of us: these keep their lines, and change the numbers in them.
import type { SeriesKey } from '../core/series.ts';
import { seriesId } from '../core/series.ts';
import { prefixOf } from './exposition.ts';
import type { Family, Labels, Sample } from './exposition.ts';

interface Named {
  readonly name: string;
  readonly help: string;
}

/** How long something took, by series. */
export class SeriesHistogram implements Family {
  readonly #named: Named;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { readonly buckets: readonly Sample[]; readonly total: Total }>();

  constructor({ buckets, ...named }: Named & { buckets: readonly number[] }) {
    this.#named = named;
    this.#bounds = [...buckets, Infinity];
  }

  observe(key: SeriesKey, seconds: number): void {
    const { buckets, total } = this.#of(key);
    add(total, seconds);
    this.#bounds.forEach((bound, index) => {
      const bucket = buckets[index];
      if (seconds <= bound && bucket !== undefined) bucket.value += 1;
    });
  }

  remove(key: SeriesKey): void {
    this.#series.delete(seriesId(key));
  }

  get() {
    const values = [...this.#series.values()].flatMap(({ buckets, total }) => [...buckets, ...total]);
    return Promise.resolve({ ...this.#named, type: 'histogram', values });
  }

  #of(key: SeriesKey) {
    const known = this.#series.get(seriesId(key));
    if (known !== undefined) return known;
    const { name } = this.#named;
    const buckets = this.#bounds.map((bound) =>
      lasting(`${name}_bucket`, { ...key, le: bound === Infinity ? '+Inf' : bound }),
    );
    const begun = { buckets, total: totalOf(name, { ...key }) };
    this.#series.set(seriesId(key), begun);
    return begun;
  }
}

/** How long the phases took, by series: sum and count only, quantiles are in the store. */
export class PhaseSummary implements Family {
  readonly #named: Named;
  readonly #series = new Map<string, Map<string, Total>>();

  constructor(named: Named) {
    this.#named = named;
  }

  observe(key: SeriesKey, phase: string, seconds: number): void {
    const id = seriesId(key);
    const phases = this.#series.get(id) ?? new Map<string, Total>();
    const total = phases.get(phase) ?? totalOf(this.#named.name, { ...key, phase });
    add(total, seconds);
    this.#series.set(id, phases.set(phase, total));
  }

  remove(key: SeriesKey): void {
    this.#series.delete(seriesId(key));
  }

  get() {
    const values = [...this.#series.values()].flatMap((phases) => [...phases.values()].flat());
    return Promise.resolve({ ...this.#named, type: 'summary', values });
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

type Total = readonly [sum: Sample, count: Sample];

const totalOf = (name: string, labels: Labels): Total => [
  lasting(`${name}_sum`, labels),
  lasting(`${name}_count`, labels),
];

const add = ([sum, count]: Total, value: number): void => {
  sum.value += value;
  count.value += 1;
};

const lasting = (name: string, labels: Labels): Sample => ({
  labels,
  prefix: prefixOf(name, labels),
  value: 0,
});

// How durations are distributed, in few bytes: how many fell into each of a row of bins. Two of them are merged by
// adding, so a percentile of a year is as right as one of an hour.
// After "DDSketch", Masson, Rim and Lee, 2019 (https://arxiv.org/abs/1908.10693).

import { pushVarint } from './varint.ts';
import type { VarintReader } from './varint.ts';

/** Each bin ends so much above the one before. A constant of what is stored: another would be another table. */
const growth = 1.02;
const lnGrowth = Math.log(growth);
/** From 1 µs to beyond two hours. What is longer counts in the last bin. */
const binsMax = 1_152;

/** The bin of a duration; bin 0 holds what took at most 1 µs. */
const binOf = (us: number): number =>
  us <= 1 ? 0 : Math.min(binsMax - 1, Math.ceil(Math.log(us) / lnGrowth));

/** The value that is nearest, by ratio, to all that a bin holds. */
const middleOf = (bin: number): number => (bin === 0 ? 1 : (2 * growth ** bin) / (growth + 1));

/** Bins beside those in use that are made at once: the next duration is not far away. */
const spareBins = 16;
const zeros: readonly number[] = Array.from({ length: binsMax }, () => 0);

export class Sketch {
  /** Of the bins from `#first` on. What a series takes is mostly the same, so they are few. */
  #counts: number[] = [];
  #first = 0;
  #count = 0;

  /** How many durations it has seen. */
  get count(): number {
    return this.#count;
  }

  add(us: number): void {
    const bin = binOf(us);
    this.#reach(bin, bin);
    this.#addToBin(bin, 1);
  }

  merge(other: Sketch): void {
    const counts = other.#counts;
    this.#reach(other.#first, other.#first + counts.length - 1);
    for (let place = 0; place < counts.length; place++)
      this.#addToBin(other.#first + place, counts[place] ?? 0);
  }

  /**
   * For each share, from 0 to 1 and growing, the duration in microseconds that so much of those seen do not exceed: right
   * to 1 %, for durations from 1 µs to two hours. Nothing when none was seen.
   */
  quantiles(shares: readonly number[]): readonly number[] {
    if (this.#count === 0) return [];
    let place = 0;
    let seen = this.#counts[0] ?? 0;
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.#count));
      while (seen < rank && place < this.#counts.length) seen += this.#counts[++place] ?? 0;
      return middleOf(this.#first + place);
    });
  }

  /** How many bins hold something, and for each of them a pair of numbers: how many bins after the last one, and the count. */
  pack(bytes: number[]): void {
    pushVarint(
      bytes,
      this.#counts.reduce((bins, count) => bins + (count > 0 ? 1 : 0), 0),
    );
    let last = 0;
    for (let place = 0; place < this.#counts.length; place++) {
      const count = this.#counts[place] ?? 0;
      if (count === 0) continue;
      pushVarint(bytes, this.#first + place - last);
      pushVarint(bytes, count);
      last = this.#first + place;
    }
  }

  /** Adds what another one has packed. Throws a `RangeError` for bytes that none has, of which some may be added then. */
  addPacked(reader: VarintReader): void {
    let bin = 0;
    for (let bins = reader.varint(); bins > 0; bins--) {
      bin += reader.varint();
      if (bin >= binsMax) throw new RangeError('these bytes are no sketch');
      this.#reach(bin, bin + bins - 1);
      this.#addToBin(bin, reader.varint());
    }
  }

  #addToBin(bin: number, count: number): void {
    this.#counts[bin - this.#first] = (this.#counts[bin - this.#first] ?? 0) + count;
    this.#count += count;
  }

  /** Makes the bins from one to another, where they are not there; half as many more each time, so that it is seldom. */
  #reach(from: number, to: number): void {
    const counts = this.#counts;
    if (from > to || (from >= this.#first && to < this.#first + counts.length)) return;
    const spare = Math.max(spareBins, counts.length >> 1);
    const before = counts.length === 0 ? from : this.#first;
    const after = before + counts.length;
    const first = from <= before ? Math.max(0, from - spare) : before;
    const end = to >= after ? Math.min(binsMax, to + 1 + spare) : after;
    this.#counts = zeros.slice(0, before - first).concat(counts, zeros.slice(0, end - after));
    this.#first = first;
  }
}

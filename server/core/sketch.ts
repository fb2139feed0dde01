// How durations are distributed, in few bytes: how many fell into each of a row of bins. Two of them are merged by
// adding, so a percentile of a year is as right as one of an hour.
// After "DDSketch", Masson, Rim and Lee, 2019 (https://arxiv.org/abs/1908.10693).

import { VarintReader, pushVarint } from './varint.ts';

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

export class Sketch {
  readonly #counts = new Float64Array(binsMax);
  #count = 0;

  /** How many durations it has seen. */
  get count(): number {
    return this.#count;
  }

  add(us: number): void {
    this.#addToBin(binOf(us), 1);
  }

  merge(other: Sketch): void {
    for (const [bin, count] of other.#counts.entries()) if (count > 0) this.#addToBin(bin, count);
  }

  /**
   * For each share, from 0 to 1 and growing, the duration in microseconds that so much of those seen do not exceed: right
   * to 1 %, for durations from 1 µs to two hours. Nothing when none was seen.
   */
  quantiles(shares: readonly number[]): readonly number[] {
    if (this.#count === 0) return [];
    let bin = 0;
    let seen = this.#counts[0] ?? 0;
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.#count));
      while (seen < rank) seen += this.#counts[++bin] ?? 0;
      return middleOf(bin);
    });
  }

  /** Pairs of numbers for each bin that holds something: how many bins after the last one, and the count. */
  pack(): Uint8Array {
    const bytes: number[] = [];
    let last = 0;
    for (const [bin, count] of this.#counts.entries()) {
      if (count === 0) continue;
      pushVarint(bytes, bin - last);
      pushVarint(bytes, count);
      last = bin;
    }
    return Uint8Array.from(bytes);
  }

  /** Adds what another one has packed. Throws a `RangeError` for bytes that none has; nothing of them is added then. */
  addPacked(bytes: Uint8Array): void {
    const reader = new VarintReader(bytes);
    const added: [bin: number, count: number][] = [];
    for (let bin = 0; !reader.isAtEnd;) {
      bin += reader.varint();
      if (bin >= binsMax) throw new RangeError('these bytes are no sketch');
      added.push([bin, reader.varint()]);
    }
    for (const [bin, count] of added) this.#addToBin(bin, count);
  }

  #addToBin(bin: number, count: number): void {
    this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
    this.#count += count;
  }
}

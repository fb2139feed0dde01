// What a series was like for a while: counts, and how its durations were distributed. Buckets of the same series add up.
import { grades } from './result.ts';
import type { Grade } from './result.ts';
import { Sketch } from './sketch.ts';
import { pushVarint } from './varint.ts';
import type { VarintReader } from './varint.ts';

export class Bucket {
  /** How many results of each grade. */
  readonly counts: Record<Grade, number> = { good: 0, poor: 0, bad: 0, invalid: 0 };
  /** Of the durations of good and poor results; a probe that failed took as long as its time-out, which says nothing. */
  readonly sketch = new Sketch();
  sumUs = 0;
  minUs = Number.POSITIVE_INFINITY;
  maxUs = 0;

  add(grade: Grade, us: number): void {
    this.counts[grade] += 1;
    if (grade !== 'good' && grade !== 'poor') return;
    this.sketch.add(us);
    this.sumUs += us;
    this.minUs = Math.min(this.minUs, us);
    this.maxUs = Math.max(this.maxUs, us);
  }

  merge({ counts, sketch, sumUs, minUs, maxUs }: Bucket): void {
    for (const grade of grades) this.counts[grade] += counts[grade];
    this.sketch.merge(sketch);
    this.sumUs += sumUs;
    this.minUs = Math.min(this.minUs, minUs);
    this.maxUs = Math.max(this.maxUs, maxUs);
  }

  pack(bytes: number[]): void {
    const { good, poor, bad, invalid } = this.counts;
    for (const count of [good, poor, bad, invalid]) pushVarint(bytes, count);
    this.sketch.pack(bytes);
    if (this.sketch.count > 0)
      for (const us of [this.sumUs, this.minUs, this.maxUs - this.minUs]) pushVarint(bytes, us);
  }

  /** Adds what another one has packed. Throws a `RangeError` for bytes that none has, of which some may be added then. */
  addPacked(reader: VarintReader): void {
    this.counts.good += reader.varint();
    this.counts.poor += reader.varint();
    this.counts.bad += reader.varint();
    this.counts.invalid += reader.varint();
    const before = this.sketch.count;
    this.sketch.addPacked(reader);
    if (this.sketch.count === before) return;
    this.sumUs += reader.varint();
    const minUs = reader.varint();
    this.minUs = Math.min(this.minUs, minUs);
    this.maxUs = Math.max(this.maxUs, minUs + reader.varint());
  }
}

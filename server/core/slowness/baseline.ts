// What is usual of one time of one series, at this hour of the week: learned a day late from hours in which all was
// well, so that slowness does not become normal while nobody looks. 1.7 kB, whatever happens.
import type { Instant } from '../time.ts';
import { binOf, bins, summarise } from './histogram.ts';
import { hourMs, hoursOfDay, hoursOfWeek, sameHours, together, trusted } from './season.ts';
import type { Estimate, Hour, HourOfWeek } from './season.ts';

/** Logarithms of microseconds. */
export interface Usual {
  readonly median: number;
  readonly spread: number;
  /** One in ten, one in fifty takes at least so long. */
  readonly high90: number;
  readonly high98: number;
  /** This hour of a day has been seen before; of others only a guess can be made. */
  readonly isKnown: boolean;
}

/** Below this nothing is said to be usual. */
const samplesMin = 200;
/** An hour with less says nothing. */
const hourSamplesMin = 10;
/** Closed hours wait for a day, but are learned before their hour of the next day begins. */
const waitingMax = 22;
/** From so many weeks on an hour of the week stands for itself; before, that hour of all days does. An older week counts less. */
const weeksMin = 4;
/** A median rises by no more in a week, however much it has risen. */
const weeklyRiseMax = Math.log(1.1);
/** Nor, in all, above this much more than the best week of the last year: a slow drift must be noticed in the end. */
const driftMax = Math.log(1.5);
const anchorRiseWeekly = driftMax / 52;

// All of it in cells of 16 bits; logarithms in thousandths, hours as the low 15 bits of epoch hours.
const layout = 1;
const unit = 1_000;
const cellMax = 32_767;
const waitingCells = 7;
const cell = {
  layout: 0,
  samples: 1,
  anchor: 2,
  hour: 3,
  ofWeek: 4,
  doubted: 5,
  medians: 6,
  spreads: 6 + hoursOfWeek,
  weeks: 6 + 2 * hoursOfWeek,
  counts: 6 + 3 * hoursOfWeek,
  waiting: 6 + 3 * hoursOfWeek + bins,
} as const;
const cellsMax = cell.waiting + waitingMax * waitingCells;

/** Instead of hours of illness, of one that came before anything was usual: whether all was well in it nobody knows. */
const unjudged = -1;
/** What is slow every night takes about as long. */
const alikeMax = Math.log(2);
/** Instead of weeks, of an hour of the week of which nothing is known but that it has been slow. */
const slowOnce = -1;

export class Baseline {
  readonly #cells: Int16Array;
  #usual: Usual | undefined;
  /** In the second half of its hour. */
  #isLate = false;

  private constructor(cells: Int16Array) {
    this.#cells = cells;
  }

  static empty(): Baseline {
    const cells = new Int16Array(cellsMax);
    cells[cell.layout] = layout;
    return new Baseline(cells);
  }

  /** What `bytes` once gave; nothing, when another layout wrote it. */
  static recall(bytes: Uint8Array): Baseline | undefined {
    const cells = new Int16Array(cellsMax);
    if (bytes.byteLength !== cells.byteLength) return undefined;
    new Uint8Array(cells.buffer).set(bytes);
    return cells[cell.layout] === layout ? new Baseline(cells) : undefined;
  }

  /** A copy, to be kept: in the byte order of this machine. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#cells.buffer.slice(0));
  }

  /** What is usual at this time; nothing, while too little was seen. */
  usual(at: Instant, hourOfWeek: HourOfWeek): Usual | undefined {
    const epochHour = Math.floor(at / hourMs);
    const isLate = at % hourMs >= hourMs / 2;
    if (this.#turnTo(epochHour, hourOfWeek) || this.#isLate !== isLate) this.#usual = undefined;
    if (this.#at(cell.samples) < samplesMin) return undefined;
    this.#isLate = isLate;
    return (this.#usual ??= this.#look(hourOfWeek(epochHour)));
  }

  /** What such an hour of the week is like, whichever it is now; nothing, while too little was seen. */
  ofHour(ofWeek: number): Estimate | undefined {
    const waiting = this.#waiting();
    if (this.#at(cell.samples) < samplesMin || waiting.length === 0) return undefined;
    const { median, spread } = this.#estimate(ofWeek) ?? together(trusted(waiting));
    return { median: median - this.#drift(), spread };
  }

  /** One more time, as a logarithm. */
  learn(log: number, at: Instant, hourOfWeek: HourOfWeek): void {
    if (this.#turnTo(Math.floor(at / hourMs), hourOfWeek)) this.#usual = undefined;
    this.#add(cell.counts + binOf(log), 1);
    if (this.#at(cell.samples) < samplesMin && this.#at(cell.doubted) === 0)
      this.#cells[cell.doubted] = unjudged;
    this.#add(cell.samples, 1);
  }

  /** From this hour on all was not well after all. */
  doubt(since: Instant): void {
    const sinceHour = Math.floor(since / hourMs);
    if (this.#age(this.#at(cell.hour), sinceHour) <= 0) this.#cells[cell.doubted] = 1;
    this.#waiting().forEach(({ hour, illHours }, index) => {
      if (illHours <= 0 && this.#age(hour, sinceHour) <= 0)
        this.#cells[cell.waiting + index * waitingCells + waitingCells - 1] = 1;
    });
  }

  /** True when another hour has begun: the one before is closed, and the oldest that waits is learned. */
  #turnTo(epochHour: number, hourOfWeek: HourOfWeek): boolean {
    const hour = epochHour & cellMax;
    const before = this.#at(cell.hour);
    if (hour === before) return false;
    const counts = this.#cells.subarray(cell.counts, cell.counts + bins);
    if (counts.reduce((sum, count) => sum + count, 0) >= hourSamplesMin) {
      const doubted = this.#at(cell.doubted);
      const illHours = doubted > 0 ? this.#illUntil(before) : doubted;
      this.#wait({ hour: before, ofWeek: this.#at(cell.ofWeek), illHours, ...summarise(counts) });
    }
    counts.fill(0);
    this.#cells[cell.hour] = hour;
    this.#cells[cell.ofWeek] = hourOfWeek(epochHour);
    this.#cells[cell.doubted] = 0;
    if (this.#at(cell.ofWeek) === 0) this.#weigh();
    return true;
  }

  /** Hours from one kept as 15 bits to an epoch hour. */
  #age(kept: number, epochHour: number): number {
    const hours = ((epochHour & cellMax) - kept) & cellMax;
    return hours > cellMax / 2 ? hours - cellMax - 1 : hours;
  }

  /** Hours for which not all has been well, at the end of one in which it was not; the clock may have been set back since. */
  #illUntil(hour: number): number {
    const before = this.#waiting().at(-1);
    return before && before.illHours > 0 ? Math.max(1, before.illHours + this.#age(before.hour, hour)) : 1;
  }

  #wait(closed: Hour): void {
    const waiting = this.#waiting();
    const isFull = waiting.length === waitingMax;
    if (isFull) {
      // However long it is slow, the last hours in which all was well go on saying how much times differ.
      const ill = waiting.findIndex(({ illHours }) => illHours > 0);
      const leaving = Math.max(0, ill);
      this.#keep(this.#read(leaving));
      const from = cell.waiting + leaving * waitingCells;
      this.#cells.copyWithin(from, from + waitingCells, cell.waiting + waitingMax * waitingCells);
    }
    this.#write(closed, isFull ? waitingMax - 1 : waiting.length);
  }

  #keep({ ofWeek, median, spread, illHours }: Hour): void {
    if (illHours === unjudged || (illHours > 0 && !this.#comesEveryDay(ofWeek, median, illHours))) return;
    const weeks = Math.max(0, this.#at(cell.weeks + ofWeek));
    const known = this.#ofWeek(ofWeek);
    const weight = 1 / Math.min(weeks + 1, weeksMin);
    const risen =
      weeks === 0 ? median : known.median + Math.min(weight * (median - known.median), weeklyRiseMax);
    // What differs from week to week is spread too.
    const wide = weeks === 0 ? spread : Math.hypot(spread, Math.min(1, Math.abs(median - known.median)));
    this.#put(cell.medians + ofWeek, risen);
    this.#put(cell.spreads + ofWeek, weeks === 0 ? wide : known.spread + weight * (wide - known.spread));
    this.#cells[cell.weeks + ofWeek] = Math.min(weeks + 1, weeksMin);
  }

  /** Slow at this hour a second time, as slow as the first, and never well then: like a backup, not like what is slow all day. */
  #comesEveryDay(ofWeek: number, median: number, illHours: number): boolean {
    if (illHours > hoursOfDay || this.#estimate(ofWeek) !== undefined) return false;
    const before = sameHours(ofWeek).filter((hour) => this.#at(cell.weeks + hour) === slowOnce);
    if (before.some((hour) => Math.abs(this.#get(cell.medians + hour) - median) < alikeMax)) return true;
    this.#cells[cell.weeks + ofWeek] = slowOnce;
    this.#put(cell.medians + ofWeek, median);
    return false;
  }

  /** Once a week: was this the best one? The oldest best is forgotten within a year. */
  #weigh(): void {
    const level = this.#level();
    if (level === undefined) return;
    const anchor = this.#get(cell.anchor);
    this.#put(cell.anchor, anchor === 0 ? level : Math.min(anchor + anchorRiseWeekly, level));
  }

  /** The mean over the week, once the whole week is known. */
  #level(): number | undefined {
    let sum = 0;
    for (let hour = 0; hour < hoursOfWeek; hour++) {
      if (this.#at(cell.weeks + hour) <= 0) return undefined;
      sum += this.#get(cell.medians + hour);
    }
    return sum / hoursOfWeek;
  }

  #look(ofWeek: number): Usual | undefined {
    const waiting = trusted(this.#waiting());
    if (waiting.length === 0) return undefined;
    const known = this.#estimate(ofWeek);
    const { median: seen, spread } = known ? this.#slowest(known, ofWeek) : together(waiting);
    const median = seen - this.#drift();
    const upper = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[(values.length * 3) >> 2] ?? 0;
    return {
      median,
      spread,
      high90: median + upper(waiting.map(({ above90 }) => above90)),
      high98: median + upper(waiting.map(({ above98 }) => above98)),
      isKnown: known !== undefined,
    };
  }

  /** By how much the whole week lies above what it may have drifted to. */
  #drift(): number {
    const anchor = this.#get(cell.anchor);
    const level = anchor === 0 ? undefined : this.#level();
    return level === undefined ? 0 : Math.max(0, level - anchor - driftMax);
  }

  // What happens every night does not keep to the full hour: it may still go on, or have begun early.
  #slowest(here: Estimate, ofWeek: number): Estimate {
    const beside = this.#estimate((ofWeek + (this.#isLate ? 1 : hoursOfWeek - 1)) % hoursOfWeek) ?? here;
    return beside.median > here.median ? beside : here;
  }

  #estimate(ofWeek: number): Estimate | undefined {
    if (this.#at(cell.weeks + ofWeek) >= weeksMin) return this.#ofWeek(ofWeek);
    const days = sameHours(ofWeek)
      .filter((hour) => this.#at(cell.weeks + hour) > 0)
      .map((hour) => this.#ofWeek(hour));
    return days.length === 0 ? undefined : together(days);
  }

  #ofWeek(ofWeek: number): Estimate {
    return { median: this.#get(cell.medians + ofWeek), spread: this.#get(cell.spreads + ofWeek) };
  }

  #waiting(): readonly Hour[] {
    return Array.from({ length: this.#waitingCount() }, (_, index) => this.#read(index));
  }

  // A median of nothing is no time: the place is free.
  #waitingCount(): number {
    let count = 0;
    while (count < waitingMax && this.#at(cell.waiting + count * waitingCells + 2) !== 0) count++;
    return count;
  }

  #read(index: number): Hour {
    const from = cell.waiting + index * waitingCells;
    return {
      hour: this.#at(from),
      ofWeek: this.#at(from + 1),
      median: this.#get(from + 2),
      spread: this.#get(from + 3),
      above90: this.#get(from + 4),
      above98: this.#get(from + 5),
      illHours: Math.max(unjudged, this.#at(from + 6)),
    };
  }

  #write({ hour, ofWeek, median, spread, above90, above98, illHours }: Hour, index: number): void {
    const from = cell.waiting + index * waitingCells;
    this.#cells[from] = hour;
    this.#cells[from + 1] = ofWeek;
    [median, spread, above90, above98].forEach((log, place) => this.#put(from + 2 + place, log));
    this.#cells[from + 6] = Math.min(cellMax, illHours);
  }

  #at(index: number): number {
    return this.#cells[index] ?? 0;
  }
  #add(index: number, more: number): void {
    this.#cells[index] = Math.min(cellMax, this.#at(index) + more);
  }
  #get(index: number): number {
    return this.#at(index) / unit;
  }
  #put(index: number, log: number): void {
    this.#cells[index] = Math.min(cellMax, Math.round(log * unit));
  }
}

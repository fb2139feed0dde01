// How often a rule is wrong in a year, and how long it takes to find what is wrong.
import { Random } from '../random.ts';
import { NoisyTimes } from './noise.ts';
import type { Noise } from './noise.ts';
import type { Rule } from './rules.ts';

export interface Fault {
  readonly words: string;
  /** Of which share of the queries, and how many times longer. */
  readonly share: number;
  readonly factor: number;
}

export interface Setting {
  readonly noise: Noise;
  readonly everyMs: number;
  readonly rule: () => Rule;
}

export const usualMs = 5;
const dayMs = 86_400_000;
/** A Monday. */
const start = Date.UTC(2026, 0, 5);
const trainingDays = 14;
const runDays = 30;
const patienceMs = 3 * 3_600_000;

/** Alarms in so many days in which nothing is wrong, as many as there would be in a year. */
export const alarmsInAYear = (setting: Setting, days: number): number => {
  const runs = Math.max(1, Math.round(days / runDays));
  let alarms = 0;
  for (let seed = 1; seed <= runs; seed++) alarms += falseAlarms(setting, seed);
  return (alarms / (runs * runDays)) * 365;
};

const falseAlarms = ({ noise, everyMs, rule }: Setting, seed: number): number => {
  const times = new NoisyTimes(noise, usualMs, new Random(seed));
  const { hear } = rule();
  let alarms = 0;
  let was = false;
  for (let at = 0; at < (trainingDays + runDays) * dayMs; at += everyMs) {
    const is = hear(start + at, times.at(at));
    if (is && !was && at >= trainingDays * dayMs) alarms++;
    was = is;
  }
  return alarms;
};

export interface Detections {
  /** From the fault to the alarm; infinite when there was none for hours. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** From the fault to when the alarm says that it began, in the middle of all. */
  readonly datedMs: number;
}

export const detections = (setting: Setting, fault: Fault, trials: number): Detections => {
  const found = Array.from({ length: trials }, (_, index) => detection(setting, fault, index + 1));
  const after = found.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b);
  const dated = found.map(({ datedMs }) => datedMs).toSorted((a, b) => a - b);
  const at = (values: readonly number[], share: number) =>
    values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Infinity;
  return { medianMs: at(after, 0.5), p95Ms: at(after, 0.95), datedMs: at(dated, 0.5) };
};

// At a random moment of the day after training.
const detection = ({ noise, everyMs, rule }: Setting, fault: Fault, seed: number) => {
  const random = new Random(seed);
  const times = new NoisyTimes(noise, usualMs, random.fork('times'));
  const chance = random.fork('fault');
  const { hear, since } = rule();
  const faultAt = trainingDays * dayMs + chance.int(0, dayMs);
  let isFound = false;
  for (let at = chance.int(0, everyMs); at < faultAt + patienceMs; at += everyMs) {
    const ms = times.at(at);
    const isHit = at >= faultAt && chance.chance(fault.share);
    const wasFound = isFound;
    isFound = hear(start + at, isHit ? ms * fault.factor : ms);
    // What was said before is a false alarm, and counted there.
    if (at >= faultAt && isFound && !wasFound)
      return { afterMs: at - faultAt, datedMs: since === undefined ? 0 : since() - start - faultAt };
  }
  return { afterMs: Infinity, datedMs: Infinity };
};

// What was usual over the last day: the median of a few samples, kept as a fact that administrators can read too.
import type { Facts } from './outcome.ts';

const sampleMs = 3 * 3_600_000;
const samplesMax = 8;

/** The numbers of one sample, in an order of the caller's. */
type Sample = readonly number[];

/** A fact such as `912345/5 912340/5`: samples of the last day, oldest first, three hours apart. */
export const dayOf = (fact: Facts[string] | undefined): readonly Sample[] =>
  typeof fact === 'string'
    ? fact
        .split(' ')
        .map((sample) => sample.split('/').map(Number))
        .filter((sample) => sample.every(Number.isFinite))
    : [];

export const factOfDay = (day: readonly Sample[]): string => day.map((sample) => sample.join('/')).join(' ');

/** Is it time for another sample? `sampledAt` is when the newest was taken, in epoch milliseconds. */
export const isSampleDue = (sampledAt: Facts[string] | undefined, now: number): boolean =>
  typeof sampledAt !== 'number' || now - sampledAt >= sampleMs || now < sampledAt;

export const withSample = (day: readonly Sample[], sample: Sample): readonly Sample[] =>
  [...day, sample].slice(-samplesMax);

/** The median of the `index`-th number; of an even count, the upper one. Nothing without a sample. */
export const usualOf = (day: readonly Sample[], index: number): number | undefined => {
  const ascending = day.map((sample) => sample[index] ?? 0).toSorted((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)];
};

// How fast a service answered, as the page gets it: made by a rule, so that it is the same every time.
import { timesMs } from '../../server/app/published-times.ts';
import type { PublishedTimes, TimesWindow } from '../../server/app/published-times.ts';

const hourMs = 3_600_000;
const widths: Readonly<Record<TimesWindow, number>> = {
  '24h': 300_000,
  '7d': 3_000_000,
  '30d': 3 * hourMs,
  '90d': 10 * hourMs,
  '13m': 24 * hourMs,
};

/** From 0 to 1; of the same number the same. */
const noise = (seed: number): number => (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0) / 2 ** 32;

/** Quick by night and less so by day; at first nothing was seen, then some got lost, then it was down, and at last it is slow. */
export const publishedTimesAt = (
  until: number,
  window: TimesWindow = '24h',
  part: Partial<PublishedTimes> = {},
): PublishedTimes => {
  const widthMs = widths[window];
  const from = Math.floor((until - timesMs[window]) / widthMs) * widthMs;
  const slots = Math.ceil((until - from) / widthMs);
  const slotAt = (share: number) => Math.floor(share * slots);
  const isIn = (slot: number, a: number, b: number) => slot >= slotAt(a) && slot < slotAt(b);
  const usualMs = (at: number) => 1 + 0.4 * Math.sin(((at % (24 * hourMs)) / (24 * hourMs)) * 2 * Math.PI);
  const bucketAt = (slot: number): PublishedTimes['buckets'][number] => {
    const at = from + slot * widthMs;
    const middle = usualMs(at) * (isIn(slot, 0.82, 1) ? 45 : 1) * (0.9 + 0.2 * noise(slot));
    const wide = 1.6 + noise(slot + 7);
    const quantilesMs = [middle / wide, middle / 1.25, middle, middle * 1.3, middle * wide ** 1.7];
    const lost = isIn(slot, 0.28, 0.284) ? 1 : isIn(slot, 0.2, 0.24) ? 0.08 : 0;
    return {
      at,
      measured: 15,
      lost,
      ...(lost < 1 && { quantilesMs: quantilesMs.map((ms) => Number(ms.toPrecision(3))) }),
    };
  };
  const at = (share: number) => from + slotAt(share) * widthMs;
  return {
    generatedAt: until,
    demonstration: false,
    service: 'databases',
    window,
    from,
    until,
    widthMs,
    part: 'writing',
    targetMs: 50,
    usual: Array.from({ length: 25 }, (_, index) => {
      const then = Math.min(until, from + (index * (until - from)) / 24);
      return { at: Math.round(then), lowMs: 0.55 * usualMs(then), highMs: 1.7 * usualMs(then) };
    }),
    all: { measured: 4_000, lost: 0.004, quantilesMs: [0.62, 0.81, 1.1, 1.6, 41] },
    buckets: Array.from({ length: slots }, (_, slot) => slot)
      .filter((slot) => !isIn(slot, 0.03, 0.08))
      .map(bucketAt),
    marks: [
      { state: 'unknown', from: at(0.03), until: at(0.08) },
      { state: 'down', from: at(0.28), until: at(0.29) },
      { state: 'maintenance', from: at(0.5), until: at(0.54) },
      { state: 'degraded', from: at(0.82), until },
    ],
    ...part,
  };
};

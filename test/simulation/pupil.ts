// The target of which it is learned how long it usually takes: its times are near each other, until it becomes slower, by a
// step, by a creep, or for a share of what it is asked.
import { hours } from '../support/watch.ts';
import type { Random } from './random.ts';

export const pupil = { check: 'db', series: 'db/local/4' } as const;
/** It is not ill before: what is usual of a time that was never well nobody can know. */
export const schoolMs = 96 * hours;

export const slowerKinds = ['step', 'creep', 'share'] as const;

/** Monotonic milliseconds. */
export interface Slower {
  readonly kind: (typeof slowerKinds)[number];
  readonly sinceMs: number;
  /** All of it is there. */
  readonly fullMs: number;
}

export const usualMs = 20;
/** Above the share of what it takes that is news of an hour never seen before, below what is slow in itself. */
const factor = 12;
const share = 0.4;
const sigma = 0.25;

/** Milliseconds, to the microsecond. */
export const pupilMs = (slower: Slower | undefined, random: Random, nowMs: number): number => {
  // Box and Muller.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const times = slower === undefined ? 1 : slowerBy(slower, random, nowMs);
  return Math.round(usualMs * Math.exp(sigma * normal) * times * 1_000) / 1_000;
};

const slowerBy = ({ kind, sinceMs, fullMs }: Slower, random: Random, nowMs: number): number => {
  switch (kind) {
    case 'step':
      return factor;
    case 'creep':
      return factor ** Math.min(1, (nowMs - sinceMs) / (fullMs - sinceMs));
    case 'share':
      return random.chance(share) ? factor : 1;
  }
};

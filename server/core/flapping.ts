// Does a subject change its state more often than anybody wants to be told?
import { isWorse } from './state.ts';
import type { State } from './state.ts';
import type { Instant } from './time.ts';

/** A judged change, confirmed as every change is: whether we saw or not is none. */
export interface Change {
  readonly since: Instant;
  readonly state: State;
}

export interface Flapping {
  /** Oldest first; the first one only says what it was before the others. */
  readonly changes: readonly Change[];
  /** Since when it does, until it has been calm. */
  readonly since?: Instant;
}

const changesMin = 6;
/** So many changes in this time begin it, and this time without any ends it. */
export const calmMs = 1_800_000;
/** What flaps is said to be as bad as it was in this time. */
const shownMs = 600_000;
/** Of a long one the newest changes are enough. */
const changesMax = 100;

export const steady: Flapping = { changes: [] };

/** The subject is in another state. */
export const withChange = (before: Flapping, change: Change): Flapping => {
  const { changes, since = change.since } = before;
  if (change.state === 'unknown' || change.state === changes.at(-1)?.state) return before;
  if (isFlapping(before, change.since)) return { changes: [...changes, change].slice(-changesMax), since };
  const isOld = (one: Change) => one.since <= change.since - calmMs;
  const recent = [...changes.slice(Math.max(0, changes.findLastIndex(isOld))), change];
  return recent.length > changesMin ? { changes: recent, since: change.since } : { changes: recent };
};

export const isFlapping = ({ changes, since }: Flapping, now: Instant): boolean =>
  since !== undefined && now - (changes.at(-1)?.since ?? since) < calmMs;

/** It was well and has fallen again within that time: that it is well now is believed when it has been for a while. */
export const hasRelapsed = ({ changes }: Flapping, now: Instant): boolean => {
  const last = changes.at(-1)?.since ?? 0;
  if (now - last >= shownMs) return false;
  const falls = changes.filter(
    ({ since, state }, index) =>
      since > last - calmMs && state !== 'up' && changes[index - 1]?.state === 'up',
  );
  return falls.length > 1;
};

/** The worst that it was of late. */
export const worstLately = ({ changes }: Flapping, now: Instant): State =>
  changes
    .filter((_, index) => (changes[index + 1]?.since ?? Number.POSITIVE_INFINITY) > now - shownMs)
    .map(({ state }) => state)
    .reduce((worst, state) => (isWorse(state, worst) ? state : worst), 'up' as State);

/** The clock was set back: what lies in the future is now. */
export const rewindFlapping = ({ changes, since }: Flapping, now: Instant): Flapping => ({
  changes: changes.map((change) => ({ ...change, since: Math.min(change.since, now) })),
  ...(since !== undefined && { since: Math.min(since, now) }),
});

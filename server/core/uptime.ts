// The ledger: how long a subject was what, in integer milliseconds that add up to the window.
import type { State } from './state.ts';
import type { Instant } from './time.ts';

export interface Ledger {
  readonly upMs: number;
  readonly degradedMs: number;
  readonly downMs: number;
  readonly unknownMs: number;
  /** Whatever it was in: announced beforehand, or said afterwards, it counts for nothing else. */
  readonly maintenanceMs: number;
}

/** A time `[from, until)`. */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * Sums spans over the half-open window `[from, to)`. Spans come sorted by `since`, each lasts until the next; time
 * before the first is unknown. The five sums are exactly `to - from`. Windows of maintenance come in any order, and may
 * overlap; as they are looked at now, one that is changed later changes what is counted and not what was seen.
 */
export const ledger = (
  spans: readonly Seen[],
  from: Instant,
  to: Instant,
  maintenance: readonly Interval[] = [],
): Ledger => {
  const parts = outside(maintenance, from, to);
  const counted = parts.map((part) => sum(spans, part));
  const total = (state: State) => counted.reduce((ms, sums) => ms + sums[state], 0);
  return {
    upMs: total('up'),
    degradedMs: total('degraded'),
    downMs: total('down'),
    unknownMs: total('unknown'),
    maintenanceMs: parts.reduce((ms, part) => ms - (part.until - part.from), to - from),
  };
};

/** The parts of `[from, until)` that lie in none of these, in order. */
export const outside = (windows: readonly Interval[], from: Instant, until: Instant): readonly Interval[] => {
  const parts: Interval[] = [];
  let at = from;
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(window.from, until);
    if (end > at) parts.push({ from: at, until: end });
    at = Math.max(at, window.until);
  }
  return at < until ? [...parts, { from: at, until }] : parts;
};

interface Seen {
  readonly since: Instant;
  readonly state: State;
}

const sum = (spans: readonly Seen[], { from, until: to }: Interval): Record<State, number> => {
  const sums: Record<State, number> = { up: 0, degraded: 0, down: 0, unknown: 0 };
  let state: State = 'unknown';
  let at = from;
  for (const span of spans) {
    const until = Math.min(Math.max(span.since, at), to);
    sums[state] += until - at;
    at = until;
    state = span.state;
  }
  sums[state] += to - at;
  return sums;
};

/**
 * Good time over time in which we saw, in whole hundred-thousandths, rounded down: with an outage it is never 100 %.
 * Nothing, when nothing was seen.
 */
export const availability = ({ upMs, degradedMs, downMs }: Ledger): number | undefined => {
  const seenMs = upMs + degradedMs + downMs;
  return seenMs === 0 ? undefined : Math.floor(((upMs + degradedMs) * 100_000) / seenMs) / 100_000;
};

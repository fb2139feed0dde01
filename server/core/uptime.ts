// The ledger: how long a subject was what, in integer milliseconds that add up to the window.
import type { State } from './state.ts';
import type { Instant } from './time.ts';

export interface Ledger {
  readonly upMs: number;
  readonly degradedMs: number;
  readonly downMs: number;
  readonly unknownMs: number;
}

/**
 * Sums spans over the half-open window `[from, to)`. Spans come sorted by `since`, each lasts until the next; time
 * before the first is unknown. The four sums are exactly `to - from`.
 */
export const ledger = (
  spans: readonly { readonly since: Instant; readonly state: State }[],
  from: Instant,
  to: Instant,
): Ledger => {
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
  return { upMs: sums.up, degradedMs: sums.degraded, downMs: sums.down, unknownMs: sums.unknown };
};

/**
 * Good time over time in which we saw, in whole hundred-thousandths, rounded down: with an outage it is never 100 %.
 * Nothing, when nothing was seen.
 */
export const availability = ({ upMs, degradedMs, downMs }: Ledger): number | undefined => {
  const seenMs = upMs + degradedMs + downMs;
  return seenMs === 0 ? undefined : Math.floor(((upMs + degradedMs) * 100_000) / seenMs) / 100_000;
};

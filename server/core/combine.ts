// From series to check, from checks to service.
import type { Standing } from './judge.ts';
import type { Finding } from './result.ts';
import type { Extent, State } from './state.ts';
import type { Instant } from './time.ts';

export interface Combined {
  readonly state: State;
  readonly since: Instant;
  readonly extent?: Extent;
  readonly finding?: Finding;
}

/**
 * The state of a check from its series (families): down when all that we can see are down, degraded when some are.
 * Nothing, while a series that still looks up is about to follow one that is down: the check goes down once, not in steps.
 */
export const combineSeries = (series: readonly Standing[]): Combined | undefined => {
  const seen = series.filter(({ state }) => state !== 'unknown');
  if (seen.length === 0) return { state: 'unknown', since: latest(series) };
  const down = seen.filter(({ state }) => state === 'down');
  if (down.length === seen.length) return { state: 'down', since: earliest(down), ...findingOf(down) };
  if (down.length > 0 && seen.some(({ state, contest }) => state !== 'down' && contest?.kind === 'failing'))
    return undefined;
  const poor = seen.filter(({ state }) => state !== 'up');
  return poor.length > 0
    ? { state: 'degraded', since: earliest(poor), ...findingOf([...down, ...poor]) }
    : { state: 'up', since: latest(seen) };
};

export interface Member {
  readonly state: State;
  readonly since: Instant;
  readonly finding?: Finding;
  readonly supporting: boolean;
}

/** The state of a service from its checks, at least one of them required: supporting ones can make it degraded, never down. */
export const combineChecks = (checks: readonly Member[]): Combined => {
  const required = checks.filter(({ supporting }) => !supporting);
  const down = required.filter(({ state }) => state === 'down');
  if (down.length > 0) {
    const seen = required.filter(({ state }) => state !== 'unknown');
    const extent = down.length === seen.length ? 'major' : 'partial';
    return { state: 'down', since: earliest(down), extent, ...findingOf(down) };
  }
  const poor = checks.filter(({ state }) => state === 'degraded' || state === 'down');
  if (poor.length > 0) return { state: 'degraded', since: earliest(poor), ...findingOf(poor) };
  const unseen = required.filter(({ state }) => state === 'unknown');
  return unseen.length > 0
    ? { state: 'unknown', since: earliest(unseen) }
    : { state: 'up', since: latest(required) };
};

interface Dated {
  readonly since: Instant;
  readonly finding?: Finding;
}

const earliest = (dated: readonly Dated[]): Instant =>
  dated.reduce((min, { since }) => Math.min(min, since), Number.POSITIVE_INFINITY);
const latest = (dated: readonly Dated[]): Instant =>
  dated.reduce((max, { since }) => Math.max(max, since), 0);

// The finding of whoever was first.
const findingOf = (dated: readonly Dated[]): { finding?: Finding } => {
  const first = dated.filter(({ finding }) => finding !== undefined).toSorted((a, b) => a.since - b.since)[0];
  return first?.finding === undefined ? {} : { finding: first.finding };
};

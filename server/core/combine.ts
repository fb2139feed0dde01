// From series to check, from checks to service.
import type { Outage } from './effects.ts';
import type { Standing } from './judge.ts';
import type { Finding } from './result.ts';
import type { Extent, State } from './state.ts';
import type { Instant } from './time.ts';

export interface Combined {
  readonly state: State;
  readonly extent?: Extent;
  readonly finding?: Finding;
  /** When it came to be so. */
  readonly since: Instant;
}

/**
 * The state of a check from its series (families): down when all that we can see are down, degraded when some are.
 * Nothing, while a series is about to say otherwise: a check whose families fall and rise together does so in one step.
 * `before` is when its present state began: what fell since then fell together, and the first of them is the start.
 */
export const combineSeries = (series: readonly Standing[], before: Instant): Combined | undefined => {
  const state = together(series.map(({ state }) => state));
  if (state === 'unknown') return { state, since: latest(series) };
  if (series.some(isComingBack)) return undefined;
  if (state !== together(series.map(expected)) && isUnsettled(series)) return undefined;
  if (state === 'up') return { state, since: latest(series) };
  const seen = series.filter(({ state }) => state !== 'unknown');
  const poor = seen.filter(({ state }) => state !== 'up');
  if (state === 'down') {
    const fallen = poor.filter(({ since }) => since > before);
    return { state, since: fallen.length > 0 ? earliest(fallen) : latest(series), ...findingOf(poor) };
  }
  const well = seen.filter(({ state }) => state !== 'down');
  return { state, since: Math.max(earliest(poor), earliest(well)), ...findingOf(poor) };
};

const together = (states: readonly State[]): State => {
  const seen = states.filter((state) => state !== 'unknown');
  if (seen.length === 0) return 'unknown';
  if (seen.every((state) => state === 'down')) return 'down';
  return seen.every((state) => state === 'up') ? 'up' : 'degraded';
};

const isComingBack = ({ state, contest }: Standing): boolean => state === 'unknown' && contest !== undefined;

/** What a series will say if its contest is confirmed, or if it was out of sight and has not changed. */
const expected = ({ state, held, contest }: Standing): State => {
  if (contest?.kind === 'failing') return 'down';
  if (contest?.kind === 'recovering') return contest.poor ? 'degraded' : 'up';
  return held ?? state;
};

// A contest ends soon. A series out of sight is waited for until the others have been seen twice: it was due with them.
const isUnsettled = (series: readonly Standing[]): boolean =>
  series.some(({ contest }) => contest?.kind === 'failing' || contest?.kind === 'recovering') ||
  series.every(({ state, since, lastAt = 0 }) => state === 'unknown' || lastAt <= since);

export interface Member {
  readonly state: State;
  readonly since: Instant;
  readonly finding?: Finding;
  readonly supporting: boolean;
  /** Still open, though we may not see it. */
  readonly outage?: Outage;
}

/** The state of a service from its checks, at least one of them required: supporting ones can make it degraded, never down. */
export const combineChecks = (checks: readonly Member[]): Omit<Combined, 'since'> => {
  const required = checks.filter(({ supporting }) => !supporting);
  const down = required.filter(({ state }) => state === 'down');
  if (down.length > 0)
    return {
      state: 'down',
      extent: down.length === required.length ? 'major' : 'partial',
      ...findingOf(down),
    };
  const unseen = checks.filter(({ state }) => state === 'unknown');
  // What was down when we last saw it is not merely degraded.
  if (unseen.some(({ supporting, outage }) => !supporting && outage?.state === 'down'))
    return { state: 'unknown' };
  const poor = checks.filter(({ state }) => state === 'degraded' || state === 'down');
  if (poor.length > 0) return { state: 'degraded', ...findingOf(poor) };
  return {
    state: unseen.some(({ supporting, outage }) => !supporting || outage !== undefined) ? 'unknown' : 'up',
  };
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

// From series to check, from checks to service.
import type { Outage } from './effects.ts';
import type { Standing } from './judge.ts';
import type { Finding } from './result.ts';
import type { SeriesKey } from './series.ts';
import type { Extent, State } from './state.ts';
import type { Instant } from './time.ts';

export interface Combined {
  readonly state: State;
  readonly extent?: Extent;
  readonly finding?: Finding;
  /** When it came to be so. */
  readonly since: Instant;
}

/** A series of a check: whence, over which family, and how it stands. */
interface Member {
  readonly key: SeriesKey;
  readonly standing: Standing;
}

/**
 * The state of a check from its series. Over each family the majority of the vantage points that see it decides, and
 * without one it is degraded. It is down when all families that we can see are down, degraded when some are.
 * Nothing, while a series is about to say otherwise: a check whose series fall and rise together does so in one step.
 * `before` is when its present state began: what fell since then fell together, and the first of them is the start.
 */
export const combineSeries = (members: readonly Member[], before: Instant): Combined | undefined => {
  const families = [...Map.groupBy(members, ({ key }) => key.family).values()];
  const views = families.map((family) => agree(family, before));
  const state = together(views.map((view) => view.state));
  const standings = members.map(({ standing }) => standing);
  if (state === 'unknown') return { state, since: latest(standings) };
  if (standings.some(isComingBack)) return undefined;
  const next = together(families.map((family) => majority(family.map(({ standing }) => expected(standing)))));
  if (state !== next && isUnsettled(standings)) return undefined;
  if (state === 'up') return { state, since: latest(views) };
  const poor = views.filter((view) => view.state !== 'up' && view.state !== 'unknown');
  if (state === 'down') return { state, since: fallSince(poor, latest(views), before), ...findingOf(poor) };
  const well = views.filter((view) => view.state !== 'down' && view.state !== 'unknown');
  return { state, since: Math.max(earliest(poor), earliest(well)), ...findingOf(poor) };
};

const together = (states: readonly State[]): State => {
  const seen = states.filter((state) => state !== 'unknown');
  if (seen.length === 0) return 'unknown';
  if (seen.every((state) => state === 'down')) return 'down';
  return seen.every((state) => state === 'up') ? 'up' : 'degraded';
};

/** What more than half of those that see say; degraded when they do not agree. */
const majority = (states: readonly State[]): State => {
  const seen = states.filter((state) => state !== 'unknown');
  if (seen.length === 0) return 'unknown';
  const isMost = (state: State) => 2 * seen.filter((one) => one === state).length > seen.length;
  return isMost('down') ? 'down' : isMost('up') ? 'up' : 'degraded';
};

/** What the vantage points make of one family, and since when. */
const agree = (members: readonly Member[], before: Instant): Combined => {
  const state = majority(members.map(({ standing }) => standing.state));
  if (state === 'unknown') return { state, since: latest(members.map(({ standing }) => standing)) };
  const seen = members.filter(({ standing }) => standing.state !== 'unknown');
  const standings = seen.map(({ standing }) => standing);
  const most = Math.floor(seen.length / 2) + 1;
  const half = Math.ceil(seen.length / 2);
  const up = standings.filter((standing) => standing.state === 'up');
  if (state === 'up') return { state, since: sinceSome(up, most) };
  const poor = standings.filter((standing) => standing.state !== 'up');
  const finding = members.length === 1 ? findingOf(poor) : placed(seen, findingOf(poor));
  const down = standings.filter((standing) => standing.state === 'down');
  if (state === 'down') return { state, since: fallSince(down, sinceSome(down, most), before), ...finding };
  const well = standings.filter((standing) => standing.state !== 'down');
  return { state, since: Math.max(sinceSome(poor, half), sinceSome(well, half)), ...finding };
};

/** When so many of them were so. */
const sinceSome = (dated: readonly Dated[], count: number): Instant =>
  dated.map(({ since }) => since).toSorted((a, b) => a - b)[count - 1] ?? 0;

// An outage begins with the first that fell, if that is in this outage; else when the last one needed for it did.
const fallSince = (down: readonly Dated[], complete: Instant, before: Instant): Instant => {
  const fallen = down.filter(({ since }) => since > before);
  return fallen.length > 0 ? earliest(fallen) : complete;
};

// Where several places look, who saw it is half of what is to be known.
const placed = (seen: readonly Member[], { finding }: { finding?: Finding }): { finding?: Finding } => {
  if (finding === undefined) return {};
  const poor = seen.filter(({ standing }) => standing.state !== 'up').map(({ key }) => key.vantage);
  const well = seen.filter(({ standing }) => standing.state === 'up').map(({ key }) => key.vantage);
  const otherwise = well.length > 0 ? `, well from ${well.join(', ')}` : '';
  return {
    finding: { ...finding, evidence: `from ${poor.join(', ')}${otherwise}: ${finding.evidence}` },
  };
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

export interface CheckView {
  readonly state: State;
  readonly since: Instant;
  readonly finding?: Finding;
  readonly supporting: boolean;
  /** Still open, though we may not see it. */
  readonly outage?: Outage;
}

/** The state of a service from its checks, at least one of them required: supporting ones can make it degraded, never down. */
export const combineChecks = (checks: readonly CheckView[]): Omit<Combined, 'since'> => {
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

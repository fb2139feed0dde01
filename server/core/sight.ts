// Can we see, from one vantage point over one family? Witnesses are targets outside our care; when those near to us and
// most of those far away fail together, it is we who are cut off.
import type { Report } from './result.ts';
import type { Instant } from './time.ts';
import { hear, isSeen, nearAndFar, shareLost } from './witness.ts';
import type { Witness } from './witness.ts';

export interface Sight {
  readonly blind: boolean;
  /** Blind since a witness was last seen, however late we noticed; or sighted since one was seen again. */
  readonly since: Instant;
  /** The newest good outcome that showed us to see. */
  readonly seen: Seen;
  /** The good outcome that ended the last dark time: one in which all was lost, if only once. */
  readonly clearSince: Instant;
  readonly witnesses: ReadonlyMap<string, Witness>;
}

/** Zero, both of them, when there was none yet. */
export interface Seen {
  readonly askedAt: Instant;
  readonly answeredAt: Instant;
}

/** Failures in a row that the witnesses must have: neither a lost packet, nor a witness that died long ago, blinds us. */
const failuresMin = 2;

/** Of the votes of the references: so many are lost by no fault of theirs. */
export const mostVotes = 0.6;

export const openEyes = (now: Instant): Sight => ({
  blind: false,
  since: now,
  seen: { askedAt: 0, answeredAt: 0 },
  clearSince: 0,
  witnesses: new Map(),
});

/** These are the witnesses from now on; one that stays keeps what it saw. */
export const withWitnesses = (
  sight: Sight,
  places: ReadonlyMap<string, Pick<Witness, 'layer' | 'network'>>,
): Sight => {
  const fresh = { lastAt: 0, failures: 0, isFit: true, packets: [] };
  return {
    ...sight,
    witnesses: new Map(
      [...places].map(([id, place]) => [id, { ...(sight.witnesses.get(id) ?? fresh), ...place }]),
    ),
  };
};

/**
 * When failures are not our own failing: a dark time too short to be called blindness may have made those that began
 * before `from`, and what makes those since we last saw we do not know yet.
 */
export interface ClearTime {
  readonly from: Instant;
  readonly seen: Seen;
}

/** For whoever is seen without witnesses. */
export const alwaysClear: ClearTime = {
  from: 0,
  seen: { askedAt: Number.POSITIVE_INFINITY, answeredAt: 0 },
};

/** Nothing changes for a report that is not newer than the last of its witness. */
export const testify = (sight: Sight, id: string, report: Report): Sight => {
  const before = sight.witnesses.get(id);
  const at = report.startedAt;
  if (before === undefined || at <= before.lastAt) return sight;
  const witnesses = new Map(sight.witnesses).set(id, hear(before, report));
  if (isSeen(report) && !isDark(witnesses, 1))
    return {
      blind: false,
      since: sight.blind ? at : sight.since,
      seen: at > sight.seen.askedAt ? { askedAt: at, answeredAt: answeredAt(report) } : sight.seen,
      clearSince: sight.blind || isDark(heard(sight.witnesses), 1) ? at : sight.clearSince,
      witnesses,
    };
  const turnsBlind = !sight.blind && isDark(witnesses, failuresMin);
  return turnsBlind
    ? { ...sight, blind: true, since: Math.max(sight.seen.askedAt, sight.since), witnesses }
    : { ...sight, witnesses };
};

const answeredAt = ({ startedAt, outcome }: Report): Instant =>
  startedAt + Math.ceil(outcome.totalUs / 1_000);

// Who is new here says nothing about the time before.
const heard = (witnesses: ReadonlyMap<string, Witness>): ReadonlyMap<string, Witness> =>
  new Map([...witnesses].filter(([, { lastAt }]) => lastAt > 0));

// Where there is no nearer layer that could tell us from our uplink, one reference that answers is enough to see by.
const isDark = (witnesses: ReadonlyMap<string, Witness>, times: number): boolean => {
  const { near, far } = nearAndFar([...witnesses.values()]);
  const share = shareLost(far, times);
  return near.length === 0
    ? share === 1
    : share >= mostVotes && near.every(({ failures }) => failures >= times);
};

/** The clock was set back: what lies in the future is now. */
export const rewindSight = (sight: Sight, now: Instant): Sight => ({
  ...sight,
  since: Math.min(sight.since, now),
  seen: {
    askedAt: Math.min(sight.seen.askedAt, now),
    answeredAt: Math.min(sight.seen.answeredAt, now),
  },
  clearSince: Math.min(sight.clearSince, now),
  witnesses: new Map(
    [...sight.witnesses].map(([id, witness]) => [id, { ...witness, lastAt: Math.min(witness.lastAt, now) }]),
  ),
});

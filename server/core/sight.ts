// Can we see at all? Witnesses are targets outside our care; when all of them fail, it is we who are cut off.
import type { Instant } from './time.ts';

export interface Sight {
  readonly blind: boolean;
  /** Blind since a witness was last seen, however late we noticed; or sighted since one was seen again. */
  readonly since: Instant;
  /** The newest good outcome of any witness; zero when none was seen yet. */
  readonly seenAt: Instant;
  /** The good outcome that ended the last dark time: one in which every witness failed, if only once. */
  readonly clearSince: Instant;
  readonly witnesses: ReadonlyMap<string, Witness>;
}

interface Witness {
  readonly lastAt: Instant;
  readonly failures: number;
}

/** Failures in a row that every witness must have: neither a lost packet, nor a witness that died long ago, blinds us. */
const failuresMin = 2;

export const openEyes = (now: Instant): Sight => ({
  blind: false,
  since: now,
  seenAt: 0,
  clearSince: 0,
  witnesses: new Map(),
});

/** These are the witnesses from now on; one that stays keeps what it saw. Without any we trust ourselves. */
export const withWitnesses = (sight: Sight, ids: readonly string[], now: Instant): Sight => {
  if (ids.length === 0 && sight.blind) return openEyes(now);
  const fresh = { lastAt: 0, failures: 0 };
  return { ...sight, witnesses: new Map(ids.map((id) => [id, sight.witnesses.get(id) ?? fresh])) };
};

/**
 * Failures from then until then were not our own failing: a dark time too short to be called blindness may have made
 * the older ones, and we do not know yet what makes the newer ones.
 */
export const clearTime = ({ witnesses, clearSince, seenAt }: Sight): ClearTime => ({
  from: clearSince,
  until: witnesses.size === 0 ? Number.POSITIVE_INFINITY : seenAt,
});

export interface ClearTime {
  readonly from: Instant;
  readonly until: Instant;
}

/** Whether a witness was seen. An invalid outcome counts as a failure: having no route is a way of not seeing. */
export const witness = (sight: Sight, id: string, at: Instant, seen: boolean): Sight => {
  const before = sight.witnesses.get(id);
  if (before === undefined || at <= before.lastAt) return sight;
  const after = { lastAt: at, failures: seen ? 0 : before.failures + 1 };
  const witnesses = new Map(sight.witnesses).set(id, after);
  if (seen)
    return {
      blind: false,
      since: sight.blind ? at : sight.since,
      seenAt: Math.max(sight.seenAt, at),
      clearSince: sight.blind || haveAllFailed(sight.witnesses, 1) ? at : sight.clearSince,
      witnesses,
    };
  const turnsBlind = !sight.blind && haveAllFailed(witnesses, failuresMin);
  return turnsBlind
    ? { ...sight, blind: true, since: Math.max(sight.seenAt, sight.since), witnesses }
    : { ...sight, witnesses };
};

const haveAllFailed = (witnesses: ReadonlyMap<string, Witness>, times: number): boolean =>
  witnesses.values().every(({ failures }) => failures >= times);

/** The clock was set back: what lies in the future is now. */
export const rewindSight = (sight: Sight, now: Instant): Sight => ({
  ...sight,
  since: Math.min(sight.since, now),
  seenAt: Math.min(sight.seenAt, now),
  clearSince: Math.min(sight.clearSince, now),
  witnesses: new Map(
    [...sight.witnesses].map(([id, { lastAt, failures }]) => [
      id,
      { lastAt: Math.min(lastAt, now), failures },
    ]),
  ),
});

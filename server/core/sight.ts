// Can we see at all? Witnesses are targets outside our care; when all of them fail, it is we who are cut off.
import type { Grade } from './result.ts';
import type { Instant } from './time.ts';

export interface Sight {
  readonly blind: boolean;
  /** When we last became blind or sighted. */
  readonly since: Instant;
  /** The newest good outcome of any witness; without witnesses we trust ourselves, and it is always. */
  readonly seenAt: Instant;
  readonly witnesses: ReadonlyMap<string, Witness>;
}

interface Witness {
  readonly lastAt: Instant;
  readonly failures: number;
}

/** Failures that all witnesses together must have, so that a single witness cannot blind us with one lost packet. */
const failuresMin = 2;

export const openEyes = (witnesses: readonly string[], now: Instant): Sight => ({
  blind: false,
  since: now,
  seenAt: witnesses.length === 0 ? Number.POSITIVE_INFINITY : 0,
  witnesses: new Map(witnesses.map((id) => [id, { lastAt: 0, failures: 0 }])),
});

/** What a witness saw. An invalid outcome counts as a failure: having no route is a way of not seeing. */
export const witness = (sight: Sight, id: string, at: Instant, grade: Grade): Sight => {
  const before = sight.witnesses.get(id);
  if (before === undefined || at <= before.lastAt) return sight;
  const good = grade === 'good' || grade === 'poor';
  const witnesses = new Map(sight.witnesses).set(id, {
    lastAt: at,
    failures: good ? 0 : before.failures + 1,
  });
  const seenAt = good ? Math.max(sight.seenAt, at) : sight.seenAt;
  const blind = allFail([...witnesses.values()]);
  return { blind, since: blind === sight.blind ? sight.since : at, seenAt, witnesses };
};

const allFail = (witnesses: readonly Witness[]): boolean =>
  witnesses.every(({ failures }) => failures > 0) &&
  witnesses.reduce((sum, { failures }) => sum + failures, 0) >= failuresMin;

// Why we judge nothing, or not all that we watch: trouble of our own, and told as that.
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { Cause } from '../../checks/lib/outcome.ts';
import type { Fitness } from './fitness.ts';
import type { Place, Sights } from './sights.ts';
import type { Instant } from './time.ts';

export interface Impairment {
  /** The same while it lasts: `proberId`, `witnesses`, or of one place `witnesses/paris/6`. */
  readonly id: string;
  readonly kind: 'unfit' | 'blind';
  /** Nothing, when it is all that we watch. */
  readonly place?: Place;
  readonly since: Instant;
  /** What passes within that time is worth nobody's attention. */
  readonly toleratedMs: number;
  readonly cause: Cause;
  readonly evidence: string;
}

export const proberId = 'prober';

/** Longer than any pause of a machine that is only busy. */
const unfitMsMax = 120_000;
/** A round of witnesses over the other family, which may be lost as well. */
const placeMsMax = 30_000;

/** The place where this process is, and the families over which anything is asked from there. */
export interface Here {
  readonly vantage: string;
  readonly families: ReadonlySet<SeriesFamily>;
}

/** What keeps us from judging from here, or from other places. */
export const impairmentsOf = (
  sights: Sights,
  fitness: Fitness,
  { vantage: here, families }: Here,
): readonly Impairment[] => {
  const { unfit, lost } = fitness;
  if (unfit === undefined && lost.size === 0 && !sights.isBlindAnywhere) return [];
  const places = [...sights.places];
  const noAddress = 'this machine has no address of that family any more';
  const blindHere = places
    .filter(({ sight }) => sight.blind)
    .map(({ vantage, family, sight: { since } }) => {
      const evidence = vantage === here && lost.has(family) ? noAddress : 'no witness answers';
      return blindPlace({ vantage, family }, since, evidence);
    });
  const gone = [...lost]
    .filter(([family]) => families.has(family))
    .filter(([family]) => !places.some((place) => place.vantage === here && place.family === family))
    .map(([family, since]) => blindPlace({ vantage: here, family }, since, noAddress));
  return [
    ...(unfit === undefined
      ? []
      : [{ ...unfit, ...told, id: proberId, kind: 'unfit' as const, toleratedMs: unfitMsMax }]),
    ...(sights.blind
      ? [
          {
            ...told,
            id: 'witnesses',
            kind: 'blind' as const,
            since: sights.since,
            toleratedMs: 0,
            evidence: 'no witness answers',
          },
        ]
      : []),
    ...blindHere,
    ...gone,
  ];
};

// Causes are those of targets: of all of them, this one says least of whose fault it is.
const told = { cause: 'unreachable' } as const;

const blindPlace = (place: Place, since: Instant, evidence: string): Impairment => ({
  ...told,
  id: `witnesses/${place.vantage}/${place.family}`,
  kind: 'blind',
  place,
  since,
  toleratedMs: placeMsMax,
  evidence,
});

/** Those that are told: of single places only while we see from others. */
export const toldOf = (impairments: readonly Impairment[], now: Instant): readonly Impairment[] => {
  const isAll = impairments.some(({ place }) => place === undefined);
  return impairments.filter(
    ({ place, since, toleratedMs }) => now - since >= toleratedMs && (place === undefined || !isAll),
  );
};

// What a decision changes: everything in here is committed in one transaction, or not at all.
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { Alert, Silence } from './alerts/alert.ts';
import type { Diversion, Message } from './alerts/message.ts';
import type { Finding, Result } from './result.ts';
import type { SeriesKey } from './series.ts';
import type { Standing } from './judge.ts';
import type { Window } from './maintenance.ts';
import type { Learned } from './slowness/learned.ts';
import type { Extent, State } from './state.ts';
import type { Instant } from './time.ts';

/** What has a history of states: a check, or a service. */
export interface Subject {
  readonly kind: 'check' | 'service';
  readonly id: string;
}

export const subjectId = ({ kind, id }: Subject): string => `${kind}:${id}`;

/**
 * From `since` until the next span of the same subject, it was in `state`. Writing one takes the place of all that was said of
 * the subject from then on, its spans and the ends of its outages: there is such a thing when the clock was set back.
 */
export interface Span {
  readonly subject: Subject;
  readonly since: Instant;
  readonly state: State;
  readonly extent?: Extent;
  readonly finding?: Finding;
}

/** A span as bars are made of it: it is known whose it is, and nobody asks why. */
export type Stretch = Pick<Span, 'since' | 'state' | 'extent'>;

/**
 * A measured interval of `down`, or of `degraded`. It stays open through time in which we did not see:
 * its length in the ledger is the sum of its spans, not `endedAt - startedAt`.
 */
export interface Outage {
  readonly id: string;
  readonly subject: Subject;
  readonly state: 'down' | 'degraded';
  readonly startedAt: Instant;
  /** When enough outcomes had agreed. */
  readonly confirmedAt: Instant;
  readonly finding: Finding;
  /** What explains it, as long as that does: the first of those who depend on each other. */
  readonly consequenceOf?: Subject;
  readonly end?: {
    readonly at: Instant;
    /** `became-worse`: a degradation that turned into an outage; `withdrawn`: the check is no longer in the configuration. */
    readonly how: 'recovered' | 'became-worse' | 'became-better' | 'withdrawn';
  };
}

/** What a span of its subject that begins at `since` leaves of an outage that is over. */
export const cutOff = (outage: Outage, since: Instant): Outage =>
  outage.end === undefined || outage.end.at <= since
    ? outage
    : {
        ...outage,
        startedAt: Math.min(outage.startedAt, since),
        confirmedAt: Math.min(outage.confirmedAt, since),
        end: { ...outage.end, at: since },
      };

/** Something to be told: a row of the outbox. `key` is the same for the same thing, however often it is decided. */
export type Notable =
  | {
      readonly kind: 'outage-opened' | 'outage-closed';
      readonly key: string;
      readonly at: Instant;
      readonly outage: Outage;
    }
  | {
      readonly kind: 'blind' | 'sighted';
      readonly key: string;
      readonly at: Instant;
      readonly since: Instant;
      /** Where from, and over which family. */
      readonly vantage: string;
      readonly family: SeriesFamily;
    };

export interface Effects {
  readonly results: readonly Result[];
  readonly standings: readonly { readonly series: SeriesKey; readonly standing: Standing }[];
  /** What is usual: in the place of what was. */
  readonly learned: readonly Learned[];
  readonly spans: readonly Span[];
  /** Inserted, or replaced by id. */
  readonly outages: readonly Outage[];
  readonly notables: readonly Notable[];
  /** Inserted, or replaced by id. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** For the outbox: one that is already there stays as it is. */
  readonly messages: readonly Message[];
  /** Messages that are given up and left to other routes, of which `alerts` say that they know. */
  readonly diversions: readonly Diversion[];
  /** Windows of maintenance that have begun, or that somebody made or changed: inserted, or replaced by id. */
  readonly windows: readonly Window[];
}

export const noEffects: Effects = {
  results: [],
  standings: [],
  learned: [],
  spans: [],
  outages: [],
  notables: [],
  alerts: [],
  silences: [],
  messages: [],
  diversions: [],
  windows: [],
};

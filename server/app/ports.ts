// What the use cases need of the world. `main.ts` gives them the real one, tests and the simulation their own.
import type { CheckConfig } from '../../config/config.ts';
import type { Alert } from '../core/alerts/alert.ts';
import type { RememberedAlerts } from '../core/alerts/alerts.ts';
import type { Delivery, Message } from '../core/alerts/message.ts';
import type { Effects, Outage, Span, Stretch, Subject } from '../core/effects.ts';
import type { SeriesHistory } from '../core/history.ts';
import type { Window } from '../core/maintenance.ts';
import type { Result } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import type { Remembered } from '../core/remember.ts';
import type { Version } from '../core/incidents/incident.ts';
import type { BulletinChange } from '../core/subscriptions/subscriber.ts';
import type { Ping } from '../../checks/lib/contract.ts';
import type { Depth, Explanation } from '../../checks/lib/explain/bundle.ts';
import type { PublishedWindow } from './published-maintenance.ts';

/** Two clocks that are never mixed: one for stories, one for durations. */
export interface Clock {
  /** Epoch milliseconds, an integer. */
  readonly now: () => Instant;
  /** Milliseconds with a fraction, from any start. */
  readonly monotonicMs: () => number;
}

export interface Timers {
  /** Calls once after `ms`; the answer cancels it. */
  readonly after: (ms: number, call: () => void) => () => void;
}

/**
 * Calls at the instants of a cron expression in a time zone, and `missed` for an instant at which the process stood still;
 * the answer ends that.
 */
export type Cron = (
  expression: string,
  timezone: string,
  call: () => void,
  missed?: () => void,
) => () => void;

/**
 * Why the store could not do it. Trying again later may help, but never with `refused`: what was handed over breaks a
 * rule, which is a bug of ours. `gone`: its thread has ended, and the next call starts another; or it was closed.
 * `foreign`, `newer`, `readonly` and mostly `corrupt` come from opening, and need a person.
 */
export type StoreErrorCode =
  `store.${'busy' | 'full' | 'io' | 'overloaded' | 'refused' | 'gone' | 'corrupt' | 'foreign' | 'newer' | 'readonly'}`;

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/**
 * Keeps what is decided. One method is one transaction; a promise rejected, with a `StoreError`, means that nothing of
 * it was kept (but for `gone`: nobody knows). To hand over again what was kept last changes nothing.
 */
export interface Store {
  /** What lies after `now` was measured before the clock was set back: it does not say when we last saw. */
  readonly remember: (now: Instant) => Promise<Remembered>;
  /** Goes on at this instant from what is remembered. */
  readonly noteStart: (at: Instant) => Promise<void>;
  /** Such instants in `[from, to)`, in order, for as long as results are kept. */
  readonly starts: (from: Instant, to: Instant) => Promise<readonly Instant[]>;
  /** A result that is already there stays as it is; standings, spans and outages take the last word. Facts are kept beside evidence only. */
  readonly commit: (effects: Effects) => Promise<void>;
  /** Spans of the subject that touch `[from, to)`, oldest first; the first may begin before `from`. */
  readonly spans: (subject: Subject, from: Instant, to: Instant) => Promise<readonly Span[]>;
  /** Those of each of these services, by its id: fifty questions one by one take longer than their answers. */
  readonly spansOf: (
    services: readonly string[],
    from: Instant,
    to: Instant,
  ) => Promise<ReadonlyMap<string, readonly Stretch[]>>;
  /** Outages that touch `[from, to)`, newest first, at most `limit`; of these services only, where they are named. */
  readonly outages: (window: {
    readonly from: Instant;
    readonly to: Instant;
    readonly limit: number;
    readonly services?: readonly string[];
  }) => Promise<readonly Outage[]>;
  /** Windows of maintenance that were kept and touch `[from, to)`, those that were taken back too. */
  readonly windows: (from: Instant, to: Instant) => Promise<readonly Window[]>;
  /** Results of one series in `[from, to)`, oldest first, at most `limit`. Its cost grows with all results in the window. */
  readonly results: (
    series: SeriesKey,
    window: { readonly from: Instant; readonly to: Instant; readonly limit: number },
  ) => Promise<readonly Result[]>;
  /**
   * What a series, or one of its phases, was like in `[from, to)`: see `SeriesHistory`. `whole`: only all of it together,
   * which costs a tenth.
   */
  readonly history: (
    series: SeriesKey,
    window: {
      readonly phase?: string;
      readonly from: Instant;
      readonly to: Instant;
      readonly whole?: boolean;
    },
  ) => Promise<SeriesHistory>;
  /**
   * Rolls up and seals at most one slice of the results that are old enough at `now`; answers whether there was one. To do it again
   * after a crash changes nothing.
   */
  readonly condense: (now: Instant) => Promise<boolean>;
  /** Outbox rows not yet told, oldest first. */
  readonly untold: (limit: number) => Promise<readonly OutboxRow[]>;
  readonly told: (ids: readonly number[], at: Instant) => Promise<void>;
  /** Alerts that are not settled, in the order in which they opened, and silences that have not ended. */
  readonly rememberAlerts: (now: Instant) => Promise<RememberedAlerts>;
  /** Alerts that opened in `[from, to)`, newest first, at most `limit`. */
  readonly alerts: (slice: Slice) => Promise<readonly Alert[]>;
  /** Messages for this route of which it is not yet known what becomes of them, oldest first. */
  readonly undelivered: (route: string, limit: number) => Promise<readonly Letter[]>;
  /** Routes for which there are such messages. */
  readonly waitingRoutes: () => Promise<readonly string[]>;
  /** Of a message whose fate is known already, nothing changes. */
  readonly noteFate: (id: number, fate: Fate) => Promise<void>;
  /** Messages decided in `[from, to)`, newest first, at most `limit`, with what became of them. */
  readonly letters: (slice: Slice) => Promise<readonly Letter[]>;
  readonly keepPing: (check: string, ping: Ping) => Promise<void>;
  /** The newest `limit` pings of a check in the order they were received, oldest first; at most 100 are kept. */
  readonly pings: (check: string, limit: number) => Promise<readonly Ping[]>;
  /** Of those without an outage only the newest of a check stay: a day of them. */
  readonly keepExplanation: (check: string, explained: Explained) => Promise<void>;
  /** The newest `limit` of a check, newest first. */
  readonly explanations: (check: string, limit: number) => Promise<readonly Explained[]>;
  /** Of each incident its next versions, in their order, and what routes and subscribers are to be told of them. `refused`: they are not the next ones, or its root has another open one. */
  readonly keepIncidents: (
    changes: readonly IncidentChange[],
    messages: readonly Message[],
    bulletins?: readonly BulletinChange[],
  ) => Promise<void>;
  /** All versions of the newest `limit` incidents, in their order; of those only whose number is less than `before`. */
  readonly incidents: (limit: number, before?: number) => Promise<readonly Version[]>;
  /** What the calendar tells of these windows from now on, and subscribers with it; what ended by `before` is forgotten. */
  readonly keepAnnouncements: (
    windows: readonly PublishedWindow[],
    before: Instant,
    bulletins?: readonly BulletinChange[],
  ) => Promise<void>;
  /** What it told last of each, by their ends. */
  readonly announcements: () => Promise<readonly PublishedWindow[]>;
  /**
   * Deletes at most one slice of what is older than this; answers how many rows that were. Of the outbox that is what was
   * told before then, but for the newest word on our sight: it says whether we are blind; and messages whose fate is
   * known. Explanations, settled alerts and silences are evidence.
   */
  readonly prune: (before: {
    readonly results: Instant;
    readonly evidence: Instant;
    readonly told: Instant;
  }) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What is added to an incident, and what it is after that. */
export interface IncidentChange {
  readonly id: number;
  /** The service that Vigie drafted it for. */
  readonly root?: string;
  readonly isOpen: boolean;
  readonly versions: readonly Version[];
}

/** Why a check was as it was, for administrators only. */
export interface Explained {
  readonly sentence: string;
  /** The outage at whose beginning it was asked. */
  readonly outage?: string;
  readonly explanation: Explanation;
}

/** The copies of the database in one folder. */
export interface Copies {
  /** When the newest was made, as far as the folder can be read. */
  readonly newestAt: () => Instant | undefined;
  /**
   * Makes the one of a day (`2026-11-22`), in the place of another of that day, and looks through it; answers what is wrong, and
   * then it has not been kept. Rejects with a `StoreError`, or what the folder says.
   */
  readonly make: (date: string) => Promise<readonly string[]>;
  /** Deletes all but the newest `count`; answers how many. */
  readonly keep: (count: number) => number;
}

/** A part of what is kept. */
export interface Slice {
  readonly from: Instant;
  readonly to: Instant;
  readonly limit: number;
}

/** A message on its way, or at its end. */
export interface Letter {
  readonly id: number;
  readonly message: Message;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly evidence?: string;
  readonly nextAt?: Instant;
  /** `folded`: a newer message says all that it would have said. `dead`: it was given up. */
  readonly fate?: { readonly kind: 'delivered' | 'folded' | 'dead'; readonly at: Instant };
}

/** What became of a message, but for one that is left to another route. */
export type Fate =
  | { readonly kind: 'delivered' | 'folded'; readonly at: Instant }
  | { readonly kind: 'deferred'; readonly evidence: string; readonly nextAt: Instant }
  | { readonly kind: 'dead'; readonly at: Instant; readonly evidence: string };

/** Hands a message to the receiver behind its route. Rejects only when `signal` says that we stop, or with a bug. */
export type HandOver = (message: Message, signal: AbortSignal) => Promise<Delivery>;

export interface OutboxRow {
  readonly id: number;
  readonly notable: Effects['notables'][number];
}

/** Runs probes somewhere else: in a thread of this process, or at another vantage point. */
export interface Prober {
  /** What to probe from now on; what is no longer listed is probed no more. */
  readonly assign: (checks: readonly CheckConfig[], resolvers: readonly string[]) => void;
  /** Probes a series once more, soon. */
  readonly recheck: (series: SeriesKey, afterMs: number) => void;
  /** Asks why a check is as it is, beside its probes; nothing, when it cannot be asked, or the prober died meanwhile. */
  readonly explain: (check: string, depth: Depth) => Promise<Explanation | undefined>;
  /** Starts no more probes, lets those under way end for some seconds, and ends. */
  readonly drain: () => Promise<void>;
}

/** What the scheduler has counted since it was last asked, and what is so now. */
export interface SchedulerCounts {
  /** Runs that were due and not made: the last one was still under way, or the process stood still. */
  readonly missed: number;
  /** Seconds by which probes started late, one a probe. */
  readonly latenessSeconds: readonly number[];
  /** Probes under way, by check type. */
  readonly inFlight: Readonly<Record<string, number>>;
  /** The longest the event loop stood still. */
  readonly stallSeconds: number;
}

/** One JSON line an event; fields are data, never a secret. */
export interface Log {
  readonly info: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
}

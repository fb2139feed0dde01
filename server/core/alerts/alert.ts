// An alert: the trouble of one service from its first failing check to its last, who was told of it, and who has it.
import type { RouteConfig, Words } from '../../../config/config.ts';
import type { Outage, Subject } from '../effects.ts';
import type { Finding } from '../result.ts';
import type { Place } from '../sights.ts';
import type { Instant } from '../time.ts';

/** What alerts need to know of a route. */
export type Route = Pick<
  RouteConfig,
  'id' | 'services' | 'severity' | 'hours' | 'quiet' | 'afterMs' | 'repeatMs' | 'audience'
>;

export type Severity = Route['severity'];

/** What is wrong with one check. */
export interface Trouble {
  readonly check: string;
  /** What it makes of its service, for which a supporting check is never down. */
  readonly state: Severity;
  /** It was so slow for so long that whoever is told only of what is down is told of it; stays so. */
  readonly grave?: true;
  /** It may have changed from one of the states to the other since. */
  readonly since: Instant;
  /** Id of the newest outage of the check. */
  readonly outage: string;
  readonly finding: Finding;
  readonly end?: { readonly at: Instant; readonly how: NonNullable<Outage['end']>['how'] };
  /** Nobody is told while something else explains it, or while it is planned. */
  readonly held?: Hold;
  /** No longer held since then; told once it has been seen to fail after that. */
  readonly releasedAt?: Instant;
  /** When somebody could first be told that it is so: delays count from here. */
  readonly liveAt?: Instant;
}

export interface Hold {
  readonly why: 'parent' | 'maintenance';
  /** The parent, root-most. */
  readonly by?: Subject;
  /** When the maintenance ends. */
  readonly until?: Instant;
}

export interface Alert {
  /**
   * Its service, and since when that is out; `witnesses@…` or `prober@…` for Vigie itself. No two alerts share it, whatever
   * was told of them.
   */
  readonly id: string;
  /** Nothing, when it is Vigie that cannot judge: from one place, or at all. */
  readonly service?: string;
  readonly place?: Place;
  /** What members call that service. */
  readonly name: Words;
  readonly isPublic: boolean;
  readonly openedAt: Instant;
  /** One of each check: open ones, and those that have ended since the alert opened. */
  readonly troubles: readonly Trouble[];
  /** One of each route that was ever told of it. */
  readonly told: readonly Told[];
  readonly acknowledgement?: Acknowledgement;
  readonly endedAt?: Instant;
}

/** What a route knows of an alert. */
export interface Told {
  readonly route: string;
  /** When it was last told something. */
  readonly at: Instant;
  /** Messages so far, which numbers their keys. */
  readonly messages: number;
  readonly reminders: number;
  /** The key of the first message since it was last told that all is well. */
  readonly thread: string;
  /** The checks of which it knows that they are out; none: it was told of the end. */
  readonly checks: readonly Pick<Trouble, 'check' | 'state' | 'grave'>[];
  /** It was told that this flaps. */
  readonly flaps?: true;
}

/** Somebody has taken it: reminders and escalation stop. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: Instant;
  readonly note?: string;
}

/** Muted by a person, for a reason, until a time or the recovery. */
export interface Silence {
  readonly id: string;
  readonly subject: Subject;
  readonly by: string;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
  /** Ended before its time: by the recovery, or by a person. */
  readonly endedAt?: Instant;
}

export const isOpen = ({ end }: Trouble): boolean => end === undefined;

export const worst = (troubles: readonly Pick<Trouble, 'state'>[]): Severity =>
  troubles.some(({ state }) => state === 'down') ? 'down' : 'degraded';

/** How loud it is to be told, for whom, and at which hours. */
export const severityOf = ({ state, grave }: Pick<Trouble, 'state' | 'grave'>): Severity =>
  grave === true ? 'down' : state;

export const mostSevere = (troubles: readonly Pick<Trouble, 'state' | 'grave'>[]): Severity =>
  troubles.some((trouble) => severityOf(trouble) === 'down') ? 'down' : 'degraded';

/** What takes others down is as grave as they are. */
export const drags = (consequences: readonly Alert[]): boolean =>
  mostSevere(consequences.flatMap(({ troubles }) => troubles.filter(isOpen))) === 'down';

/** What was over before anybody could be told, because it was planned, does not count. */
export const startOf = ({ troubles, openedAt }: Alert): Instant => {
  const live = troubles.filter(({ liveAt }) => liveAt !== undefined);
  const counted = live.length > 0 ? live : troubles;
  return counted.length > 0 ? Math.min(...counted.map(({ since }) => since)) : openedAt;
};

/** Over, and everybody who was told has been told of that too. */
export const isSettled = ({ endedAt, told }: Alert): boolean =>
  endedAt !== undefined && told.every(({ checks }) => checks.length === 0);

export const toldOf = ({ told }: Alert, route: string): Told | undefined =>
  told.find((one) => one.route === route);

/** Whether `ms` have passed. A clock that was set back lets them pass: better too early than hours too late. */
export const hasPassed = (ms: number, since: Instant, now: Instant): boolean =>
  now < since || now - since >= ms;

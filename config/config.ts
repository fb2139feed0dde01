// The configuration as the program gets it: parsed, complete, with every default in its place.
// Durations are integer milliseconds, sizes bytes, instants epoch milliseconds.
import type { Recurrence } from './recurrence.ts';
import type { Secret } from './secret.ts';

export type Language = 'fr' | 'en';
export type Words = Readonly<Record<Language, string>>;

export interface Config {
  /** True for the network that shows itself when there is no configuration yet: the page must say so. */
  readonly demonstration: boolean;
  /** A drill: every message says so. */
  readonly exercise?: boolean;
  readonly organisation: Organisation;
  readonly listen: {
    readonly public: Listen;
    readonly private: Listen;
    /** By which the private side is asked, besides addresses and `localhost`. */
    readonly names: readonly string[];
  };
  /** Folder of the database, absolute. */
  readonly data: string;
  /** DNS servers as `address` or `address:port`; empty: the system's. */
  readonly resolvers: readonly string[];
  /** A copy of the database every night, in an absolute folder, at `03:30` in the zone of the organisation. */
  readonly backup?: { readonly folder: string; readonly at: string; readonly keep: number };
  readonly retention: { readonly resultsMs: number; readonly evidenceMs: number };
  /** This process probes from the first. */
  readonly vantagePoints: readonly [VantagePoint, ...VantagePoint[]];
  /** Whether what changes its state time and again is told once, and as the worst it was of late. */
  readonly flapping: boolean;
  readonly incidents: {
    /** After so much of a confirmed outage of which nobody has spoken, a neutral word is published; absent: never. */
    readonly publishAfterMs?: number;
  };
  /** Probed to know whether we can see at all; never part of a service. */
  readonly witnesses: readonly WitnessConfig[];
  readonly services: readonly ServiceConfig[];
  /** How people are told. */
  readonly routes: readonly RouteConfig[];
  /** Addresses that get a sign of life while we are well. */
  readonly deadMansSwitches: readonly DeadMansSwitch[];
  readonly maintenance: readonly MaintenanceConfig[];
  /** Absent: members cannot have their own site looked at. */
  readonly selfCheck?: SelfCheckConfig;
  /** Absent: members cannot be told by mail. */
  readonly subscriptions?: SubscriptionsConfig;
}

export interface SubscriptionsConfig {
  /** Mails. */
  readonly perMinute: number;
  readonly askedPerHour: number;
  /** Addresses that are kept. */
  readonly most: number;
  /** The mail server's, parsed by the schema of the notifier that sends them. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface SelfCheckConfig {
  /** The list of the domains that are hosted here: the absolute path of its file, or its lines. */
  readonly domains: string;
  /** Networks of the web servers for members, as `192.0.2.0/24`. */
  readonly prefixes: readonly string[];
  /** Names, in lower case and without a dot at their end. */
  readonly nameServers: readonly string[];
  readonly mailServers: readonly string[];
  /** Whose outage explains that of a site; absent: all public ones. */
  readonly services?: readonly string[];
}

export interface Organisation {
  readonly name: string;
  /** IANA name, such as `Europe/Paris`. */
  readonly timezone: string;
  readonly languages: readonly Language[];
  /** Address of the organisation's own site, https only. */
  readonly url?: string;
  /** Address at which readers find the public page, https only. */
  readonly page?: string;
  /** Where members write of what does not work. */
  readonly contact?: string;
}

/** A place from which checks are probed. */
export interface VantagePoint {
  /** A label in Prometheus. */
  readonly id: string;
  readonly name: Words;
}

export interface Listen {
  readonly address: string;
  readonly port: number;
}

export interface ServiceConfig {
  readonly id: string;
  readonly name: Words;
  readonly description?: Words;
  /** Heading under which the page lists it. */
  readonly group?: Words;
  /** How many members use it. */
  readonly members?: number;
  /** False: watched, alerted and measured, but no trace of it on the public listener. */
  readonly public: boolean;
  /** So do all its checks. */
  readonly dependsOn?: readonly Dependency[];
  readonly checks: readonly CheckConfig[];
}

/** Work that is announced. It touches the checks it names, and the services with all of theirs. */
export interface MaintenanceConfig {
  readonly id: string;
  readonly title: Words;
  readonly text?: Words;
  readonly services: readonly string[];
  readonly checks: readonly string[];
  /** One of the two. */
  readonly once?: { readonly fromMs: number; readonly toMs: number };
  readonly recurring?: Recurrence & { readonly durationMs: number };
}

/** A service, or a check, that another cannot be reached or cannot work without. */
export interface Dependency {
  readonly kind: 'check' | 'service';
  readonly id: string;
}

export interface CheckConfig {
  /** Unique in the whole configuration: a label in Prometheus. */
  readonly id: string;
  /** A name of `checks/index.ts`. */
  readonly type: string;
  /** The type's own options, parsed by its schema; data that can be cloned, but for `Secret`s. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly schedule: Schedule;
  readonly timeoutMs: number;
  /** A series each, from each vantage point; `[0]` for a check that dials nobody. */
  readonly families: readonly (4 | 6 | 0)[];
  /** Ids of vantage points. */
  readonly vantagePoints: readonly string[];
  /** Above this many milliseconds a phase, or `total`, is slow. */
  readonly slowMs: Readonly<Record<string, number>>;
  /** How it is learned what is usual, beside what is slow in itself; absent where it is not. */
  readonly learn?: Learn;
  /** Causes for which it is probed at once, when an outage of another check of its service opens with one of them. */
  readonly askedOn?: readonly string[];
  /** Never probed: what the witnesses saw is its outcome. */
  readonly derived?: true;
  /** Without cycles, whatever its service depends on too. */
  readonly dependsOn?: readonly Dependency[];
  /** A supporting check can make its service degraded, never down. */
  readonly supporting: boolean;
  readonly policy: Policy;
}

/** How far out a witness stands, seen from here; the outermost that are there are the references. */
export type Layer = 'gateway' | 'edge' | 'operator' | 'reference';

export interface WitnessConfig extends CheckConfig {
  readonly layer: Layer;
  /** What it is reached by; a network has one vote, however many witnesses it has. Without one, its own. */
  readonly network?: string;
}

export type Schedule =
  | { readonly kind: 'every'; readonly everyMs: number }
  /** `longestGapMs`: the longest time between two runs, so that staleness can be judged. */
  | {
      readonly kind: 'cron';
      readonly cron: string;
      readonly timezone: string;
      readonly longestGapMs: number;
    };

/** When a time is slower than it usually is. */
export interface Learn {
  /** How long it must be so before that is said; less where probes are so rare that this would be fewer than seven of them. */
  readonly overMs: number;
  /** So many milliseconds more than usual are nothing; absent, it follows from the threshold of the phase. */
  readonly floorMs?: number;
  /** What was seen before is not what is usual now. */
  readonly from?: number;
}

/** When outcomes change a state. */
export interface Policy {
  /** Failures that confirm `down`, and the time they must span. */
  readonly failuresMin: number;
  readonly failuresSpanMs: number;
  /** Good outcomes that confirm the end of `down`, and the time they must span. */
  readonly recoveriesMin: number;
  readonly recoveriesSpanMs: number;
  /** From one probe to the next, while an outcome that contradicts the state awaits confirmation. */
  readonly recheckMs: number;
  /** `degraded`: this many slow or warning outcomes among the last `slowOf`. */
  readonly slowMin: number;
  readonly slowOf: number;
  /** `degraded` ends when outcomes have been fine for this long. */
  readonly calmMs: number;
  /** Without a valid outcome for this long, the state is unknown. */
  readonly staleMs: number;
}

export interface RouteConfig {
  readonly id: string;
  /** A name of `server/notify/index.ts`. */
  readonly type: string;
  /** The notifier's own options, parsed by its schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Ids of services; of all, when there are none here. */
  readonly services?: readonly string[];
  /** The least that is told. */
  readonly severity: 'down' | 'degraded';
  /** Minutes after midnight in the organisation's time zone; the second may be the smaller one. */
  readonly hours?: { readonly fromMinute: number; readonly toMinute: number };
  /** What waits outside the hours. */
  readonly quiet: 'degraded' | 'all';
  /** It is told only of what nobody has acknowledged by then. */
  readonly afterMs: number;
  /** Pauses before reminders; the last one repeats. Empty: none. */
  readonly repeatMs: readonly number[];
  /** The id of the route that is told what this one could not tell. */
  readonly fallback?: string;
  readonly languages: readonly Language[];
  readonly audience: 'admins' | 'public';
  readonly weeklyTest: boolean;
  readonly monthlyReport?: true;
}

export interface DeadMansSwitch {
  /** Whoever knows the address can give the sign in our place. */
  readonly url: Secret;
  readonly everyMs: number;
}

// An incident: the story that people tell readers of an outage, or of anything else. It is the sum of its versions, to which
// is only ever added: an edit is another version, and nothing is deleted, only hidden.
import type { Words } from '../../../config/config.ts';
import type { Instant } from '../time.ts';

export const phases = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type Phase = (typeof phases)[number];

/** In one language or in both. Markdown, of which a few things are shown. */
export type Told = Readonly<Partial<Words>>;

/** What Vigie says when nobody else does; readers get a sentence of their language. */
export const neutrals = ['noticed', 'over'] as const;
export type Neutral = (typeof neutrals)[number];

/** Who writes what no person has written. No token may have this name. */
export const vigie = 'vigie';

export type Entry =
  | {
      readonly kind: 'opened';
      /** Of a draft by Vigie: the service whose outage is the cause of the others. */
      readonly root?: string;
      readonly title?: Told;
      readonly services: readonly string[];
      /** Ids of outages that it tells of. */
      readonly outages: readonly string[];
      readonly startedAt: Instant;
    }
  /** More outages of the same cause. */
  | { readonly kind: 'spread'; readonly services: readonly string[]; readonly outages: readonly string[] }
  | {
      readonly kind: 'updated';
      readonly phase: Phase;
      readonly said: Told | Neutral;
      /** When it was so; later than that it may have been written. */
      readonly at: Instant;
      /** Until when the next one is promised. */
      readonly nextAt?: Instant;
    }
  /** Other words for the update that is version `update`. */
  | { readonly kind: 'edited'; readonly update: number; readonly said: Told }
  | {
      readonly kind: 'amended';
      readonly title?: Told;
      readonly services?: readonly string[];
      readonly startedAt?: Instant;
    }
  | { readonly kind: 'published' | 'hidden' }
  | { readonly kind: 'merged'; readonly into: number }
  | {
      readonly kind: 'absorbed';
      readonly from: number;
      readonly roots: readonly string[];
      readonly services: readonly string[];
      readonly outages: readonly string[];
      readonly startedAt: Instant;
    }
  | { readonly kind: 'post-mortem'; readonly said: Told }
  /** The promise of version `promise` was not kept, and whoever is to be told was told so, for the `nth` time. */
  | { readonly kind: 'nagged'; readonly promise: number; readonly nth: number };

/** Written once. Numbers of one incident are 1, 2, 3 …, and no version is older than the one before it. */
export interface Version {
  readonly incident: number;
  readonly version: number;
  readonly at: Instant;
  readonly author: string;
  readonly entry: Entry;
}

export interface Update {
  readonly version: number;
  readonly at: Instant;
  readonly phase: Phase;
  readonly said: Told | Neutral;
  readonly nextAt?: Instant;
  readonly editedAt?: Instant;
}

export interface Incident {
  readonly id: number;
  readonly versions: readonly Version[];
  readonly roots: readonly string[];
  readonly title?: Told;
  readonly services: readonly string[];
  readonly outages: readonly string[];
  readonly startedAt: Instant;
  readonly phase: Phase;
  /** In the order in which they were written. */
  readonly updates: readonly Update[];
  readonly isPublic: boolean;
  readonly resolvedAt?: Instant;
  readonly mergedInto?: number;
  readonly postMortem?: { readonly said: Told; readonly at: Instant };
}

export const isOpen = ({ phase, mergedInto }: Incident): boolean =>
  phase !== 'resolved' && mergedInto === undefined;

/** The incident with one more version. Throws when that is not the next one. */
export const add = (incident: Incident | undefined, version: Version): Incident => {
  const last = incident?.versions.at(-1);
  if (version.version !== (last?.version ?? 0) + 1 || version.at < (last?.at ?? version.at))
    throw new Error(`incident ${version.incident}: version ${version.version} is not the next one`);
  if (incident !== undefined)
    return { ...changed(incident, version), versions: [...incident.versions, version] };
  const { entry } = version;
  if (entry.kind !== 'opened') throw new Error(`incident ${version.incident} does not begin by being opened`);
  const { root, title, services, outages, startedAt } = entry;
  return {
    id: version.incident,
    versions: [version],
    roots: root === undefined ? [] : [root],
    ...(title && { title }),
    services,
    outages,
    startedAt,
    phase: 'investigating',
    updates: [],
    isPublic: false,
  };
};

const changed = (incident: Incident, { version, at, entry }: Version): Incident => {
  switch (entry.kind) {
    case 'opened':
      throw new Error(`incident ${incident.id} is opened twice`);
    case 'spread':
      return { ...incident, ...wider(incident, entry) };
    case 'updated': {
      const { kind: _, ...update } = entry;
      const { resolvedAt: __, ...before } = incident;
      return {
        ...before,
        phase: update.phase,
        updates: [...incident.updates, { version, ...update }],
        ...(update.phase === 'resolved' && { resolvedAt: update.at }),
      };
    }
    case 'edited':
      return {
        ...incident,
        updates: incident.updates.map((update) =>
          update.version === entry.update ? { ...update, said: entry.said, editedAt: at } : update,
        ),
      };
    case 'amended': {
      const { kind: _, ...amended } = entry;
      return { ...incident, ...amended };
    }
    case 'published':
    case 'hidden':
      return { ...incident, isPublic: entry.kind === 'published' };
    case 'merged':
      return { ...incident, mergedInto: entry.into };
    case 'absorbed':
      return {
        ...incident,
        ...wider(incident, entry),
        roots: union(incident.roots, entry.roots),
        startedAt: Math.min(incident.startedAt, entry.startedAt),
      };
    case 'post-mortem':
      return { ...incident, postMortem: { said: entry.said, at } };
    case 'nagged':
      return incident;
  }
};

type Breadth = Pick<Incident, 'services' | 'outages'>;

const wider = (a: Breadth, b: Breadth): Breadth => ({
  services: union(a.services, b.services),
  outages: union(a.outages, b.outages),
});

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];

/** Until when the next update is promised, while nobody has kept that promise. */
export const promiseOf = (
  incident: Incident,
): { readonly version: number; readonly at: Instant } | undefined => {
  const newest = incident.updates.at(-1);
  return newest?.nextAt === undefined || !isOpen(incident)
    ? undefined
    : { version: newest.version, at: newest.nextAt };
};

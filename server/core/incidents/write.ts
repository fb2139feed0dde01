// What people may write into an incident, and why not.
import type { Instant } from '../time.ts';
import { isOpen } from './incident.ts';
import type { Entry, Incident, Told, Version } from './incident.ts';

type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** The entries of people; what they leave out is as it is, or now. */
export type Deed =
  | {
      readonly kind: 'opened';
      readonly title: Told;
      readonly services: readonly string[];
      readonly startedAt?: Instant;
    }
  | (Omit<EntryOf<'updated'>, 'phase' | 'at' | 'said'> &
      Partial<Pick<EntryOf<'updated'>, 'phase' | 'at'>> & { readonly said: Told })
  | EntryOf<'edited' | 'amended' | 'published' | 'hidden' | 'merged' | 'post-mortem'>;

export type Refusal =
  | 'no-such-incident'
  | 'no-such-service'
  | 'no-such-update'
  | 'resolved'
  | 'another-open'
  | 'merged'
  | 'itself'
  | 'too-early'
  | 'after-update'
  | 'future'
  | 'past-promise'
  | 'needless-promise'
  | 'wordless'
  | 'unpublished'
  | 'full';

/** What is committed together; or nothing, and why. */
export type Written =
  | { readonly kind: 'written'; readonly versions: readonly Version[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface Desk {
  readonly incidents: ReadonlyMap<number, Incident>;
  /** Ids of the services there are. */
  readonly services: ReadonlySet<string>;
  readonly author: string;
  readonly now: Instant;
}

/** More than people write; Vigie, which repeats itself, stops long before. */
export const versionsMax = 200;

/** `id` is of no use to what opens an incident. */
export const write = (desk: Desk, id: number | undefined, deed: Deed): Written => {
  if (deed.kind === 'opened') return open(desk, deed);
  const incident = id === undefined ? undefined : desk.incidents.get(id);
  if (incident === undefined) return refused('no-such-incident');
  const refusal = problemOf(desk, incident, deed);
  if (refusal !== undefined) return refused(refusal);
  if (deed.kind === 'merged') return merge(desk, incident, deed);
  if (deed.kind === 'published') return written(desk, incident, publication(incident, desk.now));
  if (deed.kind !== 'updated') return written(desk, incident, [deed]);
  const { phase = incident.phase, at = desk.now } = deed;
  return written(desk, incident, [{ ...deed, phase, at }]);
};

/** Published without a word, it says what is known to have been measured, if anything was. */
export const publication = ({ updates, phase, startedAt }: Incident, now: Instant): readonly Entry[] => [
  ...(updates.length === 0
    ? [{ kind: 'updated', phase, said: 'noticed', at: Math.max(startedAt, now) } as const]
    : []),
  { kind: 'published' },
];

export const nextId = (incidents: ReadonlyMap<number, Incident>): number =>
  Math.max(0, ...incidents.keys()) + 1;

/** The next versions of an incident, or the first ones of a new one. A clock that was set back writes in the last known instant. */
export const versionsOf = (
  { id, versions = [] }: Pick<Incident, 'id'> & Partial<Incident>,
  entries: readonly Entry[],
  { author, now }: Pick<Desk, 'author' | 'now'>,
): readonly Version[] =>
  entries.map((entry, index) => ({
    incident: id,
    version: versions.length + index + 1,
    at: Math.max(now, versions.at(-1)?.at ?? now),
    author,
    entry,
  }));

const open = (desk: Desk, { startedAt = desk.now, ...deed }: Extract<Deed, { kind: 'opened' }>): Written => {
  if (startedAt > desk.now) return refused('future');
  if (!known(desk, deed.services)) return refused('no-such-service');
  const entry = { ...deed, outages: [], startedAt };
  return written(desk, { id: nextId(desk.incidents) }, [entry]);
};

const problemOf = (desk: Desk, incident: Incident, deed: Deed): Refusal | undefined => {
  if (incident.mergedInto !== undefined) return 'merged';
  if (incident.versions.length >= versionsMax) return 'full';
  switch (deed.kind) {
    case 'updated':
      return problemOfUpdate(desk, incident, deed);
    case 'edited':
      return incident.updates.some(({ version }) => version === deed.update) ? undefined : 'no-such-update';
    case 'amended':
      return problemOfAmendment(desk, incident, deed);
    case 'merged': {
      const into = desk.incidents.get(deed.into);
      if (into === undefined) return 'no-such-incident';
      if (into.id === incident.id) return 'itself';
      if (into.mergedInto !== undefined) return 'merged';
      // Readers would be left without what they have read.
      if (incident.isPublic && !into.isPublic) return 'unpublished';
      if (into.versions.length >= versionsMax) return 'full';
      return isOpen(into) ? undefined : 'resolved';
    }
    case 'published':
      return incident.updates.length + incident.outages.length === 0 ? 'wordless' : undefined;
    case 'opened':
    case 'hidden':
    case 'post-mortem':
      return undefined;
  }
};

const problemOfUpdate = (
  { now, incidents }: Desk,
  incident: Incident,
  { phase = incident.phase, at = now, nextAt }: Extract<Deed, { kind: 'updated' }>,
): Refusal | undefined => {
  const { startedAt, updates } = incident;
  if (incident.phase === 'resolved') {
    if (phase === 'resolved') return 'resolved';
    // Vigie has drafted another one meanwhile: one of the two is enough.
    if (incidents.values().some((other) => isOpen(other) && hasRootOf(other, incident)))
      return 'another-open';
  }
  if (at > now) return 'future';
  if (at < Math.max(startedAt, updates.at(-1)?.at ?? startedAt)) return 'too-early';
  if (nextAt === undefined) return undefined;
  if (phase === 'resolved') return 'needless-promise';
  return nextAt <= now ? 'past-promise' : undefined;
};

const hasRootOf = ({ roots }: Incident, incident: Incident): boolean =>
  roots.some((root) => incident.roots.includes(root));

const problemOfAmendment = (
  desk: Desk,
  { updates }: Incident,
  { services = [], startedAt = 0 }: EntryOf<'amended'>,
): Refusal | undefined => {
  if (!known(desk, services)) return 'no-such-service';
  if (startedAt > desk.now) return 'future';
  return startedAt > (updates[0]?.at ?? startedAt) ? 'after-update' : undefined;
};

const merge = (desk: Desk, incident: Incident, deed: EntryOf<'merged'>): Written => {
  const into = desk.incidents.get(deed.into);
  if (into === undefined) return refused('no-such-incident');
  return { kind: 'written', versions: merger(incident, into, desk) };
};

/** One of two that tell of the same goes up in the other. */
export const merger = (
  incident: Incident,
  into: Incident,
  writer: Pick<Desk, 'author' | 'now'>,
): readonly Version[] => {
  const { id: from, roots, services, outages, startedAt } = incident;
  return [
    ...versionsOf(incident, [{ kind: 'merged', into: into.id }], writer),
    ...versionsOf(into, [{ kind: 'absorbed', from, roots, services, outages, startedAt }], writer),
  ];
};

const written = (
  desk: Desk,
  incident: Pick<Incident, 'id'> & Partial<Incident>,
  entries: readonly Entry[],
): Written => ({ kind: 'written', versions: versionsOf(incident, entries, desk) });

const refused = (refusal: Refusal): Written => ({ kind: 'refused', refusal });

const known = ({ services }: Desk, named: readonly string[]): boolean =>
  named.every((service) => services.has(service));

// What Vigie writes into incidents: drafts of what it measures, one a cause; a neutral word when nobody says anything; and
// that a promise was not kept. It looks at how things are, not at what has just changed: to look twice writes nothing new.
import type { Instant } from '../time.ts';
import { isOpen, promiseOf, vigie } from './incident.ts';
import type { Entry, Incident, Version } from './incident.ts';
import { merger, nextId, publication, versionsMax, versionsOf } from './write.ts';

/** An outage of a service that goes on. */
export interface Trouble {
  readonly outage: string;
  readonly service: string;
  /** The service whose outage is the cause; itself, where nothing else is. */
  readonly root: string;
  readonly state: 'down' | 'degraded';
  readonly startedAt: Instant;
  readonly confirmedAt: Instant;
  /** False for a service that the public does not know of. */
  readonly isPublic: boolean;
  /** Maintenance was announced: there is nothing to tell of it. */
  readonly isPlanned: boolean;
}

export interface Followed {
  readonly incidents: ReadonlyMap<number, Incident>;
  readonly troubles: readonly Trouble[];
  readonly now: Instant;
  /** After so much of a confirmed outage it is published, if nobody has spoken; nothing: never. */
  readonly publishAfterMs?: number | undefined;
  /** False while nobody may be told that news are late: whoever sleeps is told in the morning. */
  readonly mayRemind: (incident: Incident) => boolean;
}

/** People need room to write in an incident that flaps. */
const spreadVersionsMax = versionsMax / 2;
/** After the promised instant. Whoever has not heard it by then does not want to. */
export const nagAfterMs = [0, 30 * 60_000, 2 * 60 * 60_000] as const;

export const follow = (followed: Followed): readonly Version[] => {
  const { incidents, troubles, now } = followed;
  const open = [...incidents.values()].filter(isOpen);
  if (open.length + troubles.length === 0) return [];
  const merged = merge(open, followed);
  if (merged.length > 0) return merged;
  const isIn = (outage: string) => (incident: Incident) => incident.outages.includes(outage);
  // What goes on is mostly in one that is open: there may be a thousand others.
  const isTold = (outage: string) => open.some(isIn(outage)) || incidents.values().some(isIn(outage));
  const untold = troubles.filter(({ outage, isPlanned }) => !isPlanned && !isTold(outage));
  const spread = [...Map.groupBy(untold, ({ root }) => root)].map(([root, more]) => ({ root, more }));
  const drafts = spread
    .filter(({ root }) => openAbout(root, open) === undefined)
    .flatMap(({ root, more }, index) => draft(nextId(incidents) + index, root, more, now));
  const others = open.flatMap((incident) => {
    const more = spread.filter(({ root }) => openAbout(root, open) === incident);
    const entries = [
      ...widen(
        incident,
        more.flatMap(({ more }) => more),
      ),
      ...tellOf(incident, followed),
    ];
    return versionsOf(incident, entries, { author: vigie, now });
  });
  return [...drafts, ...others];
};

// Its cause may be confirmed after what follows from it. One at a time, for each changes what the others are merged into.
const merge = (open: readonly Incident[], { troubles, now }: Followed): readonly Version[] => {
  for (const incident of open.filter((one) => !hasSpoken(one))) {
    const going = troubles.filter(({ outage }) => incident.outages.includes(outage));
    const [root, ...others] = new Set(going.map((trouble) => trouble.root));
    const into = root === undefined || others.length > 0 ? undefined : openAbout(root, open);
    if (into === undefined || into === incident || (incident.isPublic && !into.isPublic)) continue;
    return merger(incident, into, { author: vigie, now });
  }
  return [];
};

const openAbout = (root: string, open: readonly Incident[]): Incident | undefined =>
  open.find(({ roots }) => roots.includes(root));

const draft = (id: number, root: string, more: readonly Trouble[], now: Instant): readonly Version[] => {
  const startedAt = Math.min(...more.map((trouble) => trouble.startedAt));
  const entry: Entry = { kind: 'opened', root, ...breadthOf(more), startedAt };
  return versionsOf({ id }, [entry], { author: vigie, now });
};

const widen = ({ versions }: Incident, more: readonly Trouble[]): readonly Entry[] =>
  more.length === 0 || versions.length >= spreadVersionsMax ? [] : [{ kind: 'spread', ...breadthOf(more) }];

/** The root first. */
const breadthOf = (more: readonly Trouble[]) => {
  const ordered = more.toSorted((a, b) => Number(b.service === b.root) - Number(a.service === a.root));
  return {
    services: [...new Set(ordered.map(({ service }) => service))],
    outages: ordered.map(({ outage }) => outage),
  };
};

const tellOf = (
  incident: Incident,
  { incidents, troubles, now, publishAfterMs, mayRemind }: Followed,
): readonly Entry[] => {
  if (hasSpoken(incident)) return mayRemind(incident) ? nag(incident, now) : [];
  const going = troubles.filter(
    ({ outage, root }) => incident.outages.includes(outage) || incident.roots.includes(root),
  );
  if (incident.roots.length > 0 && going.length === 0)
    return [{ kind: 'updated', phase: 'resolved', said: 'over', at: Math.max(now, lastTold(incident)) }];
  const isLong = going.some(
    (trouble) =>
      trouble.state === 'down' &&
      trouble.isPublic &&
      !trouble.isPlanned &&
      publishAfterMs !== undefined &&
      now - trouble.confirmedAt >= publishAfterMs &&
      !isToldByPeople(trouble, incidents),
  );
  return isLong && !incident.isPublic ? publication(incident, now) : [];
};

/** In an incident of their own, beside the draft. */
const isToldByPeople = ({ service, root }: Trouble, incidents: Followed['incidents']): boolean =>
  incidents
    .values()
    .some(
      (incident) =>
        isOpen(incident) &&
        incident.isPublic &&
        incident.services.some((told) => told === service || told === root) &&
        hasSpoken(incident),
    );

/** To hide it is to speak, too: it was seen, and is not for readers. */
const hasSpoken = ({ versions }: Incident): boolean =>
  versions.some(
    ({ author, entry: { kind } }) =>
      author !== vigie && (kind === 'updated' || kind === 'published' || kind === 'hidden'),
  );

const lastTold = ({ updates, startedAt }: Incident): Instant => updates.at(-1)?.at ?? startedAt;

const nag = (incident: Incident, now: Instant): readonly Entry[] => {
  const promise = promiseOf(incident);
  if (promise === undefined) return [];
  const due = nagAfterMs.filter((afterMs) => now >= promise.at + afterMs).length;
  const done = incident.versions.findLast(
    ({ entry }) => entry.kind === 'nagged' && entry.promise === promise.version,
  )?.entry;
  return due > (done?.kind === 'nagged' ? done.nth : 0)
    ? [{ kind: 'nagged', promise: promise.version, nth: due }]
    : [];
};

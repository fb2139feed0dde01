// Of the incidents, what everybody may know: those that were published, and of these no author, no edit, no private service.
import { z } from 'zod';
import { isOpen, neutrals, phases } from '../core/incidents/incident.ts';
import type { Incident, Told, Update } from '../core/incidents/incident.ts';
import type { Instant } from '../core/time.ts';

export const instant = () => z.int().describe('Milliseconds since 1970-01-01T00:00:00Z.');
const told = () => z.strictObject({ fr: z.string().exactOptional(), en: z.string().exactOptional() });
const markdown = () =>
  told().describe('Markdown (paragraphs, lists, emphasis, code, links) in one language or both.');

const publishedUpdate = z
  .strictObject({
    at: instant(),
    phase: z.enum(phases),
    text: markdown().exactOptional(),
    neutral: z
      .enum(neutrals)
      .describe('Instead of a text: nobody has spoken yet, and this is what was measured.')
      .exactOptional(),
    editedAt: instant().exactOptional(),
  })
  .readonly();

export const publishedIncident = z
  .strictObject({
    id: z.int(),
    title: told().describe('Absent: it is known by the names of its services.').exactOptional(),
    services: z.array(z.string()).readonly().describe('Ids of the services that it affects.'),
    phase: z.enum(phases),
    startedAt: instant(),
    resolvedAt: instant().exactOptional(),
    nextUpdateBy: instant()
      .describe('Until when the next update is promised. In the past: that promise was not kept.')
      .exactOptional(),
    updates: z.array(publishedUpdate).readonly().describe('Newest first.'),
    postMortem: markdown().exactOptional(),
    absorbed: z
      .array(z.int())
      .readonly()
      .describe(
        'Ids of incidents that were published before they went up in this one: whoever looks for them finds it.',
      )
      .exactOptional(),
  })
  .readonly();

export type PublishedIncident = z.output<typeof publishedIncident>;
export type PublishedUpdate = z.output<typeof publishedUpdate>;

const incidentsMax = 20;
const updatesMax = 30;

/** Those of these services, or of none, that go on or were resolved since `since`; newest first. */
export const publishIncidents = (
  incidents: Iterable<Incident>,
  services: ReadonlySet<string>,
  since: Instant,
  countMax: number = incidentsMax,
): readonly PublishedIncident[] => {
  const all = [...incidents];
  const absorbed = absorbedBy(all);
  return all
    .filter(
      (incident) =>
        incident.isPublic &&
        incident.mergedInto === undefined &&
        (incident.resolvedAt ?? since) >= since &&
        (incident.services.length === 0 || incident.services.some((id) => services.has(id))),
    )
    .toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.startedAt - a.startedAt)
    .slice(0, countMax)
    .map((incident) => publishedOf(incident, absorbed.get(incident.id), services));
};

/** Of each incident the published ones that went up in it, or in what went up in it. */
const absorbedBy = (incidents: readonly Incident[]): ReadonlyMap<number, readonly number[]> => {
  const merged = incidents.filter(({ mergedInto }) => mergedInto !== undefined);
  const into = new Map(merged.map(({ id, mergedInto }) => [id, mergedInto]));
  const rootOf = (id: number): number => {
    const next = into.get(id);
    return next === undefined ? id : rootOf(next);
  };
  const published = merged.filter(({ isPublic }) => isPublic).map(({ id }) => id);
  return Map.groupBy(published, rootOf);
};

const publishedOf = (
  incident: Incident,
  absorbed: readonly number[] | undefined,
  known: ReadonlySet<string>,
): PublishedIncident => {
  const { id, title, services, phase, startedAt, resolvedAt, updates, postMortem } = incident;
  const nextAt = isOpen(incident) ? updates.at(-1)?.nextAt : undefined;
  return {
    id,
    ...(title && { title: toldOf(title) }),
    services: services.filter((service) => known.has(service)),
    phase,
    startedAt,
    ...(resolvedAt !== undefined && !isOpen(incident) && { resolvedAt }),
    ...(nextAt !== undefined && { nextUpdateBy: nextAt }),
    updates: updates.toReversed().slice(0, updatesMax).map(updateOf),
    ...(postMortem && { postMortem: toldOf(postMortem.said) }),
    ...(absorbed && { absorbed }),
  };
};

const updateOf = ({ at, phase, said, editedAt }: Update): PublishedUpdate => ({
  at,
  phase,
  ...(typeof said === 'string' ? { neutral: said } : { text: toldOf(said) }),
  ...(editedAt !== undefined && { editedAt }),
});

// Field by field, as everything that is public.
const toldOf = ({ fr, en }: Told): Told => ({
  ...(fr !== undefined && { fr }),
  ...(en !== undefined && { en }),
});

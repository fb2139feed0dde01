// What everybody may know. The page, the API and whatever else is public are made of this value and of nothing else, so
// it is built field by field: what is not named here (addresses, evidence, checks, private services) cannot leak.
import { z } from 'zod';
import { causes } from '../../checks/lib/outcome.ts';
import type { Config, VantagePoint } from '../../config/config.ts';
import type { Outage, Span } from '../core/effects.ts';
import type { Incident } from '../core/incidents/incident.ts';
import type { Finding } from '../core/result.ts';
import { isWorse, states } from '../core/state.ts';
import type { State } from '../core/state.ts';
import type { Instant } from '../core/time.ts';
import type { Timeline } from '../core/timeline.ts';
import { ledger } from '../core/uptime.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedService } from '../core/watched.ts';
import { placesOf } from './places.ts';
import { publishDays, publishedDays } from './published-days.ts';
import { instant, publishedIncident, publishIncidents } from './published-incidents.ts';

const words = () => z.strictObject({ fr: z.string(), en: z.string() });
const state = () => z.enum(states);
const cause = () => z.enum(causes).describe('Why, as a closed code.');
const extent = (what: string) => z.enum(['partial', 'major']).describe(what).exactOptional();
const slowPart = () =>
  z.enum(['connecting', 'reading', 'writing']).describe('Of what is slow: which part, where that is known.');

export const publishedOutage = z
  .strictObject({
    service: z.string().describe('The id of the service.'),
    state: z.enum(['down', 'degraded']),
    extent: extent('Of an outage that is down: the most of the service that it has reached.'),
    cause: cause().describe(
      'Why, as a closed code: now while it goes on, and at its beginning once it is over.',
    ),
    slowPart: slowPart().exactOptional(),
    startedAt: instant().describe('The first probe that failed, though the outage was confirmed later.'),
    endedAt: instant()
      .describe('The first good probe after it. Absent while the outage goes on.')
      .exactOptional(),
    seenMs: z
      .int()
      .describe(
        'How much of its time we saw. In the rest of it nothing is known, for or against the service.',
      ),
  })
  .readonly();

export const publishedService = z
  .strictObject({
    id: z.string(),
    name: words(),
    description: words().exactOptional(),
    group: words().exactOptional(),
    state: state(),
    extent: extent('Of a service that is down: some, or all of it.'),
    since: instant().describe('When the state began, whatever its extent was since.'),
    cause: cause().exactOptional(),
    slowPart: slowPart().exactOptional(),
    places: z
      .strictObject({
        reachableFrom: z.array(words()).readonly(),
        unreachableFrom: z.array(words()).readonly(),
      })
      .describe('Present when it can be reached from some of the places that look, and not from others.')
      .exactOptional(),
    days: publishedDays,
  })
  .readonly();

export const publishedStatus = z
  .strictObject({
    organisation: z.strictObject({
      name: z.string(),
      timezone: z.string().describe('IANA name of the zone in which the page tells the time.'),
      languages: z.array(z.enum(['fr', 'en'])).readonly(),
      url: z.string().exactOptional(),
    }),
    generatedAt: instant().describe(
      'When this was true. Old means that Vigie no longer tells the page anything.',
    ),
    demonstration: z.boolean().describe('True: the services are a demonstration, not real ones.'),
    blindSince: instant()
      .describe('Present while Vigie itself is cut off: since then nothing is known of any service.')
      .exactOptional(),
    state: state().describe('The worst state of any service.'),
    services: z.array(publishedService).readonly(),
    outages: z
      .array(publishedOutage)
      .readonly()
      .describe('Those that go on, then those of the last fourteen days, newest first.'),
    incidents: z
      .array(publishedIncident)
      .readonly()
      .describe('What people tell: what goes on, then what was resolved in the last fourteen days.'),
  })
  .readonly();

export type PublishedOutage = z.output<typeof publishedOutage>;
export type PublishedService = z.output<typeof publishedService>;
export type PublishedStatus = z.output<typeof publishedStatus>;

/** How far back outages that ended are shown. */
export const recentMs = 14 * 86_400_000;
/** A service that fails all day must not make the page grow without end. */
export const outagesMax = 50;

/** What has been decided so far; of what goes on, the watch knows best. */
export interface History {
  /** Those that touched the last `recentMs`. */
  readonly outages: readonly Outage[];
  /** By service, oldest first, for as long as these outages. */
  readonly spans: ReadonlyMap<string, readonly Span[]>;
}

export const publish = (
  config: Config,
  watch: Pick<Watch, 'services' | 'sight'>,
  history: History,
  incidents: Iterable<Incident>,
  now: Instant,
): PublishedStatus => {
  const watched = [...watch.services.values()].filter(({ config }) => config.public);
  const { name, timezone, languages, url } = config.organisation;
  const services = watched.map((service) => ({
    ...serviceOf(service, config.vantagePoints),
    days: publishDays(spansOf(service.timeline, watch, history), [], timezone, now),
  }));
  return {
    organisation: { name, timezone, languages, ...(url !== undefined && { url }) },
    generatedAt: now,
    demonstration: config.demonstration,
    ...(watch.sight.blind && { blindSince: watch.sight.since }),
    state: worst(services.map(({ state }) => state)),
    services,
    outages: [...openOutages(watched), ...endedOutages(watched, history.outages, now)]
      .slice(0, outagesMax)
      .map((outage) => outageOf(outage, spansOf(outage, watch, history), now)),
    incidents: publishIncidents(incidents, new Set(services.map(({ id }) => id)), now - recentMs),
  };
};

const serviceOf = (
  service: WatchedService,
  vantagePoints: readonly VantagePoint[],
): Omit<PublishedService, 'days'> => {
  const { config, timeline } = service;
  const { id, name, description, group } = config;
  const { state, extent } = timeline;
  const telling = whoTells(service);
  const { finding } = telling;
  const places = placesOf(service, vantagePoints);
  return {
    id,
    name,
    ...(description && { description }),
    ...(group && { group }),
    state,
    since: beginningOf(telling),
    ...(extent && { extent }),
    ...(finding && state !== 'up' && state !== 'unknown' && whyOf(finding)),
    ...(places && { places }),
  };
};

// A certificate is about to expire for weeks, and all works: it must not hide what is wrong since an hour.
const whoTells = ({ timeline, checks }: WatchedService): Timeline => {
  if (timeline.state !== 'degraded' || timeline.finding?.cause !== 'tls_expiring') return timeline;
  const worse = checks
    .map((check) => check.timeline)
    .filter(({ finding }) => finding !== undefined && finding.cause !== 'tls_expiring')
    .toSorted((a, b) => beginningOf(a) - beginningOf(b));
  return worse[0] ?? timeline;
};

// A span begins with every extent, and after time in which we did not see; the trouble began before.
const beginningOf = ({ state, since, outage }: Timeline): Instant =>
  outage?.state === state ? outage.startedAt : since;

// What a check type calls the phases of its probe, in the three words that mean something to who uses the service.
const slowParts = new Map<string, NonNullable<PublishedOutage['slowPart']>>([
  ['resolve', 'connecting'],
  ['connect', 'connecting'],
  ['tls', 'connecting'],
  ['auth', 'connecting'],
  ['query', 'reading'],
  ['read', 'reading'],
  ['write', 'writing'],
  ['commit', 'writing'],
]);

const whyOf = ({ cause, phase = '' }: Finding): Pick<PublishedOutage, 'cause' | 'slowPart'> => {
  const slowPart = cause === 'slow' ? slowParts.get(phase) : undefined;
  return { cause, ...(slowPart && { slowPart }) };
};

const worst = (all: readonly State[]): State =>
  all.length === 0 ? 'unknown' : all.reduce((worst, state) => (isWorse(state, worst) ? state : worst));

// What goes on is told as it is now; its history keeps what it began with.
const openOutages = (services: readonly WatchedService[]): readonly Outage[] =>
  newestFirst(
    services.flatMap((service) => {
      const { state, outage } = service.timeline;
      if (outage === undefined) return [];
      const finding = outage.state === state ? whoTells(service).finding : undefined;
      return [{ ...outage, ...(finding && { finding }) }];
    }),
  );

const endedOutages = (
  services: readonly WatchedService[],
  outages: readonly Outage[],
  now: Instant,
): readonly Outage[] => {
  const ids = new Set(services.map(({ config }) => config.id));
  return newestFirst(
    outages.filter(
      ({ subject, end }) =>
        subject.kind === 'service' && ids.has(subject.id) && end !== undefined && end.at > now - recentMs,
    ),
  );
};

const newestFirst = (outages: readonly Outage[]): readonly Outage[] =>
  outages.toSorted((a, b) => b.startedAt - a.startedAt);

// The last span may not be written yet.
const spansOf = (
  { subject }: Pick<Outage, 'subject'>,
  { services }: Pick<Watch, 'services'>,
  { spans }: History,
): readonly Span[] => {
  const written = spans.get(subject.id) ?? [];
  const last = services.get(subject.id)?.timeline;
  return last === undefined ? written : [...written.filter(({ since }) => since < last.since), last];
};

const outageOf = (
  { subject, state, startedAt, finding, end }: Outage,
  spans: readonly Span[],
  now: Instant,
): PublishedOutage => {
  // The clock may have been set back since it started.
  const until = Math.max(startedAt, end?.at ?? now);
  const extents = spans.filter(({ since }) => since >= startedAt && since < until).map((span) => span.extent);
  const extent = (['major', 'partial'] as const).find((extent) => extents.includes(extent));
  return {
    service: subject.id,
    state,
    ...(extent && { extent }),
    ...whyOf(finding),
    startedAt,
    ...(end && { endedAt: end.at }),
    seenMs: until - startedAt - ledger(spans, startedAt, until).unknownMs,
  };
};

// What everybody may know. The page, the API and whatever else is public are made of this value and of nothing else, so
// it is built field by field: what is not named here (addresses, evidence, checks, private services) cannot leak.
import { z } from 'zod';
import type { Config, VantagePoint } from '../../config/config.ts';
import type { Outage, Stretch } from '../core/effects.ts';
import type { Incident } from '../core/incidents/incident.ts';
import { worstLately } from '../core/flapping.ts';
import type { Instant } from '../core/time.ts';
import type { Timeline } from '../core/timeline.ts';
import { outside } from '../core/uptime.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedService } from '../core/watched.ts';
import { placesOf } from './places.ts';
import { publishImpairments } from './published-impairments.ts';
import { publishDays, publishedDays } from './published-days.ts';
import { pace, paceOf } from './published-pace.ts';
import { publishedOrganisation, publishOrganisation } from './published-organisation.ts';
import { Roots } from './roots.ts';
import { instant, publishedIncident, publishIncidents } from './published-incidents.ts';
import {
  cause,
  consequenceOf,
  extent,
  outageOf,
  publishedOutage,
  slowPart,
  slowness,
  whyOf,
} from './published-outages.ts';
import type { PublishedOutage } from './published-outages.ts';
import {
  publishCalendar,
  publishMaintenance,
  publishedMaintenance,
  publishedWindow,
  publishedRecurrence,
  publishRecurring,
} from './published-maintenance.ts';
import type { PublishedWindow } from './published-maintenance.ts';
import { publishedSelfCheck, publishSelfCheck } from './published-self-check.ts';

const words = () => z.strictObject({ fr: z.string(), en: z.string() });
/** Best first. */
const publishedStates = ['up', 'maintenance', 'unknown', 'degraded', 'down'] as const;
const state = () => z.enum(publishedStates);
export const publishedService = z
  .strictObject({
    id: z.string(),
    name: words(),
    description: words().exactOptional(),
    group: words().exactOptional(),
    dependsOn: z
      .array(z.string())
      .readonly()
      .describe('The ids of services that it cannot work without. Absent: none.')
      .exactOptional(),
    state: state(),
    extent: extent('Of a service that is down: some, or all of it.'),
    since: instant().describe('When the state began, whatever its extent was since.'),
    until: instant().describe('Of a service in maintenance: when that ends.').exactOptional(),
    flapping: z
      .literal(true)
      .describe(
        'Present when the state changes time and again; it is then the worst of the last ten minutes.',
      )
      .exactOptional(),
    cause: cause().exactOptional(),
    slowPart: slowPart().exactOptional(),
    slowness: slowness(),
    pace: pace(),
    consequenceOf: consequenceOf().exactOptional(),
    overLoss: z
      .literal(true)
      .describe('Present while packets get lost on the way to it: how fast it answers is not judged then.')
      .exactOptional(),
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
    organisation: publishedOrganisation,
    generatedAt: instant().describe(
      'When this was true. Old means that Vigie no longer tells the page anything.',
    ),
    demonstration: z.boolean().describe('True: the services are a demonstration, not real ones.'),
    blindSince: instant()
      .describe('Present while Vigie itself is cut off: since then nothing is known of any service.')
      .exactOptional(),
    unfitSince: instant()
      .describe(
        'Present while Vigie itself is in no state to measure: since then nothing is known of any service.',
      )
      .exactOptional(),
    unmeasured: z
      .array(
        z.strictObject({
          family: z.enum(['IPv4', 'IPv6']),
          from: words().describe('The place that measures, where there are several.').exactOptional(),
          since: instant(),
        }),
      )
      .readonly()
      .describe('Present while Vigie sees nothing over one kind of address: all else is measured.')
      .exactOptional(),
    selfCheck: publishedSelfCheck(),
    subscriptions: z.literal(true).describe('Present where readers can be told by mail.').exactOptional(),
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
    maintenance: z
      .array(publishedMaintenance)
      .readonly()
      .describe('What goes on, and what is announced for the next fifteen days, by their beginnings.'),
    recurring: z
      .array(publishedRecurrence)
      .readonly()
      .describe('Work that comes again and again, by its next time.'),
    calendar: z
      .array(publishedWindow)
      .readonly()
      .describe(
        'Every window of the last fourteen days and of the next fifteen, and those that were taken back.',
      ),
  })
  .readonly();

export type { PublishedOutage };
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
  readonly spans: ReadonlyMap<string, readonly Stretch[]>;
  /** What the calendar told last, by id; nothing yet, where it is absent. */
  readonly told?: ReadonlyMap<string, PublishedWindow>;
}

export const publish = (
  config: Config,
  watch: Pick<Watch, 'services' | 'impairments' | 'maintenance' | 'isFlapping' | 'isOverLoss' | 'slowness'>,
  history: History,
  incidents: Iterable<Incident>,
  now: Instant,
): PublishedStatus => {
  const watched = [...watch.services.values()].filter(({ config }) => config.public);
  const { timezone } = config.organisation;
  const roots = new Roots(watched);
  const services = watched.map((service) => ({
    ...serviceOf(service, config.vantagePoints, roots, watch, now),
    days: publishDays(
      spansOf(service.timeline, watch, history),
      watch.maintenance.windowsOf(service.timeline.subject, now),
      timezone,
      now,
    ),
  }));
  return {
    organisation: publishOrganisation(config.organisation),
    generatedAt: now,
    demonstration: config.demonstration,
    ...publishImpairments(watch, watched, config.vantagePoints, now),
    ...publishSelfCheck(config, services),
    ...(config.subscriptions && { subscriptions: true as const }),
    state: worst(services.map(({ state }) => state)),
    services,
    outages: openFirst(
      [...openOutages(watched), ...endedOutages(watched, history.outages, now)].flatMap((outage) => {
        const windows = watch.maintenance.windowsOf(outage.subject, now);
        const published = outageOf(outage, spansOf(outage, watch, history), windows, now);
        return published === undefined ? [] : [{ ...published, ...roots.of(outage) }];
      }),
    ).slice(0, outagesMax),
    incidents: publishIncidents(incidents, new Set(services.map(({ id }) => id)), now - recentMs),
    maintenance: publishMaintenance(watch.maintenance, watched, now),
    recurring: publishRecurring(config.maintenance, watched, now),
    calendar: publishCalendar(watch.maintenance, watched, history.told ?? new Map(), now - recentMs, now),
  };
};

const serviceOf = (
  service: WatchedService,
  vantagePoints: readonly VantagePoint[],
  roots: Roots,
  watch: Pick<Watch, 'maintenance' | 'isFlapping' | 'isOverLoss' | 'slowness'>,
  now: Instant,
): Omit<PublishedService, 'days'> => {
  const { id, name, description, group } = service.config;
  const above = roots.above(service.config);
  const told = {
    id,
    name,
    ...(description && { description }),
    ...(group && { group }),
    ...(above.length > 0 && { dependsOn: above }),
  };
  const { subject, state, extent, flapping, outage } = service.timeline;
  const window = watch.maintenance.at(subject, now);
  if (window !== undefined) return { ...told, state: 'maintenance', since: window.from, until: window.until };
  const telling = whoTells(service);
  const { finding } = telling;
  const places = placesOf(service, vantagePoints);
  const pace = paceOf(service, watch, now);
  const beginning = beginningOf(telling);
  // What outlives its maintenance has been trouble since the end of that.
  const [counted] = outside(watch.maintenance.windowsOf(subject, now), beginning, now);
  return {
    ...told,
    state,
    since: counted?.from ?? beginning,
    ...(extent && { extent }),
    ...(finding && state !== 'up' && state !== 'unknown' && whyOf(finding)),
    ...(outage?.state === state && roots.of(outage)),
    ...(places && { places }),
    ...(pace && { pace }),
    ...(watch.isOverLoss(subject) && { overLoss: true as const }),
    ...(watch.isFlapping(subject) && { flapping: true, state: worstLately(flapping, now) }),
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

const worst = (all: readonly PublishedService['state'][]): PublishedService['state'] =>
  publishedStates.findLast((state) => all.includes(state)) ?? 'unknown';

const openFirst = (outages: readonly PublishedOutage[]): readonly PublishedOutage[] =>
  outages.toSorted((a, b) => Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined));

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
  const ofServices = Map.groupBy(outages, ({ subject: { kind, id } }) => (kind === 'service' ? id : ''));
  const isRecent = ({ end }: Outage) => end !== undefined && end.at > now - recentMs;
  // Those that began together stand in the order of the services, whatever was heard of first.
  return newestFirst(services.flatMap(({ config: { id } }) => ofServices.get(id)?.filter(isRecent) ?? []));
};

const newestFirst = (outages: readonly Outage[]): readonly Outage[] =>
  outages.toSorted((a, b) => b.startedAt - a.startedAt);

// The last span may not be written yet.
const spansOf = (
  { subject }: Pick<Outage, 'subject'>,
  { services }: Pick<Watch, 'services'>,
  { spans }: History,
): readonly Stretch[] => {
  const written = spans.get(subject.id) ?? [];
  const last = services.get(subject.id)?.timeline;
  return last === undefined ? written : [...written.filter(({ since }) => since < last.since), last];
};

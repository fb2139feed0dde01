// The state in the shape that Atlassian Statuspage gives it at `/api/v2/`, which many programs can read. It says less than
// ours: where it has no word for what we know, what it says instead is the nearest that is not better than the truth.
import { createHash } from 'node:crypto';
import type { Language } from '../../../config/config.ts';
import { incidentWords } from '../../../config/locales/incidents.ts';
import { locales } from '../../../config/locales/index.ts';
import { sentences } from '../../../dashboard/status/headline.ts';
import { incidentPath, maintenancePath } from '../../../dashboard/stories/paths.ts';
import { troubleOf } from '../../../dashboard/status/trouble.ts';
import type { PublishedIncident, PublishedUpdate } from '../../app/published-incidents.ts';
import type { PublishedWindow } from '../../app/published-maintenance.ts';
import type { PublishedService, PublishedStatus } from '../../app/publish.ts';
import type { Instant } from '../../core/time.ts';

type ComponentStatus =
  | 'operational'
  | 'degraded_performance'
  | 'partial_outage'
  | 'major_outage'
  | 'under_maintenance';
type Indicator = 'none' | 'minor' | 'major' | 'critical' | 'maintenance';

/** By path below `/api/v2/`. In one language, as that API is: the first of the organisation. */
export const statusApi = (status: PublishedStatus): Readonly<Record<string, object>> => {
  const language = status.organisation.languages[0] ?? 'fr';
  const page = pageOf(status);
  const overall = {
    indicator: indicatorOf(status.services),
    description: sentences(status, { language, messages: locales[language] })[0],
  };
  const components = componentsOf(status, language);
  const incidents = status.incidents.map((incident) => incidentOf(incident, status, language));
  const unresolved = incidents.filter(({ resolved_at }) => resolved_at === null);
  const windows = status.calendar
    .filter(({ cancelled }) => cancelled === undefined)
    .map((window) => maintenanceOf(window, status, language));
  const [upcoming, active] = (['scheduled', 'in_progress'] as const).map((phase) =>
    windows.filter((window) => window.status === phase),
  ) as [typeof windows, typeof windows];
  return {
    'summary.json': {
      page,
      components,
      incidents: unresolved,
      scheduled_maintenances: [...active, ...upcoming],
      status: overall,
    },
    'status.json': { page, status: overall },
    'components.json': { page, components },
    'incidents.json': { page, incidents },
    'incidents/unresolved.json': { page, incidents: unresolved },
    'scheduled-maintenances.json': { page, scheduled_maintenances: windows.toReversed() },
    'scheduled-maintenances/upcoming.json': { page, scheduled_maintenances: upcoming },
    'scheduled-maintenances/active.json': { page, scheduled_maintenances: active },
    ...Object.fromEntries(incidents.map((incident) => [`incidents/${incident.id}.json`, { page, incident }])),
  };
};

const iso = (at: Instant): string => new Date(at).toISOString();

/** There is one page; whoever keeps several apart does it by this. */
const pageIdOf = ({ organisation }: PublishedStatus): string =>
  idOf('page', organisation.page ?? organisation.name);

const idOf = (kind: string, name: string): string =>
  createHash('sha256').update(`${kind}\n${name}`).digest('hex').slice(0, 12);

const addressOf = ({ organisation: { page, url } }: PublishedStatus): string => page ?? url ?? '';

/** Of one of our pages, where it is known; or of the organisation's. */
const pageAt = (status: PublishedStatus, path: string): string =>
  status.organisation.page === undefined ? addressOf(status) : new URL(path, status.organisation.page).href;

const pageOf = (status: PublishedStatus) => ({
  id: pageIdOf(status),
  name: status.organisation.name,
  url: addressOf(status),
  time_zone: status.organisation.timezone,
  updated_at: iso(status.generatedAt),
});

/**
 * A certificate that expires soon harms nobody yet. What is unknown is neither well nor out of order, and the API has no
 * third word: “operational” would be a green light that nobody has seen, an outage one that nobody has measured.
 */
const componentStatusOf = (service: PublishedService): ComponentStatus => {
  switch (troubleOf(service)) {
    case undefined:
    case 'expiring':
      return 'operational';
    case 'slow':
    case 'degraded':
    case 'unknown':
      return 'degraded_performance';
    case 'partial':
      return 'partial_outage';
    case 'down':
      return 'major_outage';
    case 'maintenance':
      return 'under_maintenance';
  }
};

const indicatorOf = (services: readonly PublishedService[]): Indicator => {
  const all = services.map(componentStatusOf);
  if (all.includes('major_outage')) return all.every((one) => one === 'major_outage') ? 'critical' : 'major';
  if (all.includes('partial_outage') || all.includes('degraded_performance')) return 'minor';
  return all.includes('under_maintenance') ? 'maintenance' : 'none';
};

/** When it was added is not kept; the beginning of its state stands for it. */
const componentOf = (service: PublishedService, status: PublishedStatus, language: Language) => ({
  id: service.id,
  name: service.name[language],
  status: componentStatusOf(service),
  created_at: iso(service.since),
  updated_at: iso(service.since),
  position: status.services.indexOf(service) + 1,
  description: service.description?.[language] ?? null,
  showcase: true,
  start_date: null,
  group_id: service.group === undefined ? null : idOf('group', service.group.fr),
  page_id: pageIdOf(status),
  group: false,
  only_show_if_degraded: false,
});

type Component = ReturnType<typeof componentOf>;

/** Services, then the groups that they are in, which are components to this API. */
const componentsOf = (status: PublishedStatus, language: Language) => {
  const services = status.services.map((service) => componentOf(service, status, language));
  const grouped = Map.groupBy(status.services, ({ group }) => group?.fr);
  grouped.delete(undefined);
  const groups = [...grouped.values()].flatMap((members) => {
    const group = members[0]?.group;
    const inside = services.filter(({ id }) => members.some((member) => member.id === id));
    return group === undefined ? [] : [groupOf(group[language], inside)];
  });
  return [...services, ...groups];
};

const worstFirst = [
  'major_outage',
  'partial_outage',
  'degraded_performance',
  'under_maintenance',
  'operational',
] as const satisfies readonly ComponentStatus[];

const groupOf = (name: string, inside: readonly Component[]) => {
  const [first] = inside;
  const updatedAt =
    inside
      .map(({ updated_at }) => updated_at)
      .toSorted()
      .at(-1) ?? '';
  return {
    id: first?.group_id ?? '',
    name,
    status: worstFirst.find((status) => inside.some((one) => one.status === status)) ?? 'operational',
    created_at: updatedAt,
    updated_at: updatedAt,
    position: first?.position ?? 1,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: first?.page_id ?? '',
    group: true,
    only_show_if_degraded: false,
    components: inside.map(({ id }) => id),
  };
};

const touched = (ids: readonly string[], status: PublishedStatus, language: Language): readonly Component[] =>
  status.services
    .filter(({ id }) => ids.includes(id))
    .map((service) => componentOf(service, status, language));

const inLanguage = (text: { readonly fr?: string; readonly en?: string } | undefined, language: Language) =>
  text?.[language] ?? text?.fr ?? text?.en;

const incidentOf = (incident: PublishedIncident, status: PublishedStatus, language: Language) => {
  const { id, title, services, phase, startedAt, resolvedAt, updates, postMortem } = incident;
  const components = touched(services, status, language);
  const told = updates.map((update) => updateOf(update, id, language));
  const watchedSince = updates.findLast((update) => update.phase === 'monitoring')?.at;
  return {
    id: String(id),
    name: inLanguage(title, language) ?? incidentWords[language].names(components.map(({ name }) => name)),
    status: postMortem === undefined ? phase : ('postmortem' as const),
    created_at: iso(startedAt),
    updated_at:
      told
        .map(({ updated_at }) => updated_at)
        .toSorted()
        .at(-1) ?? iso(startedAt),
    monitoring_at: watchedSince === undefined ? null : iso(watchedSince),
    resolved_at: resolvedAt === undefined ? null : iso(resolvedAt),
    impact: impactOf(incident, status),
    shortlink: pageAt(status, `/${language}${incidentPath(id)}`),
    started_at: iso(startedAt),
    page_id: pageIdOf(status),
    incident_updates: told,
    components,
  };
};

/** Nobody says how bad an incident is: it is as bad as what was measured of its services meanwhile. */
const impactOf = (
  { services, startedAt, resolvedAt }: PublishedIncident,
  status: PublishedStatus,
): Indicator => {
  const outages = status.outages.filter(
    (outage) =>
      services.includes(outage.service) &&
      outage.startedAt < (resolvedAt ?? Infinity) &&
      (outage.endedAt ?? Infinity) >= startedAt,
  );
  if (outages.some(({ state, extent }) => state === 'down' && extent !== 'partial')) return 'critical';
  if (outages.some(({ state }) => state === 'down')) return 'major';
  return outages.length > 0 ? 'minor' : 'none';
};

const updateOf = (
  { at, phase, text, neutral, editedAt }: PublishedUpdate,
  incident: number,
  language: Language,
) => ({
  ...updateAt(at, String(incident)),
  status: phase,
  body: neutral === undefined ? (inLanguage(text, language) ?? '') : incidentWords[language].neutral[neutral],
  updated_at: iso(editedAt ?? at),
});

/** What became of a component with it is not told: the API allows to say so. */
const updateAt = (at: Instant, incident: string) => ({
  id: `${incident}-${at}`,
  incident_id: incident,
  created_at: iso(at),
  updated_at: iso(at),
  display_at: iso(at),
  affected_components: null,
  deliver_notifications: false,
  custom_tweet: null,
  tweet_id: null,
});

const maintenanceOf = (window: PublishedWindow, status: PublishedStatus, language: Language) => {
  const { id, title, text, services, from, until, changedAt } = window;
  const { generatedAt: now } = status;
  const phase =
    until <= now ? ('completed' as const) : from <= now ? ('in_progress' as const) : ('scheduled' as const);
  const body = text?.[language] ?? title[language];
  return {
    id,
    name: title[language],
    status: phase,
    created_at: iso(changedAt),
    updated_at: iso(changedAt),
    monitoring_at: null,
    resolved_at: phase === 'completed' ? iso(until) : null,
    impact: 'maintenance' as const,
    shortlink: pageAt(status, `/${language}${maintenancePath}`),
    started_at: iso(from),
    page_id: pageIdOf(status),
    incident_updates: [{ ...updateAt(changedAt, id), status: phase, body }],
    components: touched(services, status, language),
    scheduled_for: iso(from),
    scheduled_until: iso(until),
  };
};

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { PublishedService, PublishedStatus } from '../../../../server/app/publish.ts';
import { statusApi } from '../../../../server/http/feeds/status-api.ts';
import { badDay, hostileTexts, incident, named, resolved, windowAt } from '../../../support/published.ts';
import { hours } from '../../../support/watch.ts';
import { serve } from '../serve.ts';

// As Atlassian documents it for the pages that it hosts (https://metastatuspage.com/api).
const instant = z.iso.datetime({ precision: 3 });
const component = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.enum([
    'operational',
    'degraded_performance',
    'partial_outage',
    'major_outage',
    'under_maintenance',
  ]),
  created_at: instant,
  updated_at: instant,
  position: z.int().min(1),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.null(),
  group_id: z.string().nullable(),
  page_id: z.string().min(1),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
  components: z.array(z.string()).optional(),
});
const told = <Phase extends string>(phases: readonly [Phase, ...Phase[]]) => ({
  id: z.string().min(1),
  name: z.string(),
  status: z.enum(phases),
  created_at: instant,
  updated_at: instant,
  monitoring_at: instant.nullable(),
  resolved_at: instant.nullable(),
  impact: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  shortlink: z.string(),
  started_at: instant,
  page_id: z.string(),
  incident_updates: z.array(
    z.strictObject({
      id: z.string(),
      incident_id: z.string(),
      status: z.enum(phases),
      body: z.string(),
      created_at: instant,
      updated_at: instant,
      display_at: instant,
      affected_components: z.null(),
      deliver_notifications: z.boolean(),
      custom_tweet: z.null(),
      tweet_id: z.null(),
    }),
  ),
  components: z.array(component),
});
const page = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  url: z.string(),
  time_zone: z.string(),
  updated_at: instant,
});
const status = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  description: z.string(),
});
const toldIncident = z.strictObject(
  told(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']),
);
const incidents = z.array(toldIncident);
const scheduled_maintenances = z.array(
  z.strictObject({
    ...told(['scheduled', 'in_progress', 'verifying', 'completed']),
    scheduled_for: instant,
    scheduled_until: instant,
  }),
);
const components = z.array(component);
const documented = {
  'summary.json': z.strictObject({ page, status, components, incidents, scheduled_maintenances }),
  'status.json': z.strictObject({ page, status }),
  'components.json': z.strictObject({ page, components }),
  'incidents.json': z.strictObject({ page, incidents }),
  'incidents/unresolved.json': z.strictObject({ page, incidents }),
  'scheduled-maintenances.json': z.strictObject({ page, scheduled_maintenances }),
  'scheduled-maintenances/upcoming.json': z.strictObject({ page, scheduled_maintenances }),
  'scheduled-maintenances/active.json': z.strictObject({ page, scheduled_maintenances }),
} as const;
const paths = Object.keys(documented) as readonly (keyof typeof documented)[];

const day: PublishedStatus = {
  ...badDay,
  incidents: [incident, resolved],
  calendar: [windowAt(-5), windowAt(-1), windowAt(3), windowAt(5, { cancelled: true })],
};
const ask = <Path extends keyof typeof documented>(path: Path, of: PublishedStatus) =>
  documented[path].parse(statusApi(of)[path]) as z.output<(typeof documented)[Path]>;

test.for([day, { ...badDay, services: [] }, ...hostileTexts.map(named)].map((of) => [of] as const))(
  'every answer has the documented shape, whatever is told (%#)',
  ([of]) => {
    const { incidents } = ask('incidents.json', of);
    const each = incidents.map((incident) => [`incidents/${incident.id}.json`, incident] as const);
    expect(Object.keys(statusApi(of))).toEqual([...paths, ...each.map(([path]) => path)]);
    for (const path of paths) expect(documented[path].parse(statusApi(of)[path])).toBeTruthy();
    for (const [path, incident] of each)
      expect(z.strictObject({ page, incident: toldIncident }).parse(statusApi(of)[path]).incident).toEqual(
        incident,
      );
  },
);

const [first, second] = badDay.services as [PublishedService, PublishedService];
const having = (...states: readonly Partial<PublishedService>[]): PublishedStatus => ({
  ...badDay,
  services: states.map((state, at) => {
    const { cause: _, ...service } = [first, second][at % 2] ?? first;
    return { ...service, id: `s${at}`, ...state };
  }),
});

describe('what we know, in its words', () => {
  test.for([
    [{ state: 'up' }, 'operational', 'none'],
    [{ state: 'degraded', cause: 'tls_expiring' }, 'operational', 'none'],
    [{ state: 'degraded', cause: 'slow' }, 'degraded_performance', 'minor'],
    [{ state: 'unknown' }, 'degraded_performance', 'minor'],
    [{ state: 'down', extent: 'partial', cause: 'refused' }, 'partial_outage', 'minor'],
    [{ state: 'down', extent: 'major', cause: 'refused' }, 'major_outage', 'critical'],
    [{ state: 'maintenance' }, 'under_maintenance', 'maintenance'],
  ] as const)('%o is %s, and %s when there is nothing else', ([service, status, indicator]) => {
    const summary = ask('summary.json', having(service));
    expect(summary.components[0]?.status).toBe(status);
    expect(summary.status.indicator).toBe(indicator);
  });

  test('one of two that is down is major, and what is unknown is never green', () => {
    expect(
      ask('status.json', having({ state: 'down', extent: 'major' }, { state: 'up' })).status.indicator,
    ).toBe('major');
    const blind = { ...having({ state: 'unknown' }, { state: 'unknown' }), blindSince: badDay.generatedAt };
    const { status } = ask('status.json', blind);
    expect(status.indicator).toBe('minor');
    expect(status.description).toContain('Nous ne voyons plus les services');
  });

  test('the description is the sentence of the page, in its first language', () => {
    expect(ask('status.json', day).status.description).toMatch(/^Bases de données\s:/);
    const organisation = { ...day.organisation, languages: ['en'] as const };
    expect(ask('status.json', { ...day, organisation }).status.description).toMatch(/^Databases:/);
  });

  test('groups are components that name their members', () => {
    const { components } = ask('components.json', day);
    expect(components.map(({ name, group }) => [name, group])).toEqual([
      ['Bases de données', false],
      ['Courriel', false],
      ['Hébergement', true],
    ]);
    expect(components[2]?.components).toEqual(['databases']);
    expect(components[0]?.group_id).toBe(components[2]?.id);
    expect(components[2]?.status).toBe('degraded_performance');
  });
});

describe('incidents', () => {
  test('are told with their updates, newest first', () => {
    const [open, over] = ask('incidents.json', day).incidents;
    expect([open?.name, open?.status, open?.resolved_at]).toEqual(['Disque lent', 'monitoring', null]);
    expect(open?.incident_updates.map(({ body }) => body)).toEqual([
      'Changé.',
      'C’est le *disque*.',
      'Nos mesures montrent un problème. Personne n’a encore pu en dire plus ici.',
    ]);
    expect(open?.monitoring_at).toBe(open?.incident_updates[1]?.created_at);
    expect(open?.updated_at).toBe(new Date(badDay.generatedAt - 60_000).toISOString());
    expect([over?.name, over?.status]).toEqual(['Courriel', 'postmortem']);
    expect(over?.resolved_at).not.toBeNull();
  });

  test('are as bad as what was measured of their services', () => {
    const impacts = (of: PublishedStatus) => ask('incidents.json', of).incidents.map(({ impact }) => impact);
    expect(impacts(day)).toEqual(['minor', 'critical']);
    expect(impacts({ ...day, outages: [] })).toEqual(['none', 'none']);
  });

  test('are unresolved until they are resolved', () => {
    expect(ask('incidents/unresolved.json', day).incidents.map(({ id }) => id)).toEqual(['3']);
    expect(ask('summary.json', day).incidents.map(({ id }) => id)).toEqual(['3']);
  });
});

test('maintenance is scheduled, in progress or completed, and no more there when it was taken back', () => {
  const names = (path: keyof typeof documented) =>
    (
      statusApi(day)[path] as { scheduled_maintenances: { id: string; status: string }[] }
    ).scheduled_maintenances.map(({ id, status }) => `${id} ${status}`);
  const active = 'window--1 in_progress';
  const upcoming = 'window-3 scheduled';
  expect(names('scheduled-maintenances.json')).toEqual([upcoming, active, 'window--5 completed']);
  expect(names('scheduled-maintenances/upcoming.json')).toEqual([upcoming]);
  expect(names('scheduled-maintenances/active.json')).toEqual([active]);
  expect(names('summary.json')).toEqual([active, upcoming]);
  const [next] = ask('scheduled-maintenances/upcoming.json', day).scheduled_maintenances;
  expect(next?.scheduled_for).toBe(new Date(badDay.generatedAt + 3 * hours).toISOString());
});

describe('over HTTP', () => {
  const app = serve(() => day);

  test.for(paths.map((path) => [path] as const))(
    '%s may be read from any site, and is not sent twice',
    async ([path]) => {
      const response = await app.request(`/api/v2/${path}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(statusApi(day)[path]);
      const { headers } = response;
      expect(headers.get('Content-Type')).toBe('application/json');
      expect(headers.get('Cache-Control')).toBe('public, max-age=1, stale-while-revalidate=15');
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
      expect(headers.get('Set-Cookie')).toBeNull();
      const again = await app.request(`/api/v2/${path}`, {
        headers: { 'If-None-Match': headers.get('ETag') ?? '' },
      });
      expect([again.status, await again.text()]).toEqual([304, '']);
    },
  );

  test('what is not for others stays so', async () => {
    const { headers } = await app.request('/fr');
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
    expect((await app.request('/api/v2/canary.json')).status).toBe(404);
  });
});

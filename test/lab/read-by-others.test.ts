// What programs of others make of what we write for programs: a strict parser, a forgiving feed reader, a calendar, and a client
// of the status API. On a bad day, on an empty one, and on days on which everything has a name that does harm.
import { parseXml } from '@rgrove/parse-xml';
import { parseAtomFeed } from 'feedsmith';
import ICAL from 'ical.js';
import { Statuspage } from 'statuspage.io';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { feedWords } from '../../config/locales/feeds.ts';
import { incidentWords } from '../../config/locales/incidents.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { atomOf } from '../../server/http/feeds/atom.ts';
import { calendarOf } from '../../server/http/feeds/calendar.ts';
import { feeds } from '../../server/http/feeds/feeds.ts';
import { inert } from '../../server/http/feeds/inert.ts';
import { statusApi } from '../../server/http/feeds/status-api.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { badDay, hostileTexts, incident, named, resolved, windowAt } from '../support/published.ts';
import { hours } from '../support/watch.ts';
import { serve } from '../unit/http/serve.ts';

const day: PublishedStatus = {
  ...badDay,
  incidents: [incident, resolved],
  calendar: [windowAt(-5), windowAt(-1), windowAt(3), windowAt(5, { cancelled: true })],
};
const empty: PublishedStatus = { ...badDay, services: [], outages: [], incidents: [], calendar: [] };
const languages = ['fr', 'en'] as const;
const days = [day, empty, ...hostileTexts.map(named)].map((of) => [of] as const);

test.for(days)('whatever claims to be XML is well-formed (%#)', ([of]) => {
  const documents = feeds(of).filter(({ type }) => type.includes('xml'));
  expect(documents.length).toBeGreaterThan(5);
  for (const { type, content } of documents) {
    const { root } = parseXml(content);
    expect([type, root?.name, root?.attributes['xmlns']]).toEqual(
      type === 'image/svg+xml'
        ? [type, 'svg', 'http://www.w3.org/2000/svg']
        : [type, 'feed', 'http://www.w3.org/2005/Atom'],
    );
  }
});

describe.for(languages)('in a feed reader (%s)', (language) => {
  test('the news is there, with its dates and links', () => {
    const { id, updated, authors, links, entries = [] } = parseAtomFeed(atomOf(day, language));
    expect([id, authors]).toEqual([`tag:status.example.org,2026:${language}/feed`, [{ name: 'Globenet' }]]);
    expect(links?.map(({ rel, href }) => [rel, href])).toEqual([
      ['self', `https://status.example.org/${language}/feed.atom`],
      ['alternate', `https://status.example.org/${language}`],
    ]);
    expect(entries).toHaveLength(day.incidents.length + day.outages.length);
    expect(updated).toBe(entries[0]?.updated);
    for (const entry of entries) {
      expect(Date.parse(entry.published ?? '')).toBeLessThanOrEqual(Date.parse(entry.updated ?? ''));
      expect(URL.parse(entry.links?.[0]?.href ?? '')?.origin).toBe('https://status.example.org');
      expect(entry.content?.type).toBe('html');
      expect(entry.content?.value).toMatch(/^<p>/);
    }
  });

  test.for(hostileTexts.map((text) => [text] as const))('a name reads as it was written (%#)', ([text]) => {
    const of = named(text);
    const { title, entries = [] } = parseAtomFeed(atomOf(of, language));
    // A reader may take the spaces around a text for ours.
    expect(title?.value).toBe(feedWords[language].title(inert(text)).trim());
    const { news, phase } = incidentWords[language];
    expect(entries.map((entry) => entry.title?.value)).toContain(
      news(inert(text), phase[incident.phase]).trim(),
    );
  });
});

describe.for(languages)('in a calendar (%s)', (language) => {
  const eventsOf = (of: PublishedStatus): readonly ICAL.Event[] =>
    ICAL.Component.fromString(calendarOf(of, language))
      .getAllSubcomponents('vevent')
      .map((component) => new ICAL.Event(component, { strictExceptions: true }));

  test('works are there, when they are, and as what has become of them', () => {
    const events = eventsOf(day);
    expect(
      events.map(({ uid, startDate, endDate, component }) => [
        uid,
        startDate.toJSDate().getTime(),
        endDate.toJSDate().getTime(),
        component.getFirstPropertyValue('status'),
      ]),
    ).toEqual(
      ([-5, -1, 3, 5] as const).map((from) => [
        `window-${from}@status.example.org`,
        badDay.generatedAt + from * hours,
        badDay.generatedAt + (from + 2) * hours,
        from === 5 ? 'CANCELLED' : 'CONFIRMED',
      ]),
    );
    expect(events.every(({ startDate }) => startDate.zone === ICAL.Timezone.utcTimezone)).toBe(true);
    expect(eventsOf(empty)).toEqual([]);
  });

  test('a change of what was announced is a later version of the same event', () => {
    const [before] = eventsOf({ ...day, calendar: [windowAt(3)] });
    const changedAt = badDay.generatedAt;
    const [after] = eventsOf({ ...day, calendar: [windowAt(3, { changedAt, cancelled: true })] });
    expect(after?.uid).toBe(before?.uid);
    expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 0);
  });

  test.for(hostileTexts.map((text) => [text] as const))('a name reads as it was written (%#)', ([text]) => {
    const [before, taken] = eventsOf(named(text));
    expect(before?.summary).toBe(inert(text));
    expect(before?.description).toContain(inert(text));
    expect(taken?.summary).toBe(feedWords[language].cancelled(inert(text)));
  });
});

describe('in a client of the status API', () => {
  let listener: Listener;
  let today: PublishedStatus = day;
  let client: Statuspage['api'];
  beforeAll(async () => {
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    listener = await listen(
      serve(() => today),
      { address: '127.0.0.1', port: 0 },
    );
    const statuspage = new Statuspage('globenet');
    statuspage.setApiUrl(listener.url);
    client = statuspage.api;
  });
  afterAll(async () => {
    await listener.close();
    vi.unstubAllEnvs();
  });

  test.for(days)('everything that it can ask for is there (%#)', async ([of]) => {
    today = of;
    const { incidents, scheduledMaintenances: works } = client;
    const documented = statusApi(of);
    for (const [path, read] of [
      ['summary.json', client.getSummary()],
      ['status.json', client.getStatus()],
      ['components.json', client.getComponents()],
      ['incidents.json', incidents.getAll()],
      ['incidents/unresolved.json', incidents.getUnresolved()],
      // Whatever is asked of them, this client asks for those to come.
      ['scheduled-maintenances/upcoming.json', works.getUpcoming()],
      ['scheduled-maintenances/upcoming.json', works.getActive()],
      ['scheduled-maintenances/upcoming.json', works.getAll()],
    ] as const)
      expect([path, await read]).toEqual([path, documented[path]]);
  });

  test('says what is wrong, what is being done, and what is planned', async () => {
    today = day;
    const { status, components, incidents, scheduled_maintenances } = await client.getSummary();
    expect(status).toEqual({ indicator: 'minor', description: expect.stringMatching(/^Bases de données/) });
    expect(components.map(({ status }) => status)).toContain('degraded_performance');
    expect(incidents.map(({ name, status }) => [name, status])).toEqual([['Disque lent', 'monitoring']]);
    expect(scheduled_maintenances.map(({ status }) => status)).toEqual(['in_progress', 'scheduled']);
  });
});

import { describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../../../server/app/publish.ts';
import { atomOf } from '../../../../server/http/feeds/atom.ts';
import { badDay, hostileTexts, incident, named, resolved } from '../../../support/published.ts';
import { minutes } from '../../../support/watch.ts';
import { serve } from '../serve.ts';

const day: PublishedStatus = { ...badDay, incidents: [incident, resolved] };
const { generatedAt: now } = day;
const [databases, mail] = day.services;
const all = (feed: string, tag: string): readonly string[] =>
  [...feed.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) =>
    text.replaceAll('\u00a0', ' '),
  );
const contents = (feed: string) =>
  all(feed, 'content').map((text) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"'),
  );

describe('the feed of all services', () => {
  const feed = atomOf(day, 'fr');

  test('has what RFC 4287 asks for, once', () => {
    const [head = ''] = feed.split('<entry>');
    for (const tag of ['id', 'title', 'updated', 'name', 'generator']) expect(all(head, tag)).toHaveLength(1);
    expect(head).toContain('<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">');
    expect(head).toContain(
      '<link rel="self" type="application/atom+xml" href="https://status.example.org/fr/feed.atom"/>',
    );
    expect(feed.match(/<entry>/g)).toHaveLength(4);
    for (const tag of ['published', 'content']) expect(all(feed, tag)).toHaveLength(4);
    for (const at of [...all(feed, 'updated'), ...all(feed, 'published')])
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('tells of incidents and outages, what changed last first', () => {
    expect(all(feed, 'title').slice(1)).toEqual([
      'Disque lent : sous surveillance',
      'Bases de données : réponses lentes',
      'Courriel : résolu',
      'Courriel : en panne',
    ]);
    const updated = all(feed, 'updated');
    expect(updated.slice(1)).toEqual(updated.slice(1).toSorted().toReversed());
    expect(updated[0]).toBe(updated[1]);
    expect(updated[0]).toBe(new Date(now - minutes).toISOString());
  });

  test('tells an incident with its updates, newest first, and what happened', () => {
    const [open = '', , over = ''] = contents(feed);
    expect(open).toMatch(/Changé\..*C’est le <em>disque<\/em>\..*Nos mesures montrent un problème/s);
    expect(open).toContain('<strong>Sous surveillance</strong> · 1er mars 2026 à 1 h 23');
    expect(open).not.toMatch(/<\?|<!--|\n/);
    expect(over).toContain('<h4>Ce qui s’est passé</h4><div class="said"><p>Une mise à jour.</p></div>');
  });

  test('tells an outage with its cause, and when it was', () => {
    const [, open, , over] = contents(feed);
    expect(open).toBe('<p>Les réponses arrivent trop lentement.</p><p>Depuis le 1er mars 2026 à 1 h 15.</p>');
    expect(over).toContain('Du 1er mars 2026 à 1 h 05 au 1er mars 2026 à 1 h 10 (5 min).');
  });

  test('calls the same things by the same names, whatever has become of them', () => {
    const later = atomOf(
      {
        ...day,
        generatedAt: now + 60 * minutes,
        incidents: [{ ...incident, phase: 'resolved', title: { fr: 'Autre' } }, resolved],
        outages: day.outages.map((outage) => ({ ...outage, endedAt: now })),
      },
      'fr',
    );
    expect(all(later, 'id').toSorted()).toEqual(all(feed, 'id').toSorted());
    expect(new Set(all(feed, 'id')).size).toBe(5);
    for (const id of all(feed, 'id')) expect(id).toMatch(/^tag:status\.example\.org,2026:fr\//);
    expect(all(atomOf(day, 'en'), 'id')).not.toContain(all(feed, 'id')[1]);
  });

  test('is the same while nothing new is to be told', () => {
    expect(atomOf({ ...day, generatedAt: now + minutes }, 'fr')).toBe(feed);
  });

  test('speaks English, and says which words do not', () => {
    const english = atomOf(day, 'en');
    expect(all(english, 'title').slice(0, 2)).toEqual([
      'Globenet: outages and incidents',
      'Slow disk: watching the repair',
    ]);
    expect(contents(english)[0]).toContain(
      '<div class="said" lang="fr"><p>C’est le <em>disque</em>.</p></div>',
    );
  });

  test('without anything to tell is still a feed', () => {
    const quiet = atomOf({ ...day, incidents: [], outages: [] }, 'fr');
    expect(quiet).not.toContain('<entry>');
    expect(all(quiet, 'updated')).toEqual([new Date(databases?.since ?? 0).toISOString()]);
    expect(all(atomOf({ ...day, services: [], incidents: [], outages: [] }, 'fr'), 'updated')).toHaveLength(
      1,
    );
  });

  test('leads to wherever it was asked when nobody has said where the page is', () => {
    const { page: _, ...organisation } = day.organisation;
    const feed = atomOf({ ...day, organisation: { ...organisation, url: 'https://www.example.org' } }, 'fr');
    expect(feed).toContain('href="/fr/feed.atom"');
    expect(all(feed, 'id')[0]).toBe('tag:www.example.org,2026:fr/feed');
    expect(all(atomOf({ ...day, organisation }, 'fr'), 'id')[0]).toBe('tag:vigie.invalid,2026:fr/feed');
  });
});

test('the feed of a service tells of that one, and of what concerns all', () => {
  const general = { ...resolved, id: 9, services: [], title: { fr: 'Grève' } };
  const feed = atomOf({ ...day, incidents: [incident, resolved, general] }, 'fr', mail);
  expect(all(feed, 'title')).toEqual([
    'Courriel – Globenet : pannes et incidents',
    'Courriel : résolu',
    'Grève : résolu',
    'Courriel : en panne',
  ]);
  expect(all(feed, 'id')[0]).toBe('tag:status.example.org,2026:fr/feed/mail');
});

test.for(hostileTexts.map((text) => [text] as const))('whatever people write is text (%#)', ([text]) => {
  const feed = atomOf(named(text), 'en', named(text).services[0]);
  const tags = new Set([...feed.matchAll(/<\/?([^\s>/]+)/g)].map(([, tag]) => tag));
  expect(tags).toEqual(
    new Set('?xml feed id title updated author name generator link entry published content'.split(' ')),
  );
  expect(feed).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)|\]\]>/);
  expect(feed).not.toMatch(/(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069\uFFFE]/u);
  expect(feed.isWellFormed()).toBe(true);
  for (const content of contents(feed))
    for (const [, tag] of content.matchAll(/<\/?([a-z0-9]+)/g))
      expect(['p', 'strong', 'em', 'div', 'h4']).toContain(tag);
});

describe('over HTTP', () => {
  const app = serve(() => day);

  test.for([
    ['/feed.atom', 'fr'],
    ['/fr/feed.atom', 'fr'],
    ['/en/feed.atom', 'en'],
    ['/services/mail/feed.atom', 'fr'],
    ['/en/services/mail/feed.atom', 'en'],
  ] as const)('%s is a feed, and is not sent twice', async ([path, language]) => {
    const { headers } = await app.request(path);
    expect(headers.get('Content-Type')).toBe('application/atom+xml; charset=utf-8');
    expect([headers.get('Content-Language'), headers.get('Cache-Control')]).toEqual([
      language,
      'public, max-age=1, stale-while-revalidate=15',
    ]);
    const again = await app.request(path, { headers: { 'If-None-Match': headers.get('ETag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('there is none of what is not public', async () => {
    expect((await app.request('/services/canary-id/feed.atom')).status).toBe(404);
  });
});

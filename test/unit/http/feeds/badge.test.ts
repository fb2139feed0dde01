import { describe, expect, test } from 'vitest';
import { badgeOf, shieldOf } from '../../../../server/http/feeds/badge.ts';
import { badDay, hostileTexts, named } from '../../../support/published.ts';
import { serve } from '../serve.ts';

const [databases] = badDay.services;
if (databases === undefined) throw new Error('a bad day has services');

describe('a badge', () => {
  test('says the state in words, to whoever sees it and to whoever hears it', () => {
    const svg = badgeOf(databases, 'fr');
    expect(svg).toContain('<title>Bases de données\u00a0: réponses lentes</title>');
    expect(svg).toContain('role="img" aria-label="Bases de données\u00a0: réponses lentes" xml:lang="fr"');
    expect(svg).toContain('>Bases de données</text>');
    expect(svg).toContain('>réponses lentes</text>');
    expect(badgeOf(databases, 'en')).toContain('<title>Databases: slow answers</title>');
  });

  test('has white letters that can be read on every colour', () => {
    for (const service of [
      { state: 'up' },
      { state: 'down' },
      { state: 'degraded' },
      { state: 'unknown' },
      { state: 'maintenance' },
    ] as const) {
      const { color } = shieldOf({ ...databases, ...service }, 'fr') as { color: string };
      expect(contrastWithWhite(color)).toBeGreaterThan(4.5);
    }
  });

  test.for(hostileTexts.map((text) => [text] as const))('is inert whatever the name (%#)', ([text]) => {
    const [service] = named(text).services;
    const svg = badgeOf(service ?? databases, 'en');
    const tags = [...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag);
    expect(new Set(tags)).toEqual(new Set(['svg', 'title', 'rect', 'path', 'g', 'text']));
    expect(svg.match(/<[^>]*>/g)).toHaveLength(tags.length);
    expect(svg).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
    expect(svg).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    expect(svg.length).toBeLessThan(3_000);
    expect(JSON.stringify(shieldOf(service ?? databases, 'en')).length).toBeLessThan(500);
  });

  test('is for shields.io what it asks for', () => {
    expect(shieldOf({ ...databases, state: 'up' }, 'fr')).toEqual({
      schemaVersion: 1,
      label: 'Bases de données',
      message: 'fonctionne',
      color: '1f7a55',
    });
  });
});

/** WCAG 2.2, “contrast ratio”. */
const contrastWithWhite = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
};

describe('over HTTP', () => {
  const app = serve(() => badDay);

  test.for([
    ['/badge/databases.svg', 'image/svg+xml', 'réponses lentes', 'fr'],
    ['/fr/badge/databases.svg', 'image/svg+xml', 'réponses lentes', 'fr'],
    ['/en/badge/databases.svg', 'image/svg+xml', 'slow answers', 'en'],
    ['/badge/databases.json', 'application/json', 'réponses lentes', 'fr'],
    ['/en/badge/databases.json', 'application/json', 'slow answers', 'en'],
  ] as const)('%s may be shown on any site', async ([path, type, words, language]) => {
    const response = await app.request(path);
    const { headers } = response;
    expect(await response.text()).toContain(words);
    expect([headers.get('Content-Type'), headers.get('Content-Language')]).toEqual([type, language]);
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(headers.get('Cache-Control')).toBe('public, max-age=1, stale-while-revalidate=15');
    const again = await app.request(path, { headers: { 'If-None-Match': headers.get('ETag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('there is none of what is not public', async () => {
    for (const id of ['canary-id', 'nothing', '%22%3E%3Csvg'])
      expect((await app.request(`/badge/${id}.svg`)).status).toBe(404);
  });
});

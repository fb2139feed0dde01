// What leads from the page to elsewhere, and what elsewhere shows of the page.
import { describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import { badDay, hostileTexts, named } from '../../support/published.ts';
import { serve } from './serve.ts';

const get = async (path: string, status: PublishedStatus = badDay): Promise<string> =>
  (await serve(() => status).request(path)).text();
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ');
/** The state of the service of everybody's sites. */
const having = (service: Partial<PublishedStatus['services'][number]>): PublishedStatus => ({
  ...badDay,
  services: badDay.services.map((one) => ({ ...one, ...service })),
});

test('everything that the page leads to is there, in its language', async () => {
  for (const language of ['fr', 'en']) {
    const page = await get(`/${language}`);
    const links = [...page.matchAll(/(?:href|content)="(?:https:\/\/status\.example\.org)?(\/[^"#]*)"/g)]
      .map(([, path = '']) => path)
      .filter((path) => !path.startsWith('/assets/'));
    expect(links).toEqual(
      expect.arrayContaining(
        ['feed.atom', 'maintenance.ics', 'embed', 'services/mail/feed.atom', 'picture.svg'].map(
          (path) => `/${language}/${path}`,
        ),
      ),
    );
    for (const path of links)
      expect([path, (await serve(() => badDay).request(path)).status]).toEqual([path, 200]);
  }
});

test('a reader is told how to be told', async () => {
  const page = plain(await get('/fr'));
  expect(page).toContain('<h2>Être prévenu</h2> <p>Sans compte et sans donner d’adresse :</p>');
  expect(page).toContain(
    '<link rel="alternate" type="application/atom+xml" href="/fr/feed.atom" title="Globenet : pannes et incidents" />',
  );
});

describe('a preview of a link to the page', () => {
  test('says its first sentence', async () => {
    const page = plain(await get('/en'));
    expect(page).toContain(
      '<meta property="og:title" content="Databases: slow answers since 01:15. – Globenet" />',
    );
    expect(page).toContain('content="Databases: slow answers since 01:15. Everything else works."');
    expect(page).toContain(
      '<meta property="og:image" content="https://status.example.org/en/picture.svg" />',
    );
  });

  test('names the same page in the other language', async () => {
    const page = plain(await get('/en/maintenance'));
    for (const language of ['fr', 'en'])
      expect(page).toContain(
        `<link rel="alternate" hreflang="${language}" href="https://status.example.org/${language}/maintenance" />`,
      );
  });

  test('has no address that is not whole', async () => {
    const { page: _, ...organisation } = badDay.organisation;
    const page = await get('/fr', { ...badDay, organisation });
    expect(page).not.toMatch(/og:(?:url|image)|<link rel="alternate" hreflang/);
    expect(page).toContain('og:title');
  });

  test('is a picture of it, with the colour of the worst', async () => {
    const svg = plain(await get('/fr/picture.svg'));
    expect(svg).toContain('<title>Bases de données : réponses lentes depuis 1 h 15.</title>');
    expect(svg).toMatch(/>Bases de données : réponses<\/text> <text [^>]*>lentes depuis 1 h 15\.</);
    expect(svg).toContain('<rect width="40" height="630" fill="#8a5a00"/>');
    expect(await get('/fr/picture.svg', having({ state: 'down' }))).toContain('fill="#b3261e"');
    expect(await get('/fr/picture.svg', { ...badDay, blindSince: 0 })).toContain('fill="#5f6368"');
  });
});

describe('what another site shows in a frame', () => {
  test('may be shown there, runs nothing, and leads to the page', async () => {
    for (const [path, language] of [
      ['/embed', 'fr'],
      ['/fr/embed', 'fr'],
      ['/en/embed', 'en'],
    ] as const) {
      const response = await serve(() => badDay).request(path);
      const policy = response.headers.get('Content-Security-Policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors \*$/);
      expect(policy).not.toMatch(/unsafe|script-src|http/);
      expect(response.headers.get('Content-Language')).toBe(language);
      const page = await response.text();
      expect(page).not.toMatch(/<script|\son\w+=|\sstyle=|<!--|<\?>/i);
      expect(page).toContain(`<a href="/${language}" target="_top">`);
    }
    const { headers } = await serve(() => badDay).request('/fr');
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
  });

  test('says what is wrong, and with several things what each of them is', async () => {
    expect(plain(await get('/en/embed'))).toMatch(
      /<h1>.*<\/svg> Databases: slow answers since 01:15\.<\/h1> <p/,
    );
    const both = plain(await get('/en/embed', having({ state: 'down', extent: 'major' })));
    expect(both).toContain('</svg> Databases: down</li>');
    expect(both).toContain('</svg> Mail: down</li>');
  });

  test('is small', async () => {
    const response = await serve(() => badDay).request('/fr/embed', { headers: { 'Accept-Encoding': 'br' } });
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(1_500);
  });

  test('says that it is a demonstration', async () => {
    expect(await get('/fr/embed', { ...badDay, demonstration: true })).toContain(
      'Ceci est une démonstration.',
    );
  });
});

test.for(hostileTexts.map((text) => [text] as const))(
  'a hostile name is text wherever it is shown (%#)',
  async ([text]) => {
    const status = named(text);
    for (const path of ['/en', '/en/embed']) {
      const page = await get(path, status);
      expect(page).not.toMatch(/<svg onload|<script>/);
      expect(page.match(/<script/g)?.length ?? 0).toBe(path === '/en' ? 1 : 0);
    }
    const svg = await get('/en/picture.svg', status);
    const tags = [...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag);
    expect(new Set(tags)).toEqual(new Set(['svg', 'title', 'rect', 'g', 'text']));
    expect(svg).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    expect(svg.length).toBeLessThan(4_000);
  },
);

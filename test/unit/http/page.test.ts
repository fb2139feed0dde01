import { describe, expect, test } from 'vitest';
import type { PublishedService, PublishedStatus } from '../../../server/app/publish.ts';
import { minutes } from '../../support/watch.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const { generatedAt } = status;

const pageOf = async (part: Partial<PublishedStatus> = {}, language = 'fr'): Promise<string> =>
  (await serve(() => ({ ...status, ...part })).request(`/${language}`)).text();

/** What a reader without a browser would read. */
const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const headlineOf = (page: string): string => textOf(`<body>${/<h1>(.*?)<\/h1>/s.exec(page)?.[1]}`).trim();
const ledeOf = (page: string): string =>
  textOf(`<body>${/<p class="lede">(.*?)<\/p>/s.exec(page)?.[1]}`).trim();

const service = (id: string, part: Partial<PublishedService> = {}): PublishedService => ({
  id,
  name: { fr: id, en: id },
  state: 'up',
  since: generatedAt - 60 * minutes,
  ...part,
});
const since = generatedAt - 12 * minutes;
const down = { state: 'down', extent: 'major', since, cause: 'refused' } as const;
const slow = { state: 'degraded', since: since - minutes, cause: 'slow' } as const;
const unknown = { state: 'unknown', since } as const;

describe('the first sentence', () => {
  test.for<readonly [services: readonly PublishedService[], fr: string, en: string, lede: string]>([
    [[], 'Aucun service n’est publié ici.', 'No service is published here.', ''],
    [[service('A'), service('B')], 'Tout fonctionne.', 'Everything works.', ''],
    [
      [service('A', slow), service('B')],
      'Le service A répond lentement depuis 1 h 12.',
      'The A service has been slow since 01:12.',
      'Tout le reste fonctionne.',
    ],
    [
      [service('A', slow), service('B', down), service('C', { ...down, extent: 'partial' })],
      'Le service B est en panne depuis 1 h 13.',
      'The B service has been down since 01:13.',
      'Le service C est en partie en panne depuis 1 h 13. Le service A répond lentement depuis 1 h 12.',
    ],
    [
      [service('A', down), service('B', down), service('C')],
      'Les services A et B sont en panne depuis 1 h 13.',
      'The A and B services have been down since 01:13.',
      'Tout le reste fonctionne.',
    ],
    [
      [service('A', down), service('B', { ...down, since: since + minutes })],
      'Les services A et B sont en panne.',
      'The A and B services are down.',
      '',
    ],
    [
      ['A', 'B', 'C', 'D'].map((id) => service(id, down)),
      '4 services sur 4 sont en panne.',
      '4 of 4 services are down.',
      '',
    ],
    [
      [service('A', { ...slow, cause: 'tls_expiring' }), service('B', unknown)],
      'Le service A est dégradé depuis 1 h 12.',
      'The A service has been degraded since 01:12.',
      'L’état du service B est inconnu depuis 1 h 13.',
    ],
    [
      [service('A', unknown), service('B', unknown)],
      'L’état des services est inconnu.',
      'We do not know the state of any service.',
      '',
    ],
  ])('says what is so (%#)', async ([services, fr, en, lede]) => {
    const french = await pageOf({ services });
    expect(headlineOf(french)).toBe(fr);
    expect(headlineOf(await pageOf({ services }, 'en'))).toBe(en);
    expect(ledeOf(french)).toBe(lede === '' ? 'undefined' : lede);
    expect(french).toContain(`<title>${fr.replaceAll(/(?<=\d) h /g, '\u00a0h\u00a0')} – Globenet</title>`);
  });

  test('is that we cannot see, when we cannot', async () => {
    const page = await pageOf({ blindSince: since, services: [service('A', unknown)] });
    expect(headlineOf(page)).toBe('Nous ne voyons plus les services depuis 1 h 13.');
    expect(ledeOf(page)).toContain('les services fonctionnent peut-être');
  });
});

describe('the page', () => {
  test('says everything without a script', async () => {
    const text = textOf(await pageOf());
    for (const said of [
      'Bases de données',
      'MariaDB et PostgreSQL',
      'lent depuis 1 h 15',
      'Les réponses arrivent trop lentement.',
      'Courriel',
      'fonctionne',
      'En ce moment',
      'Depuis le dimanche 1 mars à 1 h 15, soit 9 min pour l’instant.',
      'Courriel : interruption',
      'Le serveur refuse les connexions.',
      '5 min',
      'Mesuré le dimanche 1 mars à 1 h 25.',
      'Comment nous mesurons',
      'Aucun cookie',
    ])
      expect(text).toContain(said);
  });

  test('groups services as they are configured, and those without a group last', async () => {
    const services = [service('A'), service('B', { group: { fr: 'Réseau', en: 'Network' } }), service('C')];
    const page = await pageOf({ services, outages: [] });
    const headings = [...page.matchAll(/<h[23]>(.*?)<\/h/g)].map(([, text]) => text);
    expect(headings.slice(0, 5)).toEqual(['Réseau', 'B', 'Autres services', 'A', 'C']);
  });

  test('says which part is slow, where that is known', async () => {
    const services = [service('A', { ...slow, slowPart: 'writing' })];
    const outage = { service: 'A', startedAt: since, seenMs: 0, ...slow, slowPart: 'writing' } as const;
    const text = textOf(await pageOf({ services, outages: [outage] }));
    expect(text).toContain('Les écritures sont lentes. Un site qui enregistre quelque chose peut');
    expect(text).not.toContain('Les réponses arrivent trop lentement.');
  });

  test('says that it is a demonstration when it is one, and only then', async () => {
    expect(textOf(await pageOf({ demonstration: true }))).toContain('Ceci est une démonstration.');
    expect(textOf(await pageOf())).not.toContain('démonstration');
  });

  test('has nothing inline that the content security policy would stop', async () => {
    for (const language of ['fr', 'en']) {
      const page = await pageOf({ demonstration: true, blindSince: since }, language);
      expect(page).not.toMatch(/\sstyle=|\son\w+=|<style|javascript:/i);
      expect(page.match(/<script[^>]*>[^<]*/g)).toEqual(['<script type="module" src="/assets/main-1.js">']);
    }
  });

  test('has no marks of the library that made it', async () => {
    expect(await pageOf()).not.toMatch(/<!--|<\?>|undefined|\[object/);
  });

  test('refers to the site of the organisation only over https', async () => {
    const siteOf = async (url: string) =>
      (await pageOf({ organisation: { ...status.organisation, url } })).includes(`href="${url}"`);
    expect(await siteOf('https://www.globenet.org')).toBe(true);
    expect(await siteOf('javascript:alert(1)')).toBe(false);
  });

  test.for([
    '"><svg onload=alert(1)>',
    "'><script>alert(1)</script>",
    ']]><script>',
    '{{7*7}}${7*7}<%= 7*7 %>',
    '<!-- --><?>',
    '</title></h1><img src=x onerror=alert(1)>',
    'x'.repeat(10_000),
  ])('shows a name as it is written, whatever is in it: %s', async (name) => {
    const words = { fr: name, en: name };
    const hostile = service('A', { name: words, description: words, group: words, ...down });
    const page = await pageOf({
      organisation: { ...status.organisation, name },
      services: [hostile],
      outages: [{ service: 'A', state: 'down', cause: 'refused', startedAt: since, seenMs: 0 }],
    });
    const escaped = name
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
    expect(page.split(escaped).length - 1).toBeGreaterThanOrEqual(7);
    if (escaped !== name) expect(page).not.toContain(name);
  });
});

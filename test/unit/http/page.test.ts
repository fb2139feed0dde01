import { describe, expect, test } from 'vitest';
import type { PublishedOutage, PublishedService, PublishedStatus } from '../../../server/app/publish.ts';
import { minutes } from '../../support/watch.ts';
import { ninetyDays } from '../../support/days.ts';
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
const titleOf = (page: string): string => textOf(`<body>${/<title>(.*?)<\/title>/s.exec(page)?.[1]}`).trim();
const ledeOf = (page: string): string =>
  textOf(`<body>${/<p class="lede">(.*?)<\/p>/s.exec(page)?.[1]}`).trim();

const service = (id: string, part: Partial<PublishedService> = {}): PublishedService => ({
  id,
  name: { fr: id, en: id },
  state: 'up',
  since: generatedAt - 60 * minutes,
  days: ninetyDays(),
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
      'A : réponses lentes depuis 1 h 12.',
      'A: slow answers since 01:12.',
      'Tout le reste fonctionne.',
    ],
    [
      [service('A', slow), service('B', down), service('C', { ...down, extent: 'partial' })],
      'B : en panne depuis 1 h 13.',
      'B: down since 01:13.',
      'C : panne partielle depuis 1 h 13. A : réponses lentes depuis 1 h 12.',
    ],
    [
      [service('A', down), service('B', down), service('C')],
      'A et B : en panne depuis 1 h 13.',
      'A and B: down since 01:13.',
      'Tout le reste fonctionne.',
    ],
    [
      [service('A', down), service('B', { ...down, since: since + minutes })],
      'A et B : en panne.',
      'A and B: down.',
      '',
    ],
    [
      ['A', 'B', 'C', 'D'].map((id) => service(id, down)),
      '4 services sur 4 sont en panne.',
      '4 of 4 services are down.',
      '',
    ],
    [
      [service('A', { ...slow, cause: 'loss' }), service('B', unknown)],
      'A : service perturbé depuis 1 h 12.',
      'A: not working well since 01:12.',
      'B : état inconnu depuis 1 h 13.',
    ],
    [
      [service('A', { ...slow, cause: 'tls_expiring' }), service('B')],
      'A : certificat à renouveler depuis 1 h 12.',
      'A: certificate due for renewal since 01:12.',
      'Tout fonctionne pour l’instant.',
    ],
    [
      [service('A', { ...slow, cause: 'tls_expiring' }), service('B', unknown), service('C')],
      'B : état inconnu depuis 1 h 13.',
      'B: state unknown since 01:13.',
      'A : certificat à renouveler depuis 1 h 12. Tout le reste fonctionne.',
    ],
    [
      [service('A', unknown), service('B', unknown)],
      'L’état des services est inconnu.',
      'We do not know the state of any service.',
      'Cela ne veut pas dire qu’ils sont en panne : nous n’en avons pas de mesure récente.',
    ],
  ])('says what is so (%#)', async ([services, fr, en, lede]) => {
    const french = await pageOf({ services });
    expect(headlineOf(french)).toBe(fr);
    expect(headlineOf(await pageOf({ services }, 'en'))).toBe(en);
    expect(ledeOf(french)).toBe(lede === '' ? 'undefined' : lede);
    expect(titleOf(french)).toBe(`${fr} – Globenet`);
  });

  test.for([
    ['that all is well', [service('A')], {}, 'up'],
    ['what is worst', [service('A', slow), service('B', down)], {}, 'down'],
    ['nothing, when nothing is published', [], {}, 'unknown'],
    ['nothing, when we cannot see', [service('A')], { blindSince: since }, 'unknown'],
    ['nothing, when we cannot measure', [service('A')], { unfitSince: since }, 'unknown'],
  ] as const)('has a shape that says %s', async ([, services, part, shape]) => {
    const [, headline] = /<h1>(.*?)<\/h1>/s.exec(await pageOf({ services, ...part })) ?? [];
    expect(headline).toContain(`href="#shape-${shape}"`);
  });

  test('is that we cannot see, when we cannot', async () => {
    const page = await pageOf({ blindSince: since, services: [service('A', unknown)] });
    expect(headlineOf(page)).toBe('Nous ne voyons plus les services depuis 1 h 13.');
    expect(ledeOf(page)).toContain('les services fonctionnent peut-être');
  });

  test('is that we cannot measure, when we cannot', async () => {
    const page = await pageOf({ unfitSince: since, services: [service('A', unknown)] });
    expect(headlineOf(page)).toBe('Nous ne pouvons plus mesurer depuis 1 h 13.');
    expect(ledeOf(page)).toContain('notre propre machine');
  });

  test('is followed by what is not measured', async () => {
    const unmeasured = [
      { family: 'IPv6', since },
      { family: 'IPv4', since, from: { fr: 'Marseille', en: 'Marseilles' } },
    ] as const;
    const said = async (services: readonly PublishedService[], language: string) =>
      ledeOf(await pageOf({ unmeasured, services }, language)).replaceAll('\u00a0', ' ');
    expect(await said([service('A')], 'fr')).toBe(
      'IPv6 : mesure impossible depuis 1 h 13. IPv4, Marseille : mesure impossible depuis 1 h 13.',
    );
    expect(await said([service('A', down), service('B')], 'en')).toBe(
      'IPv6: measuring has been impossible since 01:13. IPv4, Marseilles: measuring has been impossible since 01:13. Everything else works.',
    );
  });
});

describe('the page', () => {
  test('says everything without a script', async () => {
    const text = textOf(await pageOf());
    for (const said of [
      'Bases de données',
      'MariaDB et PostgreSQL',
      'réponses lentes depuis 1 h 15',
      'Les réponses arrivent trop lentement.',
      'Courriel',
      'fonctionne',
      'En ce moment',
      'Depuis le dimanche 1er mars à 1 h 15, soit 9 min pour l’instant.',
      'Courriel : en panne',
      'Le serveur refuse les connexions.',
      '5 min',
      'Mesuré le 1er mars 2026 à 1 h 25.',
      'Comment nous mesurons',
      'Aucun cookie',
    ])
      expect(text).toContain(said);
  });

  test('has a shape and words of its own for every state', async () => {
    const page = await pageOf();
    const [, legend = ''] = /<ul class="legend".*?>(.*?)<\/ul>/s.exec(page) ?? [];
    const shapes = [...legend.matchAll(/<use href="#(.*?)">/g)].map(([, name]) => name);
    const words = [...legend.matchAll(/<\/svg>(.*?)<\/li>/gs)].map(([, text]) => text);
    expect([new Set(shapes).size, new Set(words).size]).toEqual([8, 8]);
    const drawn = shapes.map((name) =>
      new RegExp(`<symbol id="${name}"[^>]*>(.*?)</symbol>`, 's').exec(page),
    );
    expect(new Set(drawn.map((match) => match?.[1])).size).toBe(8);
  });

  test('tells first what is worst of what goes on', async () => {
    const open = (service: string, part: Partial<PublishedOutage>): PublishedOutage => ({
      service,
      startedAt: since,
      seenMs: 0,
      ...slow,
      ...part,
    });
    const outages = [
      open('A', { cause: 'tls_expiring' }),
      open('B', {}),
      open('C', { ...down, extent: 'partial' }),
      open('D', down),
    ];
    const services = outages.map(({ service: id }) => service(id));
    const titles = [...(await pageOf({ services, outages })).matchAll(/<h3>(.)\u00a0:/g)].map(
      ([, name]) => name,
    );
    expect(titles).toEqual(['D', 'C', 'B', 'A']);
  });

  test('says how long what we saw of an interruption lasted, and what we did not see', async () => {
    const outage = { service: 'mail', startedAt: since, seenMs: 5 * minutes, ...down } as const;
    const ended = { ...outage, endedAt: since + 8 * minutes };
    const endedText = textOf(await pageOf({ outages: [ended] }));
    expect(endedText).toContain('Pendant 3 min de plus, nous n’avons rien vu. 5 min');
    expect(textOf(await pageOf({ outages: [outage] }))).toContain(
      'soit 5 min pour l’instant. Pendant 7 min de plus, nous n’avons rien vu.',
    );
    const seen = { ...ended, seenMs: 8 * minutes, extent: 'partial' } as const;
    const seenText = textOf(await pageOf({ outages: [seen] }));
    expect(seenText).toContain('Courriel : panne partielle Le serveur refuse les connexions. 8 min');
    expect(seenText).not.toContain('nous n’avons rien vu.');
  });

  test('groups services as they are configured, and those without a group last', async () => {
    const services = [service('A'), service('B', { group: { fr: 'Réseau', en: 'Network' } }), service('C')];
    const page = await pageOf({ services, outages: [] });
    const headings = [...page.matchAll(/<h[23]>(?:<a [^>]*>)?([^<]*)/g)].map(([, text]) => text);
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

  test.for([
    ['fr', 'Sur le chemin de nos mesures, des données se perdent : sa vitesse n’est pas jugée.'],
    ['en', 'On the way of our measurements data gets lost: its speed is not judged.'],
  ] as const)('says of a service that its speed is not judged: %s', async ([language, sentence]) => {
    const services = [service('A', { overLoss: true }), service('B')];
    const text = textOf(await pageOf({ services }, language)).replaceAll('\u00a0', ' ');
    expect(text.split(sentence)).toHaveLength(2);
    expect(textOf(await pageOf({ services: [service('B')] }, language))).not.toContain('jug');
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

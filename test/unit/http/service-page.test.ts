import { describe, expect, test } from 'vitest';
import { publishedHistory } from '../../../server/app/published-history.ts';
import { publishedTimes } from '../../../server/app/published-times.ts';
import type { PublishedTimes } from '../../../server/app/published-times.ts';
import type { PublishedOutage, PublishedStatus } from '../../../server/app/publish.ts';
import { json, render } from '../../../server/http/render.ts';
import { openServicePages } from '../../../server/http/service-pages.ts';
import { ninetyDays } from '../../support/days.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { publishedTimesAt } from '../../support/published-times.ts';
import { minutes } from '../../support/watch.ts';
import { eventful } from './network.ts';
import { assets, serve } from './serve.ts';

const status = eventful().publish();
const now = status.generatedAt;
const dayMs = 86_400_000;

const outage = (daysAgo: number, part: Partial<PublishedOutage> = {}): PublishedOutage => ({
  service: 'databases',
  state: 'down',
  extent: 'major',
  cause: 'too_many_connections',
  startedAt: now - daysAgo * dayMs,
  endedAt: now - daysAgo * dayMs + 22 * minutes,
  seenMs: 22 * minutes,
  ...part,
});

const pastOf = (service: string) =>
  publishedHistory.parse({
    generatedAt: now,
    demonstration: false,
    service,
    days: ninetyDays(),
    months: [],
    outages: [outage(40), outage(360)],
  });

type Times = PublishedTimes | undefined;

const open = (
  part: Partial<PublishedStatus> = {},
  times: (window: PublishedTimes['window']) => Promise<Times> = async (window) =>
    publishedTimesAt(now, window),
) => {
  const time = new PassingTime(now);
  const made = render({ ...status, ...part }, assets.links);
  const pages = () => made;
  const read: string[] = [];
  const services = openServicePages({
    pages,
    history: (service) => (service === 'databases' ? json(pastOf(service)) : undefined),
    times: (service, window) => {
      read.push(`${service} ${window}`);
      return times(window);
    },
    links: assets.links,
    clock: time.clock,
    timers: time.timers,
    log: { error: () => {} },
  });
  const app = serve(() => ({ ...status, ...part }), { services, pages });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = app.request(path, { headers });
    await time.pass(1_000);
    return answer;
  };
  const page = async (path: string) => (await get(path)).text();
  return { time, get, page, read };
};

const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<main>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ');

/** Of the table that opens under this id. */
const rowsIn = (page: string, id: string): readonly string[] => {
  const [table = ''] = new RegExp(`<details id="${id}">.*?</details>`, 's').exec(page) ?? [];
  return table.match(/<tr>\s*<th scope="row">.*?<\/tr>/gs) ?? [];
};

describe('the page of a service', () => {
  test('says how it is, why, what one feels of it, how fast it answers, and what happened to it', async () => {
    const { page } = open();
    const told = await page('/fr/services/databases');
    const text = textOf(told);
    const sayings = [
      'État des services / Hébergement',
      'Bases de données : réponses lentes depuis 1 h 15.',
      'Les réponses arrivent trop lentement.',
      'Temps d’une écriture 24 h 7 jours 30 jours 90 jours 13 mois',
      'Une réponse sur deux arrive en 1,1 ms au plus ; huit sur dix prennent entre 0,62 ms et 41 ms. Mesures sans réponse : 0,4 %.',
      'limite 50 ms',
      'Les mêmes mesures en tableau Quand Médiane La moitié Huit sur dix Sans réponse État',
      'Ces 90 derniers jours',
      'disponible 100 % en panne jamais perturbé 9 min sans mesure 89 j',
      'mar. 20 janv., 1 h 25 en panne Le serveur est saturé : trop de connexions à la fois. 22 min',
      '6 mars 2025 à 1 h 25',
    ];
    expect(sayings.filter((said) => !text.includes(said))).toEqual([]);
    expect(told).not.toMatch(/<!--|<\?>|undefined|\[object|NaN| style=/);
  });

  test('begins a message of what does not work, where somebody has said to whom', async () => {
    const contact = { organisation: { ...status.organisation, contact: 'help@example.org' } };
    expect(await open(contact).page('/fr/services/databases')).toMatch(
      /<a href="mailto:help@example\.org\?subject=Panne%C2%A0%3A%20Bases%20de%20donn%C3%A9es&(?:amp;)?body=Bonjour/,
    );
    expect(await open().page('/fr/services/databases')).not.toContain('mailto:');
  });

  test('says the same in English, and leads from one language to the other', async () => {
    const { page } = open();
    const told = await page('/en/services/databases/7d');
    expect(textOf(told)).toContain('Databases: slow answers since 01:15.');
    expect(textOf(told)).toContain('One answer in two takes 1.1 ms at most');
    expect(told).toContain('<a href="/fr/services/databases/7d" lang="fr" hreflang="fr">');
  });

  test('is chosen by the languages of a reader, and found from the front page', async () => {
    const { get, page } = open();
    const answer = await get('/services/databases', { 'Accept-Language': 'en' });
    expect([answer.headers.get('Content-Language'), answer.headers.get('Vary')]).toEqual([
      'en',
      'Accept-Encoding, Accept-Language',
    ]);
    expect(await page('/fr')).toContain('<a href="/fr/services/databases">Bases de données</a>');
  });

  test('has every measurement of the chart in its table, the newest first', async () => {
    const { page } = open();
    const rows = rowsIn(await page('/fr/services/databases'), 'table');
    const { buckets } = publishedTimesAt(now);
    expect(rows).toHaveLength(buckets.length);
    expect(textOf(`<main>${rows[0]}`)).toMatch(
      /^ dim\. 1er mars, 1 h 2\d \d+ ms \d+ ms à \d+ ms .* perturbé $/,
    );
    expect(rows.join('')).toContain('<td>–</td>');
  });

  test('says each of ninety days in words, the newest first', async () => {
    const { page } = open();
    const rows = rowsIn(await page('/fr/services/mail'), 'days-table').map((row) => textOf(`<main>${row}`));
    expect(rows).toHaveLength(90);
    expect(rows[0]).toBe(' dim. 1er mars en panne 5 min ');
    expect(rows[1]).toBe(' sam. 28 févr. état inconnu ');
    const [service] = status.services;
    const { days } = service!;
    const upMs = days.upMs.map((_, index) => (index % 3 === 1 ? 1 : 0));
    const maintenanceMs = days.upMs.map((_, index) => (index % 3 === 2 ? 1 : 0));
    const nothing = days.upMs.map(() => 0);
    const quiet = { ...days, upMs, maintenanceMs, downMs: nothing, degradedMs: nothing };
    const told = await open({ services: [{ ...service!, days: quiet }] }).page('/en/services/databases');
    expect(
      rowsIn(told, 'days-table')
        .slice(0, 3)
        .map((row) => textOf(`<main>${row}`)),
    ).toEqual([' Sun 1 Mar under maintenance ', ' Sat 28 Feb works ', ' Fri 27 Feb state unknown ']);
  });

  test('names what it depends on and what depends on it, each with its state', async () => {
    const [databases, mail] = status.services;
    const services = [databases!, { ...mail!, dependsOn: ['databases'] }];
    const { page } = open({ services });
    expect(textOf(await page('/fr/services/mail'))).toContain('Dépend de Bases de données , réponses lentes');
    expect(textOf(await page('/fr/services/databases'))).toContain('En dépendent Courriel , fonctionne');
  });

  test.for([
    ['nothing is timed', undefined, 'Nous ne mesurons pas le temps de réponse de ce service.'],
    ['nothing was measured', { buckets: [] }, 'Rien n’a été mesuré pendant cette période.'],
    ['the target is far above', { targetMs: 60_000 }, 'au-delà de laquelle c’est lent, 60 s, est au-dessus'],
    [
      'nothing was lost',
      { all: { measured: 9, lost: 0, quantilesMs: [1, 1, 1, 1, 1] } },
      'ont eu une réponse.',
    ],
  ] as const)('says so, where %s', async ([, part, said]) => {
    const { page } = open({}, async () =>
      part === undefined ? undefined : publishedTimesAt(now, '24h', part),
    );
    expect(textOf(await page('/fr/services/databases'))).toContain(said);
  });

  test('is there without its chart when the store cannot be read', async () => {
    const { get } = open({}, () => Promise.reject(new Error('no disk')));
    const answer = await get('/fr/services/databases');
    expect(answer.status).toBe(200);
    expect(textOf(await answer.text())).toContain('La courbe n’est pas disponible pour l’instant.');
    expect((await get('/api/v1/services/databases/times/24h')).status).toBe(503);
  });

  test('says that it is we who cannot see', async () => {
    const { page } = open({ blindSince: now - 5 * minutes });
    expect(textOf(await page('/fr/services/databases'))).toContain('C’est notre propre accès au réseau');
  });
});

describe('what it is made of', () => {
  test('is the schema that the API tells, as JSON and as CSV', async () => {
    const { get } = open();
    const told: unknown = await (await get('/api/v1/services/databases/times/90d')).json();
    expect(publishedTimes.parse(told)).toEqual(publishedTimesAt(now, '90d'));
    const answer = await get('/api/v1/services/databases/times/90d/csv');
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    const [head, ...rows] = (await answer.text()).trimEnd().split('\r\n');
    expect(head).toBe('from,measured,lost,p10_ms,p25_ms,p50_ms,p75_ms,p90_ms');
    expect(rows).toHaveLength(publishedTimesAt(now, '90d').buckets.length);
    for (const row of rows) expect(row).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,[\d.]+(,[\d.]*){5}$/);
  });

  test.for([
    '/fr/services/canary-id',
    '/services/canary-id',
    '/fr/services/nothing/7d',
    '/fr/services/databases/8d',
    '/fr/services/databases/7dd',
    '/frr/services/databases',
    '/de/services/databases',
    '/api/v1/services/canary-id/times/24h',
    '/api/v1/services/databases/times',
    '/api/v1/services/databases/times/24h/xml',
  ])('is not at %s, and nobody reads anything for it', async (path) => {
    const { get, read } = open();
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.not.stringContaining('canary')]);
    expect(read).toEqual([]);
  });

  test('is read once, however many ask for however many pages of it', async () => {
    const { get, read, time } = open();
    const paths = [
      '/fr/services/databases',
      '/en/services/databases',
      '/api/v1/services/databases/times/24h',
    ];
    await Promise.all([...paths, ...paths].map((path) => get(path)));
    await time.pass(30_000);
    const answers = await Promise.all(paths.map((path) => get(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(read).toEqual(['databases 24h']);
  });

  test('is compressed, and not sent again to whoever has it', async () => {
    const { get } = open();
    const first = await get('/fr/services/databases', { 'Accept-Encoding': 'br' });
    expect(first.headers.get('Content-Encoding')).toBe('br');
    const etag = first.headers.get('ETag') ?? '';
    const again = await get('/fr/services/databases', { 'Accept-Encoding': 'br', 'If-None-Match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('weighs little: the page of a year with all of its table is below 20 kB', async () => {
    const { get } = open();
    const answer = await get('/fr/services/databases/13m', { 'Accept-Encoding': 'br' });
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(20_000);
  });

  test('tells whoever comes when too many wait to come again', async () => {
    const services = Array.from({ length: 40 }, (_, index) => ({ ...status.services[0]!, id: `s${index}` }));
    const { get } = open({ services }, () => new Promise(() => {}));
    const answers = services.map(({ id }) => get(`/fr/services/${id}`));
    const refused = await answers.at(-1)!;
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
  });
});

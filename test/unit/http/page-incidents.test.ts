import { expect, test } from 'vitest';
import type { PublishedIncident } from '../../../server/app/published-incidents.ts';
import { minutes } from '../../support/watch.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const { generatedAt } = status;

const told: PublishedIncident = {
  id: 3,
  title: { fr: 'Disque lent', en: 'Slow disk' },
  services: ['databases'],
  phase: 'identified',
  startedAt: generatedAt - 30 * minutes,
  nextUpdateBy: generatedAt + 30 * minutes,
  updates: [
    { at: generatedAt - 5 * minutes, phase: 'identified', text: { fr: 'C’est le *disque*.' } },
    { at: generatedAt - 20 * minutes, phase: 'investigating', neutral: 'noticed', editedAt: generatedAt },
  ],
};

const articleOf = async (part: Partial<PublishedIncident> = {}, language = 'fr'): Promise<string> => {
  const app = serve(() => ({ ...status, incidents: [{ ...told, ...part }] }));
  const page = (await (await app.request(`/${language}`)).text()).replaceAll(/<!--.*?-->/gs, '');
  return (/<section class="incidents[^"]*">.*?<\/section>/s.exec(page)?.[0] ?? '').replaceAll(/\s+/g, ' ');
};

test('an incident is told by its newest words and by what was promised, and leads to its story', async () => {
  const article = await articleOf();
  const text = article
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  expect(text).toBe(
    'Disque lent C’est le disque . Cause identifiée · aujourd’hui, 1 h 20 Prochaine nouvelle avant 1 h 55. ' +
      'Services touchés : Bases de données.',
  );
  expect(article).toContain('<a href="/fr/incidents/3"');
});

test('what was said in the other language alone is told in that one, and said to be', async () => {
  const article = await articleOf({}, 'en');
  expect(article).toContain('lang="fr"');
  expect(article).toContain('Slow disk');
  expect(article).toContain('Next news by 01:55.');
});

test('a promise that was not kept is told as such', async () => {
  expect(await articleOf({ nextUpdateBy: generatedAt - minutes })).toMatch(
    /Nous avions promis une nouvelle pour 1.h.24.: elle est en retard\./,
  );
});

test('a draft that Vigie publishes is known by the names of its services', async () => {
  const { title: _, ...untitled } = told;
  const app = serve(() => ({ ...status, incidents: [untitled] }));
  expect(await (await app.request('/fr')).text()).toMatch(/<h2><a[^>]*>(?:<!--.*?-->)*Bases de données/);
});

test('what is resolved stands at the end', async () => {
  const article = await articleOf({ phase: 'resolved' });
  expect(article).toContain('<h2>Incidents résolus</h2>');
  expect(article).toContain('C’est le');
});

test('nothing is said where there is nothing to say', async () => {
  const page = await (await serve(() => status).request('/fr')).text();
  expect(page).not.toContain('class="incidents');
});

test('what people tell of is not told once more from the measurements, which the row of its service has', async () => {
  const pageWith = async (incidents: readonly PublishedIncident[]) =>
    (await (await serve(() => ({ ...status, incidents })).request('/fr')).text()).replaceAll(
      /<!--.*?-->/gs,
      '',
    );
  expect(await pageWith([])).toContain('<section class="open">');
  const outage = status.outages.find(({ endedAt }) => endedAt === undefined)!;
  const page = await pageWith([{ ...told, services: [outage.service] }]);
  expect(page).not.toContain('<section class="open">');
  const row = page.slice(page.indexOf(`id="${outage.service}"`));
  expect(row.slice(0, row.indexOf('</li>'))).toContain('<p>Les réponses arrivent trop lentement.</p>');
  expect(await pageWith([{ ...told, phase: 'resolved' }])).toContain('<section class="open">');
});

// Maintenance as readers of the page see it.
import { expect, test } from 'vitest';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import { hours, minutes } from '../../support/watch.ts';
import { ninetyDays } from '../../support/days.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const { generatedAt } = status;

const textOf = async (part: Partial<PublishedStatus>, language: 'fr' | 'en'): Promise<string> => {
  const page = await (
    await serve(() => ({ ...status, outages: [], ...part })).request(`/${language}`)
  ).text();
  const body = page.slice(page.indexOf('<main>')).replaceAll(/<!--.*?-->|<[^>]*>/gs, ' ');
  return body.replaceAll(/[\s\u00a0\u202f]+/g, ' ');
};

const service = (id: string) => ({
  id,
  name: { fr: id, en: id },
  state: 'up' as const,
  since: generatedAt - hours,
  days: ninetyDays(),
});
// It is 1 March 2026, 1:25 in Paris.
const planned = { ...service('A'), state: 'maintenance' as const, since: generatedAt - 10 * minutes };

test.for([
  [35 * minutes, 'maintenance en cours jusqu’à 2 h 00', 'maintenance under way until 02:00'],
  [24 * hours, 'maintenance en cours jusqu’à demain 1 h 25', 'maintenance under way until tomorrow at 01:25'],
  [
    48 * hours,
    'maintenance en cours jusqu’au 3 mars à 1 h 25',
    'maintenance under way until 3 March at 01:25',
  ],
] as const)('%d ms before its end, a service is said to be: %s', async ([lengthMs, fr, en]) => {
  const services = [{ ...planned, until: generatedAt + lengthMs }, service('B')];
  expect(await textOf({ services }, 'fr')).toMatch(`A : ${fr}. Tout le reste fonctionne.`);
  expect(await textOf({ services }, 'en')).toMatch(`A: ${en}. Everything else works.`);
});

test('more services than one can name are counted', async () => {
  const services = ['A', 'B', 'C', 'D'].map((id) => ({ ...planned, id, until: generatedAt + hours }));
  expect(await textOf({ services }, 'fr')).toContain('4 services sur 4 sont en maintenance.');
});

test.for([
  [[11, 13], 'Le dimanche 1er mars, de 12 h 25 à 14 h 25', 'Sunday 1 March, from 12:25 to 14:25'],
  [
    [22, 26],
    'Du dimanche 1er mars à 23 h 25 au lundi 2 mars à 3 h 25',
    'From Sunday 1 March at 23:25 to Monday 2 March at 03:25',
  ],
] as const)('work that is announced says what, when and for whom: %o', async ([[from, until], fr, en]) => {
  const part = {
    services: [service('A'), service('B'), service('C')],
    maintenance: [
      {
        title: { fr: 'Nouveau serveur', en: 'New <server>' },
        text: { fr: 'Rien ne se perd.', en: 'Nothing gets lost.' },
        services: ['A', 'C'],
        from: generatedAt + from * hours,
        until: generatedAt + until * hours,
      },
    ],
  };
  expect(await textOf(part, 'fr')).toContain(
    `Travaux annoncés Nouveau serveur ${fr} Rien ne se perd. Peut être touché : A et C.`,
  );
  expect(await textOf(part, 'en')).toContain(
    `Announced work New &lt;server&gt; ${en} Nothing gets lost. May be affected: A and C.`,
  );
});

test('nothing is said of work when there is none', async () => {
  expect(await textOf({ maintenance: [] }, 'fr')).not.toContain('Travaux');
});

test('a service that flaps is said to', async () => {
  const down = {
    ...service('A'),
    state: 'down' as const,
    extent: 'major' as const,
    cause: 'refused' as const,
  };
  expect(await textOf({ services: [{ ...down, flapping: true }] }, 'fr')).toContain(
    'Son état change sans cesse.',
  );
  expect(await textOf({ services: [down] }, 'fr')).not.toContain('Son état change');
});

test.for([
  [2 * hours, true],
  [72 * hours, false],
  [-hours, false],
] as const)('work that begins in %d ms is announced above the services: %s', async ([inMs, isAbove]) => {
  const from = generatedAt + inMs;
  const work = { title: { fr: 'Disques', en: 'Disks' }, services: ['A'], from, until: from + 2 * hours };
  const text = await textOf({ services: [service('A')], maintenance: [work] }, 'en');
  expect(text.indexOf('Disks') < text.indexOf('90 days')).toBe(isAbove);
  expect(text.split('Disks')).toHaveLength(2);
});

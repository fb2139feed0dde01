import { describe, expect, test } from 'vitest';
import type { PublishedOutage, PublishedService, PublishedStatus } from '../../../server/app/publish.ts';
import { ninetyDays } from '../../support/days.ts';
import { minutes } from '../../support/watch.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const since = status.generatedAt - 12 * minutes;
const down = { state: 'down', extent: 'major', since, cause: 'refused' } as const;
const slow = { state: 'degraded', since: since - minutes, cause: 'slow' } as const;
const ofA = { ...down, consequenceOf: 'A' } as const;

const service = (id: string, part: Partial<PublishedService> = {}): PublishedService => ({
  id,
  name: { fr: id, en: id },
  state: 'up',
  since,
  days: ninetyDays(),
  ...part,
});

/** What a reader without a browser would read. */
const read = async (
  part: Partial<PublishedStatus>,
  language = 'fr',
  pattern = /<body>.*/s,
): Promise<string> => {
  const page = await (await serve(() => ({ ...status, ...part })).request(`/${language}`)).text();
  return (pattern.exec(page)?.[0] ?? '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
};

test.for<readonly [services: readonly PublishedService[], fr: string, en: string]>([
  [
    [service('A', down), service('B', ofA), service('C')],
    'A : en panne depuis 1 h 13. Cela touche aussi : B. Tout le reste fonctionne.',
    'A: down since 01:13. This also affects B. Everything else works.',
  ],
  [
    [service('A', slow), ...['B', 'C', 'D', 'E'].map((id) => service(id, ofA))],
    'A : réponses lentes depuis 1 h 12. Cela touche aussi 4 autres services.',
    'A: slow answers since 01:12. This also affects 4 other services.',
  ],
  // The root is well again, and we have not yet seen the rest come back.
  [
    [service('A'), service('B', ofA)],
    'B : en panne depuis 1 h 13. Tout le reste fonctionne.',
    'B: down since 01:13. Everything else works.',
  ],
  [
    [service('A'), service('B', ofA), service('C', slow)],
    'B : en panne depuis 1 h 13. C : réponses lentes depuis 1 h 12. Tout le reste fonctionne.',
    'B: down since 01:13. C: slow answers since 01:12. Everything else works.',
  ],
])('the first sentence names the root, and then what it drags along (%#)', async ([services, fr, en]) => {
  const lead = /<h1>.*?<\/h1>.*?<\/p>/s;
  expect(await read({ services }, 'fr', lead)).toBe(fr);
  expect(await read({ services }, 'en', lead)).toBe(en);
});

describe('a consequence', () => {
  test('says whose it is, and not what its own probes saw', async () => {
    const services = [service('A', down), service('B', ofA), service('C', { ...ofA, ...slow })];
    const outage = (id: string, part: Partial<PublishedOutage> = {}): PublishedOutage => {
      const { since: _, ...of } = ofA;
      return { ...of, service: id, startedAt: since, seenMs: 0, ...part };
    };
    const outages = [outage('B'), outage('C', { state: 'degraded' }), outage('B', { endedAt: since + 1 })];
    const page = await read({ services, outages });
    expect(page.match(/Le serveur refuse les connexions\./g)).toHaveLength(1);
    expect(page.match(/Inaccessible : incident en cours sur A\./g)).toHaveLength(2);
    expect(page.match(/Perturbé : incident en cours sur A\./g)).toHaveLength(2);
    expect(page.match(/Conséquence d’un incident sur A\./g)).toHaveLength(1);
  });

  test.for<readonly [root: PublishedService, fr: string, en: string]>([
    [
      service('A', down),
      'Inaccessible : incident en cours sur A.',
      'Cannot be reached: incident in progress on A.',
    ],
    [
      service('A', { state: 'maintenance', until: since + 60 * minutes }),
      'Conséquence de travaux annoncés sur A.',
      'In consequence of announced work on A.',
    ],
    [service('A'), 'Conséquence d’un incident sur A.', 'In consequence of an incident on A.'],
  ])('says what goes on with its root, if anything does (%#)', async ([root, fr, en]) => {
    const services = [root, service('B', ofA)];
    const { since: _, ...of } = ofA;
    const outages = [{ ...of, service: 'B', startedAt: since, seenMs: 0 }];
    expect((await read({ services, outages })).split(fr)).toHaveLength(3);
    expect((await read({ services, outages }, 'en')).split(en)).toHaveLength(3);
  });
});

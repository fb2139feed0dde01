// The pages that tell: of an incident, of a month, of work, and how to say that something is wrong.
import { describe, expect, test } from 'vitest';
import type { PublishedIncident } from '../../../server/app/published-incidents.ts';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import {
  announced,
  badDay,
  hostileTexts,
  incident,
  monthOf,
  named,
  resolved,
  weekly,
  windowAt,
} from '../../support/published.ts';
import { hours, minutes } from '../../support/watch.ts';
import { renderMonth } from '../../../server/http/render.ts';
import { assets, serve } from './serve.ts';

const { generatedAt: now } = badDay;
const day: PublishedStatus = { ...badDay, incidents: [incident, resolved] };

const get = async (path: string, status: PublishedStatus = day): Promise<string> =>
  (await serve(() => status).request(path)).text();
const textOf = (page: string): string =>
  (/<main>.*<\/main>/s.exec(page)?.[0] ?? '')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const read = async (path: string, status?: PublishedStatus): Promise<string> =>
  textOf(await get(path, status));
const with_ = (part: Partial<PublishedIncident>): PublishedStatus => ({
  ...day,
  incidents: [{ ...incident, ...part }],
});

describe('the page of an incident', () => {
  test('says what is so, then what was said, newest first, and what was corrected', async () => {
    const told = await read('/fr/incidents/3', with_({ nextUpdateBy: now + 30 * minutes }));
    expect(told).toMatch(
      /^Disque lent Nous surveillons la réparation\. Cela a commencé le 1er mars 2026 à 1 h 16\./,
    );
    expect(told).toContain('Prochaine nouvelle avant 1 h 55.');
    const parts = [
      'Changé.',
      'C’est le disque',
      'Texte corrigé le dimanche 1er mars à 1 h 24.',
      'Personne n’a encore pu',
    ];
    const places = parts.map((part) => told.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(told).toContain('Services touchés Bases de données , réponses lentes');
    expect(told).toContain('Tout ce qui s’est passé en mars 2026');
  });

  test('says that a promise was not kept', async () => {
    expect(await read('/en/incidents/3', with_({ nextUpdateBy: now - minutes }))).toContain('they are late');
  });

  test('of what is resolved says after how long, and what was learnt before all else', async () => {
    const told = await read('/fr/incidents/2');
    expect(told).toMatch(
      /^Courriel Résolu le 1er mars 2026 à 1 h 11, après 6 min\. Ce qui s’est passé Une mise à jour\./,
    );
  });

  test('is the same for as long as nothing comes to what is resolved', async () => {
    const later = { ...day, generatedAt: now + hours };
    expect(await get('/fr/incidents/2', later)).toBe(await get('/fr/incidents/2'));
  });

  test('is the page of what went up in it, too', async () => {
    const status = with_({ absorbed: [7] });
    expect(await get('/fr/incidents/7', status)).toBe(await get('/fr/incidents/3', status));
  });

  test.for(['/fr/incidents/99', '/fr/incidents/x', '/de/incidents/3', '/incidents/3'])(
    '%s is nowhere',
    async (path) => {
      expect((await serve(() => day).request(path)).status).toBe(404);
    },
  );
});

describe('the page of a month', () => {
  test('tells its days and what each service kept', async () => {
    const told = await read('/fr/history/2026-03');
    expect(told).toMatch(
      /^Mars 2026 2 interruptions ont été enregistrées.; 2 incidents sont racontés ici\. Ce mois n’est pas fini\./,
    );
    expect(told).toContain(
      'Courriel : en panne 1 h 05 – 1 h 10, soit 5 min. Le serveur refuse les connexions.',
    );
    expect(told).toContain('Bases de données : réponses lentes Depuis 1 h 15, soit 9 min pour l’instant.');
    expect(told).toContain('Courriel en panne pendant 1 s, ralenti ou gêné pendant 1 min 99,972 %');
    expect(await get('/fr/history/2026-03')).toContain('href="/fr/incidents/3"');
  });

  test('tells of an outage on each of its days, and says when it began', async () => {
    const outage = { ...day.outages[0]!, startedAt: now - 50 * hours };
    const status = { ...day, outages: [outage], incidents: [], maintenance: [] };
    const days = [0, 1, 2, 3].map((ago) => ({
      from: now - (ago + 1) * 24 * hours,
      until: now - ago * 24 * hours,
      unseenMs: 0,
    }));
    const month = { ...monthOf(status), from: now - 96 * hours, days };
    const past = (path: string) => renderMonth(month, status, assets.links).get(path);
    const page = await (await serve(() => status, { past }).request('/en/history')).text();
    expect(page.match(/data-of="\w+"/g)).toHaveLength(3);
    expect(textOf(page).match(/Since Thursday 26 February at 23:25: /g)).toHaveLength(2);
    expect(page).toContain('<li class="eventful" id="2026-02-26">');
  });

  test('is where the history begins', async () => {
    expect(await read('/en/history')).toBe(await read('/en/history/2026-03'));
  });
});

describe('the page of work', () => {
  const status: PublishedStatus = {
    ...day,
    maintenance: [windowAt(-1), windowAt(6)].map(announced),
    recurring: [weekly],
    calendar: [windowAt(-9, { title: { fr: 'Vieux', en: 'Old' } }), windowAt(9, { cancelled: true })],
  };

  test('tells what goes on, what comes, what recurs and what is over', async () => {
    const told = await read('/fr/maintenance', status);
    expect(told).toMatch(/^Travaux prévus En cours : Nouveau serveur, jusqu’à 2 h 25\./);
    const headings = [
      'En ce moment Nouveau',
      'À venir Nouveau',
      'Régulièrement Mises à jour',
      'Ces quatorze derniers jours Vieux',
    ];
    for (const heading of headings) expect(told).toContain(heading);
    expect(told).toContain('Annulé : Nouveau serveur');
    expect(told).toContain('Chaque dimanche, de 2 h 00 à 4 h 00. Prochaine fois : dimanche 8 mars à 1 h 25.');
    expect(await get('/fr/maintenance', status)).toContain('href="/fr/maintenance.ics"');
  });

  test('says so where nothing is planned', async () => {
    expect(await read('/en/maintenance')).toMatch(
      /^Planned work No work is planned for the next fifteen days\./,
    );
  });
});

const letters = (page: string) =>
  [...page.matchAll(/href="(mailto:[^"]*)"/g)].map(([, address = '']) => {
    const { pathname, searchParams } = new URL(address.replaceAll('&amp;', '&'));
    return {
      to: pathname,
      fields: [...searchParams.keys()],
      subject: searchParams.get('subject'),
      body: searchParams.get('body') ?? '',
    };
  });

describe('to say that something is wrong', () => {
  test('a message is begun, with what the page says and when', async () => {
    const [first, mail, other] = letters(await get('/fr/report'));
    expect(first).toMatchObject({
      to: 'help@example.org',
      fields: ['subject', 'body'],
      subject: 'Panne\u00a0: Bases de données',
    });
    expect(first?.body).toContain(
      'page d’état le 1er mars 2026 à 1\u00a0h\u00a025\u00a0:\r\nBases de données\u00a0: réponses lentes depuis',
    );
    expect(first?.body).toContain(
      'Incident en cours\u00a0: Disque lent https://status.example.org/fr/incidents/3',
    );
    expect(mail?.body).toContain('Courriel\u00a0: fonctionne.\r\nhttps://status.example.org/fr');
    expect(other?.subject).toBe('Panne\u00a0: Autre chose');
  });

  test('is in the language of the reader, and says first what is known', async () => {
    expect(await read('/en/report')).toContain(
      'We know of this already Databases: slow answers What does not work?',
    );
    expect(letters(await get('/en/report'))[1]?.body).toMatch(
      /^Hello,\r\n\r\nSomething does not work for me: Mail\.\r\n/,
    );
  });

  test('there is nothing of it where nobody has said to whom', async () => {
    const { contact: _, ...organisation } = day.organisation;
    const app = serve(() => ({ ...day, organisation }));
    expect((await app.request('/fr/report')).status).toBe(404);
    expect(await (await app.request('/fr')).text()).not.toContain('/fr/report');
  });
});

const harmlessDay = named('x');

describe.for(hostileTexts.map((text) => [named(text)] as const))(
  'whatever people write is text (%#)',
  ([day]) => {
    test.for(['/fr', '/en/incidents/3', '/fr/incidents/2', '/fr/history', '/en/maintenance', '/fr/report'])(
      '%s',
      async (path) => {
        const tags = (page: string) => [...page.matchAll(/<\/?([a-z][\w-]*)/g)].map(([tag]) => tag);
        const [hostile, harmless] = await Promise.all([get(path, day), get(path, harmlessDay)]);
        // Emphasis is what people may write.
        const allowed = new Set([...tags(harmless), '<em', '</em']);
        expect(tags(hostile).filter((tag) => !allowed.has(tag))).toEqual([]);
        expect(hostile).not.toMatch(/<svg onload|<script>|{{7\*7}}">/);
        for (const { fields, to } of letters(hostile))
          expect([to, fields]).toEqual(['help@example.org', ['subject', 'body']]);
      },
    );
  },
);

test.for(['/fr/incidents/3', '/fr/history/2026-03', '/fr/maintenance', '/fr/report'])(
  '%s is compressed, is not sent twice, and runs nothing of its own',
  async (path) => {
    const app = serve(() => day);
    const { headers } = await app.request(path, { headers: { 'Accept-Encoding': 'br' } });
    expect([headers.get('Content-Encoding'), headers.get('Cache-Control')]).toEqual([
      'br',
      'public, max-age=1, stale-while-revalidate=15',
    ]);
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    const again = { 'Accept-Encoding': 'br', 'If-None-Match': headers.get('ETag') ?? '' };
    expect((await app.request(path, { headers: again })).status).toBe(304);
    expect(await get(path)).not.toMatch(/ style=|<style| on[a-z]+=/);
  },
);

// What the page is measured on: fifty services in groups, five hundred checks of a target farm, and ninety days behind them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noEffects } from '../../server/core/effects.ts';
import type { Result } from '../../server/core/result.ts';
import { databaseName, openDatabase } from '../../server/store/database.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import { Random } from '../simulation/random.ts';
import { checksPerService, dayMs, lifeOf } from './history-file.ts';

const pastMs = 90 * dayMs;
/** Of the service whose chart is looked at, a result so often: its windows show no more. */
const measuredMs = 300_000;

const towns = 'Paris Marseille Lyon Lille Rennes Brest Toulouse Nantes Dijon Grenoble'.split(' ');
const groups = [
  [
    { fr: 'Hébergement', en: 'Hosting' },
    { fr: 'Sites de', en: 'Web sites of' },
  ],
  [
    { fr: 'Données', en: 'Data' },
    { fr: 'Bases de données de', en: 'Databases of' },
  ],
  [
    { fr: 'Courriel', en: 'Mail' },
    { fr: 'Boîtes aux lettres de', en: 'Mailboxes of' },
  ],
  [
    { fr: 'Réseau', en: 'Network' },
    { fr: 'Liaison avec', en: 'Link with' },
  ],
  [
    { fr: 'Serveurs virtuels', en: 'Virtual servers' },
    { fr: 'Machines de', en: 'Machines of' },
  ],
] as const;
const services = groups.length * towns.length;
export const checks = services * checksPerService;
/** The service whose page is looked at. */
export const charted = 's0';
const domainsName = 'domains.txt';

/** To be put into a configuration; its checks ask the farm at `port` for a path each, `/c0` and so on. */
export const world = (port: number): string => {
  const told = groups.flatMap(([group, kind], row) =>
    towns.map((town, column) => {
      const service = row * towns.length + column;
      return {
        id: `s${service}`,
        name: { fr: `${kind.fr} ${town}`, en: `${kind.en} ${town}` },
        group,
        checks: Array.from({ length: checksPerService }, (_, at) => {
          const id = `c${service * checksPerService + at}`;
          return { id, type: 'http', url: `http://127.0.0.1:${port}/${id}`, every: '20s' };
        }),
      };
    }),
  );
  const selfCheck = { domains: domainsName, prefixes: ['192.0.2.0/24'], 'name-servers': ['ns1.example.org'] };
  return `services: ${JSON.stringify(told)}\nself-check: ${JSON.stringify(selfCheck)}\n`;
};

/** Writes what is in the folder of the configuration; the past through the store, of each service an outage a week on average. */
export const writeFiles = (folder: string, now: number): void => {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(folder, domainsName), 'example.org\n');
  const store = createSqliteStore(openDatabase(join(data, databaseName)));
  const from = Math.ceil((now - pastMs) / dayMs) * dayMs;
  const wellSince = Array.from({ length: services }, (_, service) => ({
    subject: { kind: 'service', id: `s${service}` } as const,
    since: from,
    state: 'up' as const,
  }));
  store.commit({ ...noEffects, spans: wellSince });
  const random = new Random(1);
  for (let day = from; day < now; day += dayMs) {
    const results = Array.from({ length: dayMs / measuredMs }, (_, at) =>
      resultAt(day + at * measuredMs, random),
    );
    // Today, nothing has happened yet.
    const { spans, outages } = day + dayMs < now ? lifeOf(services, day, now) : noEffects;
    store.commit({ ...noEffects, spans, outages, results: results.filter(({ at }) => at < now) });
  }
  while (store.condense(now));
  store.close();
};

const resultAt = (at: number, random: Random): Result => ({
  series: { check: 'c0', vantage: 'local', family: 4 },
  at,
  grade: 'good',
  totalUs: Math.round(random.logUniform(800, random.chance(0.02) ? 90_000 : 3_000)),
  phasesUs: {},
  facts: {},
});

// A host on a bad afternoon, for the pictures of the README: its databases are slow, somebody is at it, and works are near.
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { PublishedService } from '../../server/app/publish.ts';
import { ninetyDays } from '../support/days.ts';
import { hours, minutes } from '../support/watch.ts';

type Days = Parameters<typeof ninetyDays>[0];
type Kept = Pick<PublishedService, 'state'> & Partial<PublishedService>;

const dayMs = 24 * hours;
const hosting = { fr: 'Hébergement', en: 'Hosting' };
const network = { fr: 'Réseau et serveurs', en: 'Network and servers' };

export const worldAt = (now: number): PublishedStatus => {
  const first = new Date(now - 89 * dayMs).toISOString().slice(0, 10);
  const service = (
    id: string,
    name: PublishedService['name'],
    group: PublishedService['name'],
    wrong: Days,
    availability: number,
    kept: Partial<Kept> = {},
  ): PublishedService => ({
    id,
    name,
    group,
    state: 'up',
    since: now - 9 * dayMs,
    ...kept,
    days: { ...ninetyDays(wrong), first, availability },
  });
  const slowSince = now - 22 * minutes;
  const slow = {
    state: 'degraded',
    cause: 'slow',
    slowPart: 'writing',
    slowness: { kind: 'shift', tookMs: 41, usualMs: 0.8 },
  } as const;
  const pace = (tookMs: number, usualMs: number) => ({ pace: { tookMs, usualMs } });
  const slowDays = {
    8: 'degraded',
    9: 'degraded',
    31: 'down',
    60: 'degraded',
    77: 'degraded',
    89: 'degraded',
  } as const;
  return {
    organisation: {
      name: 'Globenet',
      timezone: 'Europe/Paris',
      languages: ['fr', 'en'],
      contact: 'panne@example.org',
      url: 'https://www.example.org/',
    },
    generatedAt: now,
    demonstration: false,
    selfCheck: { services: ['web'] },
    state: 'degraded',
    services: [
      service(
        'web',
        { fr: 'Hébergement web', en: 'Web hosting' },
        hosting,
        { 12: 'down', 13: 'degraded', 55: 'maintenance' },
        0.9991,
        pace(84, 80),
      ),
      service('databases', { fr: 'Bases de données', en: 'Databases' }, hosting, slowDays, 0.9962, {
        ...slow,
        since: slowSince,
        dependsOn: ['network'],
      }),
      service(
        'mail',
        { fr: 'Courriel', en: 'Mail' },
        hosting,
        { 44: 'degraded', 70: 'unknown' },
        0.9998,
        pace(21, 24),
      ),
      service('names', { fr: 'Noms de domaine', en: 'Domain names' }, hosting, {}, 1, pace(1.1, 1)),
      service(
        'network',
        { fr: 'Réseau (Gitoyen)', en: 'Network (Gitoyen)' },
        network,
        { 12: 'down', 50: 'degraded' },
        0.9997,
        pace(4.2, 4),
      ),
      service(
        'virtual-servers',
        { fr: 'Serveurs virtuels à Marseille', en: 'Virtual servers in Marseille' },
        network,
        { 12: 'down', 89: 'maintenance' },
        0.9994,
        { state: 'maintenance', since: now - hours, until: now + 2 * hours },
      ),
      service(
        'no-log',
        { fr: 'Accès no-log', en: 'No-log access' },
        network,
        { 27: 'degraded' },
        0.9999,
        pace(12, 12),
      ),
      service(
        'telephony',
        { fr: 'Téléphonie', en: 'Telephony' },
        network,
        { 66: 'unknown' },
        0.9996,
        pace(18, 17),
      ),
    ],
    outages: [
      { service: 'databases', startedAt: slowSince, seenMs: now - slowSince, ...slow },
      {
        service: 'databases',
        state: 'degraded',
        cause: 'slow',
        slowPart: 'writing',
        startedAt: now - 12 * dayMs - 5 * hours,
        endedAt: now - 12 * dayMs - 108 * minutes,
        seenMs: 192 * minutes,
      },
    ],
    incidents: [
      {
        id: 12,
        title: { fr: 'Disque lent sur le serveur de bases n° 2', en: 'Slow disk in database server 2' },
        services: ['databases'],
        phase: 'identified',
        startedAt: slowSince,
        nextUpdateBy: now + 35 * minutes,
        updates: [
          {
            at: now - 4 * minutes,
            phase: 'identified',
            text: {
              fr: 'Le disque qui garde les journaux de MariaDB met cinquante fois plus de temps que d’habitude à confirmer une écriture. Nous déplaçons ces journaux sur l’autre disque.',
              en: 'The disk that keeps MariaDB’s logs takes fifty times longer than usual to confirm a write. We are moving these logs to the other disk.',
            },
          },
          { at: now - 17 * minutes, phase: 'investigating', neutral: 'noticed' },
        ],
      },
    ],
    maintenance: [
      {
        title: { fr: 'Nouveaux disques à Marseille', en: 'New disks in Marseille' },
        text: { fr: 'Chaque serveur redémarre une fois.', en: 'Each server restarts once.' },
        services: ['virtual-servers'],
        from: now - hours,
        until: now + 2 * hours,
      },
    ],
    recurring: [],
    calendar: [],
  };
};

// What readers could be told on a bad day, and names that would do harm where they are not made harmless.
import type { PublishedIncident } from '../../server/app/published-incidents.ts';
import type {
  PublishedMaintenance,
  PublishedRecurrence,
  PublishedWindow,
} from '../../server/app/published-maintenance.ts';
import type { PublishedMonth } from '../../server/app/published-month.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { eventful } from '../unit/http/network.ts';
import { hours, minutes } from './watch.ts';

/** It is 1 March 2026, 1:25 in Paris: the databases are slow, and mail was down. */
export const badDay: PublishedStatus = (() => {
  const status = eventful().publish();
  const organisation = {
    ...status.organisation,
    page: 'https://status.example.org',
    contact: 'help@example.org',
  };
  return { ...status, organisation };
})();
const { generatedAt: now } = badDay;

export const incident: PublishedIncident = {
  id: 3,
  title: { fr: 'Disque lent', en: 'Slow disk' },
  services: ['databases'],
  phase: 'monitoring',
  startedAt: now - 9 * minutes,
  updates: [
    { at: now - 2 * minutes, phase: 'monitoring', text: { fr: 'Changé.', en: 'Changed.' } },
    {
      at: now - 4 * minutes,
      phase: 'monitoring',
      text: { fr: 'C’est le *disque*.' },
      editedAt: now - minutes,
    },
    { at: now - 8 * minutes, phase: 'investigating', neutral: 'noticed' },
  ],
};

export const resolved: PublishedIncident = {
  id: 2,
  services: ['mail'],
  phase: 'resolved',
  startedAt: now - 20 * minutes,
  resolvedAt: now - 14 * minutes,
  updates: [{ at: now - 14 * minutes, phase: 'resolved', neutral: 'over' }],
  postMortem: { fr: 'Une mise à jour.', en: 'An update.' },
};

export const windowAt = (fromHours: number, over: Partial<PublishedWindow> = {}): PublishedWindow => ({
  id: `window-${fromHours}`,
  title: { fr: 'Nouveau serveur', en: 'New server' },
  services: ['mail'],
  from: now + fromHours * hours,
  until: now + (fromHours + 2) * hours,
  changedAt: now - 24 * hours,
  ...over,
});

/** The month that a status was published in, as far as the status tells of it. */
export const monthOf = ({
  services,
  outages,
  incidents,
  maintenance,
  generatedAt,
}: PublishedStatus): PublishedMonth => ({
  month: '2026-03',
  from: generatedAt - 85 * minutes,
  until: generatedAt,
  isOver: false,
  services: services.map(({ id }) => ({
    service: id,
    upMs: 3_600_000,
    degradedMs: 60_000,
    downMs: 1_000,
    unknownMs: 0,
    maintenanceMs: 0,
    availability: 0.99972,
  })),
  days: [{ from: generatedAt - 85 * minutes, until: generatedAt, unseenMs: 0 }],
  outages,
  hasMoreOutages: false,
  incidents,
  maintenance,
});

/** Letters that break out of a text, are run by something, turn the line around, or are too many. */
export const hostileTexts = [
  '"><svg onload=alert(1)>',
  ']]><script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '\u202Egnp.evil\u2066\u2069',
  'a\r\nX-INJECTED:1\nEND:VCALENDAR',
  '\u0000\u001B[31m\u0008\uFFFE\uD800',
  '&'.repeat(10_000),
  'é🦉'.repeat(5_000),
] as const;

/** As the page announces it. */
export const announced = ({ title, text, services, from, until }: PublishedWindow): PublishedMaintenance => ({
  title,
  ...(text && { text }),
  services,
  from,
  until,
});

export const weekly: PublishedRecurrence = {
  title: { fr: 'Mises à jour', en: 'Updates' },
  services: ['mail'],
  wallStart: '2026-01-04T02:00:00',
  rule: 'FREQ=WEEKLY;BYDAY=SU',
  durationMs: 2 * hours,
  next: now + 7 * 24 * hours,
};

/** The same day, where everything that has a name has this one. */
export const named = (text: string): PublishedStatus => {
  const both = { fr: text, en: text };
  return {
    ...badDay,
    organisation: { ...badDay.organisation, name: text },
    services: badDay.services.map((service) => ({ ...service, name: both, description: both, group: both })),
    incidents: [
      { ...incident, title: both, updates: [{ at: now, phase: 'monitoring', text: both }], postMortem: both },
      resolved,
    ],
    maintenance: [windowAt(5, { title: both, text: both })].map(announced),
    recurring: [{ ...weekly, title: both, text: both }],
    calendar: [
      windowAt(-5, { title: both, text: both }),
      windowAt(5, { title: both, text: both, cancelled: true }),
    ],
  };
};

// What the general assembly reads: a month of the services.
import type { Language } from '../config.ts';
import { dates } from './time.ts';

interface ReportWords {
  readonly title: (month: string) => string;
  readonly lead: (lost: number | undefined) => string;
  readonly month: (at: number, timezone: string) => string;
  readonly soFar: string;
  readonly service: string;
  readonly availability: string;
  readonly before: string;
  readonly down: string;
  readonly degraded: string;
  readonly unknown: string;
  readonly maintenance: string;
  readonly lost: string;
  readonly outages: string;
  readonly noOutages: string;
  readonly shortened: (count: number) => string;
  readonly when: string;
  readonly what: string;
  readonly length: string;
  readonly slowest: string;
  readonly check: string;
  readonly median: string;
  readonly worst: string;
  readonly promises: string;
  readonly promise: string;
  readonly due: string;
  readonly kept: string;
  readonly late: string;
  readonly missed: string;
  readonly promised: Readonly<Record<'updates' | 'announced' | 'ended', string>>;
  readonly never: string;
  readonly note: string;
  /** Of one service, in a message. */
  readonly line: (service: string, share: string, down?: string, lost?: number) => string;
  readonly number: (value: number) => string;
  /** Rounded down: with an outage it is never 100 %. */
  readonly percent: (share: number) => string;
}

const percents = (locale: string) => {
  const format = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 3 });
  return (share: number) => format.format(share);
};
const numbers = (locale: string) => {
  const format = new Intl.NumberFormat(locale);
  return (value: number) => format.format(value);
};
const [french, english] = [numbers('fr-FR'), numbers('en-GB')];

export const reportWords: Readonly<Record<Language, ReportWords>> = {
  fr: {
    title: (month) => (/^[ao]/.test(month) ? `Rapport d’${month}` : `Rapport de ${month}`),
    lead: (lost) =>
      lost === undefined
        ? 'Ce que les services ont tenu, mesuré jour et nuit.'
        : `Ce que les services ont tenu, mesuré jour et nuit. En tout, ${french(lost)}\u00a0minutes-adhérents perdues.`,
    month: dates('fr-FR', { month: 'long', year: 'numeric' }),
    soFar: 'Ce mois n’est pas fini\u00a0: le rapport s’arrête à aujourd’hui.',
    service: 'Service',
    availability: 'Disponibilité',
    before: 'Le mois d’avant',
    down: 'En panne',
    degraded: 'Ralenti ou gêné',
    unknown: 'Sans mesure',
    maintenance: 'Maintenance annoncée',
    lost: 'Minutes-adhérents perdues',
    outages: 'Interruptions',
    noOutages: 'Aucune interruption n’a été constatée.',
    shortened: (count) => `Les ${french(count)} plus longues.`,
    when: 'Quand',
    what: 'Quoi',
    length: 'Durée',
    slowest: 'Les bases de données les plus lentes',
    check: 'Sonde',
    median: 'Une fois sur deux, en moins de',
    worst: 'Dix-neuf fois sur vingt, en moins de',
    promises: 'Promesses tenues',
    promise: 'Promesse',
    due: 'Échues',
    kept: 'Tenues',
    late: 'En retard',
    missed: 'Non tenues',
    promised: {
      updates: 'Le point d’information suivant d’un incident, à l’heure dite',
      announced: 'Une maintenance, annoncée la veille au plus tard',
      ended: 'Une maintenance, finie à l’heure dite',
    },
    never: '–',
    note: 'La disponibilité est le temps où le service a marché, bien ou mal, sur le temps où nous l’avons vu, maintenance annoncée à part. Les minutes-adhérents sont les minutes de panne, même partielle, multipliées par le nombre d’adhérents qui utilisent le service.',
    line: (service, share, down, lost) =>
      `${service}\u00a0: ${[
        share,
        ...(down === undefined ? [] : [`${down} en panne`]),
        ...(lost === undefined || lost === 0 ? [] : [`${french(lost)}\u00a0minutes-adhérents perdues`]),
      ].join(', ')}`,
    number: french,
    percent: percents('fr-FR'),
  },
  en: {
    title: (month) => `Report of ${month}`,
    lead: (lost) =>
      lost === undefined
        ? 'How the services did, measured day and night.'
        : `How the services did, measured day and night. In all, ${english(lost)} member-minutes were lost.`,
    month: dates('en-GB', { month: 'long', year: 'numeric' }),
    soFar: 'This month is not over: the report ends today.',
    service: 'Service',
    availability: 'Availability',
    before: 'The month before',
    down: 'Down',
    degraded: 'Slow or disturbed',
    unknown: 'Not seen',
    maintenance: 'Announced maintenance',
    lost: 'Member-minutes lost',
    outages: 'Outages',
    noOutages: 'No outage was recorded.',
    shortened: (count) => `The ${english(count)} longest.`,
    when: 'When',
    what: 'What',
    length: 'How long',
    slowest: 'The slowest databases',
    check: 'Check',
    median: 'Half of the time, in less than',
    worst: 'Nineteen times of twenty, in less than',
    promises: 'Promises kept',
    promise: 'Promise',
    due: 'Due',
    kept: 'Kept',
    late: 'Late',
    missed: 'Not kept',
    promised: {
      updates: 'The next update of an incident, by the time it was promised for',
      announced: 'Maintenance, announced a day before at the latest',
      ended: 'Maintenance, over by the time it was announced for',
    },
    never: '–',
    note: 'Availability is the time in which the service worked, well or not, over the time in which we saw it, announced maintenance apart. Member-minutes are minutes of outage, partial ones too, times the number of members who use the service.',
    line: (service, share, down, lost) =>
      `${service}: ${[
        share,
        ...(down === undefined ? [] : [`down for ${down}`]),
        ...(lost === undefined || lost === 0 ? [] : [`${english(lost)} member-minutes lost`]),
      ].join(', ')}`,
    number: english,
    percent: percents('en-GB'),
  },
};

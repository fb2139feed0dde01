// The words of the page of one service.
import type { Language } from '../config.ts';

interface ServiceWords {
  readonly windows: Readonly<Record<'24h' | '7d' | '30d' | '90d' | '13m', string>>;
  readonly window: string;
  /** Where one is: the way back. */
  readonly trail: string;
  readonly way: string;
  /** What is timed. */
  readonly timed: Readonly<Record<'whole' | 'connecting' | 'reading' | 'writing', string>>;
  readonly summary: (median: string, low: string, high: string) => string;
  readonly lost: (share: string) => string;
  readonly noneLost: string;
  readonly target: (limit: string) => string;
  readonly beyond: (limit: string) => string;
  readonly usual: string;
  readonly legend: Readonly<Record<'median' | 'half' | 'most' | 'usual' | 'lossy', string>>;
  readonly none: string;
  readonly untimed: string;
  readonly unavailable: string;
  readonly table: string;
  readonly columns: Readonly<Record<'when' | 'median' | 'half' | 'most' | 'lost' | 'mark', string>>;
  readonly from: (low: string, high: string) => string;
  readonly data: string;
  readonly figures: Readonly<
    Record<'heading' | 'available' | 'down' | 'degraded' | 'unknown' | 'table', string>
  >;
  readonly never: string;
  readonly happened: string;
  readonly nothing: string;
  readonly going: string;
  readonly older: string;
  readonly above: string;
  readonly below: string;
  readonly feed: string;
}

const nbsp = '\u00a0';

export const serviceWords: Readonly<Record<Language, ServiceWords>> = {
  fr: {
    windows: {
      '24h': `24${nbsp}h`,
      '7d': `7${nbsp}jours`,
      '30d': `30${nbsp}jours`,
      '90d': `90${nbsp}jours`,
      '13m': `13${nbsp}mois`,
    },
    window: 'Période montrée',
    trail: 'Fil d’Ariane',
    way: 'État des services',
    timed: {
      whole: 'Temps de réponse',
      connecting: 'Temps pour se connecter',
      reading: 'Temps d’une lecture',
      writing: 'Temps d’une écriture',
    },
    summary: (median, low, high) =>
      `Une réponse sur deux arrive en ${median} au plus\u202f; huit sur dix prennent entre ${low} et ${high}.`,
    lost: (share) => `Mesures sans réponse${nbsp}: ${share}.`,
    noneLost: 'Toutes les mesures ont eu une réponse.',
    target: (limit) => `limite ${limit}`,
    beyond: (limit) => `La limite au-delà de laquelle c’est lent, ${limit}, est au-dessus du cadre.`,
    usual: 'd’habitude',
    legend: {
      median: 'médiane',
      half: 'la moitié des réponses',
      most: 'huit réponses sur dix',
      usual: 'd’habitude, huit sur dix',
      lossy: 'plus épais\u202f: des mesures sans réponse',
    },
    none: 'Rien n’a été mesuré pendant cette période.',
    untimed: 'Nous ne mesurons pas le temps de réponse de ce service.',
    unavailable: 'La courbe n’est pas disponible pour l’instant. Rechargez la page dans une minute.',
    table: 'Les mêmes mesures en tableau',
    columns: {
      when: 'Quand',
      median: 'Médiane',
      half: 'La moitié',
      most: 'Huit sur dix',
      lost: 'Sans réponse',
      mark: 'État',
    },
    from: (low, high) => `${low} à ${high}`,
    data: `Les mêmes mesures pour un programme${nbsp}:`,
    figures: {
      heading: `Ces 90${nbsp}derniers jours`,
      available: 'disponible',
      down: 'en panne',
      degraded: 'perturbé',
      unknown: 'sans mesure',
      table: 'Ces jours en tableau',
    },
    never: 'jamais',
    happened: 'Ce qui s’est passé',
    nothing: 'Aucune interruption n’a été enregistrée.',
    going: 'en cours',
    older: 'Les treize derniers mois, jour par jour (JSON)',
    above: 'Dépend de',
    below: 'En dépendent',
    feed: 'Être prévenu des pannes de ce service, dans un lecteur de flux (Atom)',
  },
  en: {
    windows: {
      '24h': `24${nbsp}hours`,
      '7d': `7${nbsp}days`,
      '30d': `30${nbsp}days`,
      '90d': `90${nbsp}days`,
      '13m': `13${nbsp}months`,
    },
    window: 'Period shown',
    trail: 'Breadcrumb',
    way: 'State of the services',
    timed: {
      whole: 'Response time',
      connecting: 'Time to connect',
      reading: 'Time of a read',
      writing: 'Time of a write',
    },
    summary: (median, low, high) =>
      `One answer in two takes ${median} at most; eight of ten take between ${low} and ${high}.`,
    lost: (share) => `Measurements without an answer: ${share}.`,
    noneLost: 'All measurements had an answer.',
    target: (limit) => `limit ${limit}`,
    beyond: (limit) => `The limit above which it is slow, ${limit}, lies above the frame.`,
    usual: 'usually',
    legend: {
      median: 'median',
      half: 'half of the answers',
      most: 'eight answers of ten',
      usual: 'usually, eight of ten',
      lossy: 'thicker: measurements without an answer',
    },
    none: 'Nothing was measured in this period.',
    untimed: 'We do not measure how fast this service answers.',
    unavailable: 'The chart is not available at the moment. Reload the page in a minute.',
    table: 'The same measurements as a table',
    columns: {
      when: 'When',
      median: 'Median',
      half: 'Half',
      most: 'Eight of ten',
      lost: 'No answer',
      mark: 'State',
    },
    from: (low, high) => `${low} to ${high}`,
    data: 'The same measurements for a program:',
    figures: {
      heading: `The last 90${nbsp}days`,
      available: 'available',
      down: 'down',
      degraded: 'not working well',
      unknown: 'not measured',
      table: 'These days as a table',
    },
    never: 'never',
    happened: 'What happened',
    nothing: 'No interruption was recorded.',
    going: 'going on',
    older: 'The last thirteen months, day by day (JSON)',
    above: 'Depends on',
    below: 'What depends on it',
    feed: 'Be told of outages of this service, in a feed reader (Atom)',
  },
};

// What administrators read beside alerts and incidents.
import type { Language } from '../config.ts';

interface BoardWords {
  readonly title: string;
  /** How many alerts are open. */
  readonly alerts: (count: number) => string;
  readonly measuredAt: (when: string) => string;
  readonly live: string;
  readonly lost: string;
  readonly since: (when: string, length: string) => string;
  readonly mended: (length: string) => string;
  readonly taken: (by: string, when: string, note: string) => string;
  readonly untaken: string;
  /** `until` is of `time`, here and below. */
  readonly silenced: (by: string, until: string, reason: string) => string;
  readonly silences: string;
  readonly maintenance: string;
  /** Work that is called so goes on until then. */
  readonly planned: (title: string, until: string) => string;
  readonly held: Readonly<Record<'parent' | 'maintenance', string>>;
  readonly consequences: string;
  readonly told: string;
  readonly untold: string;
  readonly kind: Readonly<Record<'alert' | 'update' | 'reminder' | 'recovery' | 'word' | 'test', string>>;
  readonly fate: Readonly<Record<'waiting' | 'delivered' | 'folded' | 'dead', string>>;
  readonly attempts: (count: number) => string;
  readonly route: string;
  readonly what: string;
  readonly when: string;
  readonly arrived: string;
  readonly incidents: string;
  readonly noIncidents: string;
  readonly published: string;
  readonly draft: string;
  readonly over: string;
  readonly versions: (count: number) => string;
  readonly entry: Readonly<
    Record<
      | 'opened'
      | 'spread'
      | 'updated'
      | 'edited'
      | 'amended'
      | 'published'
      | 'hidden'
      | 'merged'
      | 'absorbed'
      | 'post-mortem'
      | 'nagged',
      string
    >
  >;
  readonly next: (when: string) => string;
  readonly overdue: (when: string) => string;
}

const nbsp = '\u00a0';

export const boardWords: Readonly<Record<Language, BoardWords>> = {
  fr: {
    title: 'alertes',
    alerts: (count) =>
      count === 0 ? 'Aucune alerte.' : count === 1 ? 'Une alerte ouverte.' : `${count} alertes ouvertes.`,
    measuredAt: (when) => `Vu à ${when}. Rechargez la page pour des nouvelles plus récentes.`,
    live: 'En direct.',
    lost: 'La liaison est coupée. Ce que vous lisez n’est peut-être plus vrai.',
    since: (when, length) => `Depuis ${when}, soit ${length}.`,
    mended: (length) => `rétabli après ${length}`,
    taken: (by, when, note) =>
      `Prise en charge par ${by} (${when})${note === '' ? '.' : `${nbsp}: «${nbsp}${note}${nbsp}»`}`,
    untaken: 'Personne ne l’a encore prise en charge.',
    silenced: (by, until, reason) => `En sourdine ${until}, par ${by}${nbsp}: «${nbsp}${reason}${nbsp}»`,
    silences: 'En sourdine',
    maintenance: 'En maintenance',
    planned: (title, until) => `${title}, ${until}`,
    held: { parent: 'retenue par sa cause', maintenance: 'retenue par une maintenance' },
    consequences: 'Conséquences',
    told: 'Ce qui a été envoyé',
    untold: 'Rien n’a encore été envoyé.',
    kind: {
      alert: 'alerte',
      update: 'suite',
      reminder: 'rappel',
      recovery: 'rétablissement',
      word: 'mot de Vigie',
      test: 'essai',
    },
    fate: {
      waiting: 'en attente',
      delivered: 'arrivé',
      folded: 'dit dans un autre message',
      dead: 'abandonné',
    },
    attempts: (count) => `${count} essais`,
    route: 'Canal',
    what: 'Message',
    when: 'Décidé',
    arrived: 'Sort',
    incidents: 'Incidents',
    noIncidents: 'Aucun incident en cours.',
    published: 'publié',
    draft: 'brouillon',
    over: 'Tout ce qu’il raconte fonctionne de nouveau, d’après les mesures.',
    versions: (count) => `${count} ${count < 2 ? 'version' : 'versions'}`,
    entry: {
      opened: 'ouvert',
      spread: 'étendu',
      updated: 'point d’information',
      edited: 'correction',
      amended: 'modifié',
      published: 'publié',
      hidden: 'caché',
      merged: 'fusionné',
      absorbed: 'complété par un autre',
      'post-mortem': 'retour d’expérience',
      nagged: 'promesse manquée, rappelée',
    },
    next: (when) => `Prochaine nouvelle promise avant ${when}.`,
    overdue: (when) => `Une nouvelle était promise avant ${when}${nbsp}: les membres l’attendent.`,
  },
  en: {
    title: 'alerts',
    alerts: (count) =>
      count === 0 ? 'No alert.' : count === 1 ? 'One alert is open.' : `${count} alerts are open.`,
    measuredAt: (when) => `Seen at ${when}. Reload the page for newer news.`,
    live: 'Live.',
    lost: 'The connection is lost. What you read may no longer be true.',
    since: (when, length) => `Since ${when}: ${length}.`,
    mended: (length) => `works again after ${length}`,
    taken: (by, when, note) => `Taken by ${by} (${when})${note === '' ? '.' : `: “${note}”`}`,
    untaken: 'Nobody has taken it yet.',
    silenced: (by, until, reason) => `Silenced ${until} by ${by}: “${reason}”`,
    silences: 'Silenced',
    maintenance: 'In maintenance',
    planned: (title, until) => `${title}, ${until}`,
    held: { parent: 'held by its cause', maintenance: 'held by maintenance' },
    consequences: 'Consequences',
    told: 'What was sent',
    untold: 'Nothing was sent yet.',
    kind: {
      alert: 'alert',
      update: 'update',
      reminder: 'reminder',
      recovery: 'recovery',
      word: 'word of Vigie',
      test: 'test',
    },
    fate: { waiting: 'waiting', delivered: 'arrived', folded: 'said in another message', dead: 'given up' },
    attempts: (count) => `${count} attempts`,
    route: 'Route',
    what: 'Message',
    when: 'Decided',
    arrived: 'Fate',
    incidents: 'Incidents told',
    noIncidents: 'No incident goes on.',
    published: 'published',
    draft: 'draft',
    over: 'All that it tells of works again, by the measurements.',
    versions: (count) => `${count} ${count === 1 ? 'version' : 'versions'}`,
    entry: {
      opened: 'opened',
      spread: 'widened',
      updated: 'update written',
      edited: 'edited',
      amended: 'amended',
      published: 'made public',
      hidden: 'hidden',
      merged: 'merged',
      absorbed: 'completed by another',
      'post-mortem': 'post-mortem',
      nagged: 'missed promise, reminded of',
    },
    next: (when) => `Next news promised by ${when}.`,
    overdue: (when) => `News were promised by ${when}: members wait for them.`,
  },
};

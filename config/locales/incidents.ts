// The words around incidents, for readers; what people write they write in their own.
import type { Language } from '../config.ts';

interface IncidentWords {
  readonly phase: Readonly<Record<'investigating' | 'identified' | 'monitoring' | 'resolved', string>>;
  /** What Vigie says while no person does. */
  readonly neutral: Readonly<Record<'noticed' | 'over', string>>;
  readonly next: (when: string) => string;
  readonly overdue: (when: string) => string;
  readonly edited: string;
  readonly names: (names: readonly string[]) => string;
  readonly affects: (names: string) => string;
  readonly resolved: string;
  readonly postMortem: string;
  /** Of a message: what happened to what, and how far it has come. */
  readonly news: (title: string, phase: string) => string;
  /** To who promised news. */
  readonly late: (title: string) => string;
  readonly lateText: (id: number, when: string) => string;
}

const lists = { fr: new Intl.ListFormat('fr-FR'), en: new Intl.ListFormat('en-GB') } as const;

export const incidentWords: Readonly<Record<Language, IncidentWords>> = {
  fr: {
    phase: {
      investigating: 'Analyse en cours',
      identified: 'Cause identifiée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
    },
    neutral: {
      noticed: 'Nos mesures montrent un problème. Personne n’a encore pu en dire plus ici.',
      over: 'D’après nos mesures, tout fonctionne de nouveau.',
    },
    next: (when) => `Prochaine nouvelle avant ${when}.`,
    // Not “avant”: with “hier” after it, that is the day before yesterday.
    overdue: (when) => `Nous avions promis une nouvelle pour ${when}\u00a0: elle est en retard.`,
    edited: 'corrigé depuis',
    names: (names) => lists.fr.format(names),
    affects: (names) => `Services touchés\u00a0: ${names}.`,
    resolved: 'Incidents résolus',
    postMortem: 'Ce qui s’est passé',
    news: (title, phase) => `${title}\u00a0: ${phase.toLowerCase()}`,
    late: (title) => `Les membres attendent des nouvelles – ${title}`,
    lateText: (id, when) =>
      `Des nouvelles étaient promises pour ${when}. Pour en donner\u00a0: vigie incident update ${id} --fr '…' --next 30m`,
  },
  en: {
    phase: {
      investigating: 'Investigating',
      identified: 'Cause identified',
      monitoring: 'Watching the repair',
      resolved: 'Resolved',
    },
    neutral: {
      noticed: 'Our measurements show a problem. Nobody has been able to say more here yet.',
      over: 'By our measurements, everything works again.',
    },
    next: (when) => `Next news by ${when}.`,
    overdue: (when) => `We had promised news by ${when}: they are late.`,
    edited: 'corrected since',
    names: (names) => lists.en.format(names),
    affects: (names) => `Affected services: ${names}.`,
    resolved: 'Resolved incidents',
    postMortem: 'What happened',
    news: (title, phase) => `${title}: ${phase.toLowerCase()}`,
    late: (title) => `Members wait for news – ${title}`,
    lateText: (id, when) =>
      `News were promised by ${when}. To give some: vigie incident update ${id} --en '…' --next 30m`,
  },
};

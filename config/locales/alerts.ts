// What messages about alerts say. Names and states stand on either side of a colon, so that none has to agree with another.
import type { Language } from '../config.ts';

export interface AlertWords {
  /** Names, such as “Network and 3 others”. */
  readonly names: (names: readonly string[], others: number) => string;
  readonly about: (names: string, what: string) => string;
  readonly flapping: string;
  readonly update: (title: string) => string;
  readonly reminder: (title: string) => string;
  readonly since: (what: string, when: string) => string;
  readonly over: (length: string) => string;
  readonly better: string;
  readonly partly: string;
  readonly withdrawn: string;
  /** A check, since when, and why; what it saw last. */
  readonly trouble: (check: string, when: string, cause: string, evidence: string) => string;
  readonly ended: (check: string, length: string, cause: string, evidence: string) => string;
  readonly consequences: (names: string) => string;
  readonly acknowledged: (by: string, note: string) => string;
  /** Nothing can be seen. */
  readonly blind: OwnWords;
  /** Nothing can be seen over one family, such as IPv6, from one vantage point. */
  readonly blindPlace: (family: string, vantage: string) => OwnWords;
  /** Nothing can be measured, and why. */
  readonly unfit: OwnWords;
}

/** What Vigie says of itself; `evidence` is for administrators, in English. */
interface OwnWords {
  readonly title: string;
  readonly text: (since: string, evidence: string) => string;
  readonly overTitle: string;
  readonly overText: (since: string, length: string) => string;
}

const nbsp = '\u00a0';

export const alertWords: Readonly<Record<Language, AlertWords>> = {
  fr: {
    names: (names, others) => withOthers(names, others, 'fr-FR', (count) => `${count} autres`),
    about: (names, what) => `${names}${nbsp}: ${what}`,
    flapping: 'état instable',
    update: (title) => `Du nouveau – ${title}`,
    reminder: (title) => `Rappel – ${title}`,
    since: (what, when) => `${what} depuis ${when}`,
    over: (length) => `rétabli après ${length}`,
    better: 'plus en panne',
    partly: 'en partie rétabli',
    withdrawn: 'plus surveillé',
    trouble: (check, when, cause, evidence) => `– ${check}, depuis ${when}${nbsp}: ${cause} (${evidence})`,
    ended: (check, length, cause, evidence) =>
      `– ${check}, rétabli après ${length}${nbsp}: ${cause} (${evidence})`,
    consequences: (names) => `Conséquences${nbsp}: ${names}.`,
    acknowledged: (by, note) =>
      note === '' ? `Pris en charge par ${by}.` : `Pris en charge par ${by}${nbsp}: «${nbsp}${note}${nbsp}»`,
    blind: {
      title: 'Vigie ne voit plus rien',
      text: (since) =>
        `Aucun témoin ne répond depuis ${since}${nbsp}: c’est sans doute notre propre accès au réseau. Tant que cela dure, Vigie ne sait rien des services et ne compte rien contre eux.`,
      overTitle: 'Vigie voit de nouveau',
      overText: (since, length) => `Vigie n’a rien vu depuis ${since}, pendant ${length}.`,
    },
    blindPlace: (family, vantage) => ({
      title: `${family}${nbsp}: mesure impossible`,
      text: (since, evidence) =>
        `Vigie ne voit plus rien en ${family} depuis ${since} (point de mesure${nbsp}: ${vantage}${nbsp}; ${evidence})${nbsp}: c’est sans doute notre propre accès. Rien n’est compté en ${family} tant que cela dure${nbsp}; le reste est mesuré comme d’habitude.`,
      overTitle: `${family}${nbsp}: mesure rétablie`,
      overText: (since, length) =>
        `Vigie n’a rien vu en ${family} depuis ${since}, pendant ${length} (point de mesure${nbsp}: ${vantage}).`,
    }),
    unfit: {
      title: 'Vigie n’est plus en état de mesurer',
      text: (since, evidence) =>
        `Depuis ${since}, la machine de Vigie ne lui permet plus de mesurer (${evidence}). Tant que cela dure, Vigie ne sait rien des services et ne compte rien contre eux.`,
      overTitle: 'Vigie mesure de nouveau',
      overText: (since, length) => `Vigie n’a rien mesuré depuis ${since}, pendant ${length}.`,
    },
  },
  en: {
    names: (names, others) => withOthers(names, others, 'en-GB', (count) => `${count} others`),
    about: (names, what) => `${names}: ${what}`,
    flapping: 'unstable',
    update: (title) => `News – ${title}`,
    reminder: (title) => `Reminder – ${title}`,
    since: (what, when) => `${what} since ${when}`,
    over: (length) => `works again after ${length}`,
    better: 'no longer down',
    partly: 'partly works again',
    withdrawn: 'no longer watched',
    trouble: (check, when, cause, evidence) => `– ${check}, since ${when}: ${cause} (${evidence})`,
    ended: (check, length, cause, evidence) =>
      `– ${check}, works again after ${length}: ${cause} (${evidence})`,
    consequences: (names) => `Consequences: ${names}.`,
    acknowledged: (by, note) => (note === '' ? `Taken by ${by}.` : `Taken by ${by}: “${note}”`),
    blind: {
      title: 'Vigie cannot see',
      text: (since) =>
        `No witness has answered since ${since}: it is most likely our own network access. Meanwhile Vigie knows nothing of the services, and counts nothing against them.`,
      overTitle: 'Vigie sees again',
      overText: (since, length) => `Vigie saw nothing from ${since} on, for ${length}.`,
    },
    blindPlace: (family, vantage) => ({
      title: `${family}: measuring is impossible`,
      text: (since, evidence) =>
        `Vigie has seen nothing over ${family} since ${since} (vantage point: ${vantage}; ${evidence}): it is most likely our own access. Meanwhile nothing is counted over ${family}; all else is measured as ever.`,
      overTitle: `${family}: measured again`,
      overText: (since, length) =>
        `Vigie saw nothing over ${family} from ${since} on, for ${length} (vantage point: ${vantage}).`,
    }),
    unfit: {
      title: 'Vigie is not fit to measure',
      text: (since, evidence) =>
        `Since ${since} the machine of Vigie does not let it measure (${evidence}). Meanwhile Vigie knows nothing of the services, and counts nothing against them.`,
      overTitle: 'Vigie measures again',
      overText: (since, length) => `Vigie measured nothing from ${since} on, for ${length}.`,
    },
  },
};

const withOthers = (
  names: readonly string[],
  others: number,
  locale: string,
  counted: (count: string) => string,
): string =>
  new Intl.ListFormat(locale).format(others > 0 ? [...names, counted(others.toLocaleString(locale))] : names);

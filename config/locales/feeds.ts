// The words of what is read elsewhere: feeds, the calendar of works, and what other sites show.
import type { Language } from '../config.ts';

interface FeedWords {
  /** `what`: the organisation, or one of its services. */
  readonly title: (what: string, organisation?: string) => string;
  readonly calendar: (organisation: string) => string;
  readonly since: (when: string) => string;
  readonly fromTo: (from: string, to: string, length: string) => string;
  readonly cancelled: (title: string) => string;
  /** Where a reader finds these. */
  readonly beTold: string;
  readonly beToldText: string;
  readonly feed: string;
  readonly works: string;
  readonly embed: string;
  readonly all: string;
}

export const feedWords: Readonly<Record<Language, FeedWords>> = {
  fr: {
    title: (what, organisation) =>
      `${what}${organisation === undefined ? '' : ` – ${organisation}`}\u00a0: pannes et incidents`,
    calendar: (organisation) => `${organisation}\u00a0: travaux annoncés`,
    since: (when) => `Depuis le ${when}.`,
    fromTo: (from, to, length) => `Du ${from} au ${to} (${length}).`,
    cancelled: (title) => `Annulé\u00a0: ${title}`,
    beTold: 'Être prévenu',
    beToldText: 'Sans compte et sans donner d’adresse\u00a0:',
    feed: 'les pannes et les incidents, par un lecteur de flux (Atom)',
    works: 'les travaux annoncés, dans votre agenda (iCalendar)',
    embed: 'l’état des services, sur votre propre site',
    all: 'L’état de tous les services',
  },
  en: {
    title: (what, organisation) =>
      `${what}${organisation === undefined ? '' : ` – ${organisation}`}: outages and incidents`,
    calendar: (organisation) => `${organisation}: announced work`,
    since: (when) => `Since ${when}.`,
    fromTo: (from, to, length) => `From ${from} to ${to} (${length}).`,
    cancelled: (title) => `Cancelled: ${title}`,
    beTold: 'Be told',
    beToldText: 'Without an account, and without giving an address:',
    feed: 'outages and incidents, in a feed reader (Atom)',
    works: 'announced work, in your calendar (iCalendar)',
    embed: 'the state of the services, on your own site',
    all: 'The state of all services',
  },
};

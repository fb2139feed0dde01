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
  readonly beTold: Readonly<Record<'heading' | 'text' | 'feed' | 'works' | 'embed' | 'oneService', string>>;
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
    beTold: {
      heading: 'Être prévenu',
      text: 'Sans compte et sans donner d’adresse\u00a0:',
      feed: 'Les pannes et les incidents, dans un lecteur de flux (Atom)',
      works: 'Les travaux annoncés, dans votre agenda (iCalendar)',
      embed: 'L’état des services, sur votre propre site',
      oneService: 'D’un seul service',
    },
    all: 'L’état de tous les services',
  },
  en: {
    title: (what, organisation) =>
      `${what}${organisation === undefined ? '' : ` – ${organisation}`}: outages and incidents`,
    calendar: (organisation) => `${organisation}: announced work`,
    since: (when) => `Since ${when}.`,
    fromTo: (from, to, length) => `From ${from} to ${to} (${length}).`,
    cancelled: (title) => `Cancelled: ${title}`,
    beTold: {
      heading: 'Be told',
      text: 'Without an account, and without giving an address:',
      feed: 'Outages and incidents, in a feed reader (Atom)',
      works: 'Announced work, in your calendar (iCalendar)',
      embed: 'The state of the services, on your own site',
      oneService: 'Of one service only',
    },
    all: 'The state of all services',
  },
};

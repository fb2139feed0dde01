// The words of the pages that tell: an incident, a month, announced work, and how to say that something is wrong.
import type { Language } from '../config.ts';
import { dates } from './time.ts';

type Phase = 'investigating' | 'identified' | 'monitoring';

interface StoryWords {
  /** Where the pages are, on each of them. */
  readonly pages: Readonly<
    Record<
      'label' | 'home' | 'history' | 'maintenance' | 'report' | 'story' | 'allHistory' | 'allWork',
      string
    >
  >;
  readonly incident: {
    /** What is so now; `since` is a date that is understood years later. */
    readonly now: Readonly<Record<Phase, (since: string) => string>>;
    readonly resolved: (at: string, length: string) => string;
    readonly updates: string;
    readonly editedAt: (when: string) => string;
    readonly affected: string;
    readonly whole: string;
    readonly inMonth: (month: string) => string;
    readonly feed: string;
  };
  readonly month: {
    readonly name: (at: number, timezone: string) => string;
    readonly days: (from: number, until: number, timezone: string) => string;
    readonly lead: (outages: number, hasMore: boolean, incidents: number) => string;
    readonly soFar: string;
    readonly months: string;
    readonly dayByDay: string;
    readonly quiet: string;
    readonly unseen: (length: string) => string;
    readonly shortened: (count: number) => string;
    /** From when until when, and how long it was. */
    readonly lasted: (from: string, until: string | undefined, length: string) => string;
    readonly kept: string;
    readonly service: string;
    readonly missed: string;
    readonly share: string;
    readonly percent: (share: number) => string;
    readonly was: Readonly<
      Record<'down' | 'degraded' | 'maintenance' | 'unknown', (length: string) => string>
    >;
    readonly nothingMissed: string;
    readonly note: string;
    readonly madeAt: (when: string) => string;
  };
  readonly maintenance: {
    readonly running: (title: string, until: string) => string;
    readonly next: (title: string, when: string) => string;
    readonly none: string;
    readonly headings: Readonly<Record<'running' | 'coming' | 'recurring' | 'over', string>>;
    readonly nextTime: (when: string) => string;
    readonly cancelled: (title: string) => string;
    readonly calendar: string;
    readonly calendarText: string;
    readonly older: string;
  };
  readonly report: {
    readonly lead: string;
    readonly known: string;
    readonly choose: string;
    readonly other: string;
    readonly address: (address: string) => string;
    readonly noTrace: string;
    readonly subject: (what: string) => string;
    /** The lines of a letter; `said` is what the page says, and `page` where it is. */
    readonly body: (what: string | undefined, when: string, said: readonly string[]) => readonly string[];
    readonly incident: (title: string, address: string) => string;
  };
}

const ranges = (locale: string, first = '1') => {
  const byZone = new Map<string, Intl.DateTimeFormat>();
  return (from: number, until: number, timeZone: string): string => {
    const options = { weekday: 'short', day: 'numeric', month: 'short', timeZone } as const;
    const format = byZone.get(timeZone) ?? new Intl.DateTimeFormat(locale, options);
    byZone.set(timeZone, format);
    return format.formatRange(from, until).replaceAll(/(?<!\d)1(?!\d)/g, first);
  };
};
const percents = (locale: string) => {
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 3,
    roundingMode: 'floor',
  });
  return (share: number) => format.format(share);
};

export const storyWords: Readonly<Record<Language, StoryWords>> = {
  fr: {
    pages: {
      label: 'Pages',
      home: 'État des services',
      history: 'Historique',
      maintenance: 'Travaux prévus',
      report: 'Signaler une panne',
      story: 'Toute l’histoire',
      allHistory: 'Tout l’historique',
      allWork: 'Tous les travaux',
    },
    incident: {
      now: {
        investigating: (since) => `Nous cherchons la cause. Cela dure depuis le ${since}.`,
        identified: (since) => `La cause est connue, et nous y travaillons. Cela dure depuis le ${since}.`,
        monitoring: (since) => `Nous surveillons la réparation. Cela a commencé le ${since}.`,
      },
      resolved: (at, length) => `Résolu le ${at}, après ${length}.`,
      updates: 'Ce que nous en avons dit, du plus récent au plus ancien',
      editedAt: (when) => `Texte corrigé le ${when}.`,
      affected: 'Services touchés',
      whole: 'Aucun service en particulier.',
      inMonth: (month) => `Tout ce qui s’est passé en ${month}`,
      feed: 'Suivre les incidents dans un lecteur de flux (Atom)',
    },
    month: {
      name: dates('fr-FR', { month: 'long', year: 'numeric' }),
      days: ranges('fr-FR', '1er'),
      lead: (outages, hasMore, incidents) => {
        const many = `${hasMore ? 'Plus de ' : ''}${outages}`;
        const first =
          outages === 0
            ? 'Aucune interruption n’a été enregistrée'
            : outages === 1
              ? 'Une interruption a été enregistrée'
              : `${many} interruptions ont été enregistrées`;
        if (incidents === 0) return `${first}.`;
        return `${first}\u202f; ${incidents === 1 ? 'un incident est raconté' : `${incidents} incidents sont racontés`} ici.`;
      },
      soFar: 'Ce mois n’est pas fini.',
      months: 'Autres mois',
      dayByDay: 'Jour après jour, du plus récent au plus ancien',
      quiet: 'Rien à signaler.',
      unseen: (length) => `Nous n’avons rien vu pendant ${length}.`,
      shortened: (count) => `Seules les ${count} interruptions les plus récentes sont montrées.`,
      lasted: (from, until, length) =>
        until === undefined
          ? `depuis ${from}, soit ${length} pour l’instant`
          : `${from} – ${until}, soit ${length}`,
      kept: 'Ce que chaque service a tenu',
      service: 'Service',
      missed: 'Le reste du temps',
      share: 'Disponibilité',
      percent: percents('fr-FR'),
      was: {
        down: (length) => `en panne pendant ${length}`,
        degraded: (length) => `ralenti ou gêné pendant ${length}`,
        maintenance: (length) => `en maintenance pendant ${length}`,
        unknown: (length) => `sans mesure pendant ${length}`,
      },
      nothingMissed: '–',
      note: 'La disponibilité est le temps où le service a marché, bien ou mal, sur le temps où nous l’avons vu, travaux annoncés à part.',
      madeAt: (when) => `Cette page a été faite le ${when}.`,
    },
    maintenance: {
      running: (title, until) => `En cours\u00a0: ${title}, ${until}.`,
      next: (title, when) => `Prochains travaux\u00a0: ${title}. ${when}.`,
      none: 'Aucuns travaux ne sont prévus dans les quinze jours qui viennent.',
      headings: {
        running: 'En ce moment',
        coming: 'À venir',
        recurring: 'Régulièrement',
        over: 'Ces quatorze derniers jours',
      },
      nextTime: (when) => `Prochaine fois\u00a0: ${when}.`,
      cancelled: (title) => `Annulé\u00a0: ${title}`,
      calendar: 'Ces travaux dans votre agenda (iCalendar)',
      calendarText: 'Un agenda qui s’y abonne suit les changements et les annulations.',
      older: 'Les travaux plus anciens sont dans l’historique.',
    },
    report: {
      lead: 'Choisissez ce qui ne marche pas\u00a0: votre logiciel de courrier s’ouvre sur un message déjà commencé, que vous complétez.',
      known: 'Nous le savons déjà',
      choose: 'Qu’est-ce qui ne marche pas\u00a0?',
      other: 'Autre chose',
      address: (address) => `Vous pouvez aussi écrire directement à ${address}.`,
      noTrace:
        'Cette page n’envoie rien et ne garde rien\u00a0: le message part de chez vous, et personne ne compte les signalements.',
      subject: (what) => `Panne\u00a0: ${what}`,
      body: (what, when, said) => [
        'Bonjour,',
        '',
        what === undefined
          ? 'Quelque chose ne marche pas chez moi.'
          : `Quelque chose ne marche pas chez moi\u00a0: ${what}.`,
        '',
        'Ce que j’essayais de faire, et à quelle adresse\u00a0:',
        '',
        'Ce qui s’est passé, et depuis quand\u00a0:',
        '',
        '',
        `Ce que disait la page d’état le ${when}\u00a0:`,
        ...said,
      ],
      incident: (title, address) => `Incident en cours\u00a0: ${title} ${address}`.trim(),
    },
  },
  en: {
    pages: {
      label: 'Pages',
      home: 'State of the services',
      history: 'History',
      maintenance: 'Planned work',
      report: 'Report a fault',
      story: 'The whole story',
      allHistory: 'The whole history',
      allWork: 'All work',
    },
    incident: {
      now: {
        investigating: (since) => `We are looking for the cause. It has lasted since ${since}.`,
        identified: (since) => `The cause is known, and we are working on it. It has lasted since ${since}.`,
        monitoring: (since) => `We are watching the repair. It began on ${since}.`,
      },
      resolved: (at, length) => `Resolved on ${at}, after ${length}.`,
      updates: 'What we said of it, newest first',
      editedAt: (when) => `Text corrected on ${when}.`,
      affected: 'Affected services',
      whole: 'No service in particular.',
      inMonth: (month) => `All that happened in ${month}`,
      feed: 'Follow incidents in a feed reader (Atom)',
    },
    month: {
      name: dates('en-GB', { month: 'long', year: 'numeric' }),
      days: ranges('en-GB'),
      lead: (outages, hasMore, incidents) => {
        const many = `${hasMore ? 'More than ' : ''}${outages}`;
        const first =
          outages === 0
            ? 'No outage was recorded'
            : outages === 1
              ? 'One outage was recorded'
              : `${many} outages were recorded`;
        if (incidents === 0) return `${first}.`;
        return `${first}; ${incidents === 1 ? 'one incident is' : `${incidents} incidents are`} told here.`;
      },
      soFar: 'This month is not over.',
      months: 'Other months',
      dayByDay: 'Day by day, newest first',
      quiet: 'Nothing to report.',
      unseen: (length) => `We saw nothing for ${length}.`,
      shortened: (count) => `Only the ${count} newest outages are shown.`,
      lasted: (from, until, length) =>
        until === undefined ? `since ${from}: ${length} so far` : `${from} – ${until}: ${length}`,
      kept: 'How each service did',
      service: 'Service',
      missed: 'The rest of the time',
      share: 'Availability',
      percent: percents('en-GB'),
      was: {
        down: (length) => `down for ${length}`,
        degraded: (length) => `slow or disturbed for ${length}`,
        maintenance: (length) => `under maintenance for ${length}`,
        unknown: (length) => `not seen for ${length}`,
      },
      nothingMissed: '–',
      note: 'Availability is the time in which the service worked, well or not, over the time in which we saw it, announced work apart.',
      madeAt: (when) => `This page was made on ${when}.`,
    },
    maintenance: {
      running: (title, until) => `Under way: ${title}, ${until}.`,
      next: (title, when) => `Next work: ${title}. ${when}.`,
      none: 'No work is planned for the next fifteen days.',
      headings: { running: 'Now', coming: 'To come', recurring: 'Regularly', over: 'The last fourteen days' },
      nextTime: (when) => `Next time: ${when}.`,
      cancelled: (title) => `Cancelled: ${title}`,
      calendar: 'This work in your calendar (iCalendar)',
      calendarText: 'A calendar that subscribes to it follows what changes and what is cancelled.',
      older: 'Older work is in the history.',
    },
    report: {
      lead: 'Choose what does not work: your mail program opens with a message that is begun, for you to complete.',
      known: 'We know of this already',
      choose: 'What does not work?',
      other: 'Something else',
      address: (address) => `You can also write to ${address} yourself.`,
      noTrace:
        'This page sends nothing and keeps nothing: the message leaves from your side, and nobody counts reports.',
      subject: (what) => `Fault: ${what}`,
      body: (what, when, said) => [
        'Hello,',
        '',
        what === undefined ? 'Something does not work for me.' : `Something does not work for me: ${what}.`,
        '',
        'What I was trying to do, and at which address:',
        '',
        'What happened, and since when:',
        '',
        '',
        `What the status page said on ${when}:`,
        ...said,
      ],
      incident: (title, address) => `Incident under way: ${title} ${address}`.trim(),
    },
  },
};

// What subscribers are told: made of what the public page says, and of nothing else.
import type { Language } from '../../../config/config.ts';
import { incidentWords } from '../../../config/locales/incidents.ts';
import { locales } from '../../../config/locales/index.ts';
import { mailWords } from '../../../config/locales/subscriptions.ts';
import type { WorkNews } from '../../../config/locales/subscriptions.ts';
import { isOpen } from '../../core/incidents/incident.ts';
import type { Incident, Told, Version } from '../../core/incidents/incident.ts';
import type { Bulletin, BulletinChange } from '../../core/subscriptions/subscriber.ts';
import type { Instant } from '../../core/time.ts';
import { publishIncidents } from '../published-incidents.ts';
import type { PublishedIncident } from '../published-incidents.ts';
import type { PublishedWindow } from '../published-maintenance.ts';
import type { PublishedService, PublishedStatus } from '../publish.ts';

/** What readers know. */
export interface Known {
  readonly services: readonly Pick<PublishedService, 'id' | 'name'>[];
  readonly organisation: Pick<PublishedStatus['organisation'], 'timezone'>;
}

/** What has been public for longer is no news, whatever is written beside it. */
const newsMs = 30 * 86_400_000;

/** Of incidents into which these versions were just written. */
export const incidentBulletins = (
  added: readonly Version[],
  incidents: ReadonlyMap<number, Incident>,
  known: Known,
): readonly BulletinChange[] =>
  [...Map.groupBy(added, ({ incident }) => incident)].flatMap(([id, versions]) => {
    const incident = incidents.get(id);
    return incident === undefined ? [] : changesOf(incident, versions, known);
  });

// The newest word is told again with whatever is written: who has it gets nothing, and whom it concerns only now gets it.
const changesOf = (
  incident: Incident,
  versions: readonly Version[],
  known: Known,
): readonly BulletinChange[] => {
  const thread = `incident-${incident.id}`;
  const kinds = new Set(versions.map(({ entry: { kind } }) => kind));
  if (kinds.has('hidden') || kinds.has('merged')) return [{ kind: 'withdrawn', thread }];
  const services = new Set(known.services.map(({ id }) => id));
  const [published] = publishIncidents([incident], services, incident.startedAt);
  const newest = incident.updates.at(-1);
  const since = incident.versions[(newest?.version ?? 0) - 1]?.at;
  const now = versions.at(-1)?.at ?? 0;
  if (published === undefined || newest === undefined || since === undefined || now - since > newsMs)
    return [];
  const bulletin: Bulletin = {
    key: `${thread}/${newest.version}`,
    thread,
    topic: 'incidents',
    services: published.services,
    // Published later than it was written, it has been public since then.
    at: Math.max(since, publishedAt(incident)),
    path: `/incidents/${incident.id}`,
    ...inBoth((language) => incidentSaid(published, known, now, language)),
  };
  const isNews = isOpen(incident) || kinds.has('updated') || kinds.has('published');
  return [isNews ? { kind: 'told', bulletin, decidedAt: now } : { kind: 'reworded', bulletin }];
};

const publishedAt = ({ versions }: Incident): Instant =>
  versions.findLast(({ entry: { kind } }) => kind === 'published')?.at ?? 0;

interface Said {
  readonly title: string;
  readonly text: string;
}

const inBoth = (say: (language: Language) => Said): Pick<Bulletin, 'title' | 'text'> => {
  const [fr, en] = [say('fr'), say('en')];
  return { title: { fr: fr.title, en: en.title }, text: { fr: fr.text, en: en.text } };
};

const incidentSaid = (
  { title, services, phase, updates: [newest], nextUpdateBy }: PublishedIncident,
  known: Known,
  now: Instant,
  language: Language,
): Said => {
  const words = incidentWords[language];
  const names = words.names(namesOf(services, known, language));
  const name = title === undefined ? names : inEither(title, language);
  const said = newest?.neutral ? words.neutral[newest.neutral] : inEither(newest?.text ?? {}, language);
  const { since } = locales[language].time;
  return {
    title: words.news(name, words.phase[phase]),
    text: [
      said,
      ...(nextUpdateBy === undefined
        ? []
        : [words.next(since(nextUpdateBy, now, known.organisation.timezone))]),
      ...(names === '' ? [] : [words.affects(names)]),
    ].join('\n\n'),
  };
};

const inEither = (told: Told, language: Language): string => told[language] ?? told.fr ?? told.en ?? '';

const namesOf = (ids: readonly string[], { services }: Known, language: Language): readonly string[] =>
  services.filter(({ id }) => ids.includes(id)).map(({ name }) => name[language]);

/** A beginning or an end that is further back was missed: the page tells it. */
const missedMs = 3_600_000;

/**
 * Of a calendar, beside what it told of each window before. Of what comes again and again, only that it is announced for the first
 * time, and which of its times are not as announced.
 */
export const workBulletins = (
  calendar: readonly PublishedWindow[],
  before: ReadonlyMap<string, PublishedWindow>,
  known: Known & Pick<PublishedStatus, 'recurring'>,
  now: Instant,
): readonly Bulletin[] =>
  calendar.flatMap((window) => {
    const told = before.get(window.id);
    const regular = known.recurring.some((one) => isAlike(one, window));
    const isFirst =
      !regular ||
      ![...before.values(), ...calendar].some((one) => one.from < window.from && isAlike(one, window));
    return newsOf(window, told, now)
      .filter(
        (news) => !regular || (news === 'announced' ? isFirst : news === 'changed' || news === 'cancelled'),
      )
      .map((news) => workBulletin(news, window, known));
  });

const isAlike = (one: Pick<PublishedWindow, 'title'>, other: PublishedWindow): boolean =>
  one.title.fr === other.title.fr && one.title.en === other.title.en;

const newsOf = (
  { from, until, changedAt, cancelled }: PublishedWindow,
  told: PublishedWindow | undefined,
  now: Instant,
): readonly WorkNews[] => {
  const isChanged = told !== undefined && told.changedAt !== changedAt;
  if (until <= now) return cancelled || now - until >= missedMs ? [] : ['over'];
  if (cancelled) return isChanged ? ['cancelled'] : [];
  return [
    ...(told === undefined && from > now ? ['announced' as const] : []),
    ...(isChanged ? ['changed' as const] : []),
    ...(from <= now && now - from < missedMs ? ['begun' as const] : []),
  ];
};

const workBulletin = (
  news: WorkNews,
  { id, title, text, services, from, until, changedAt }: PublishedWindow,
  known: Known,
): Bulletin => ({
  // It begins and ends once, and may change many times.
  key: `maintenance-${id}/${news}${news === 'changed' || news === 'cancelled' ? `-${changedAt}` : ''}`,
  thread: `maintenance-${id}`,
  topic: 'maintenance',
  services,
  at: { announced: changedAt, changed: changedAt, cancelled: changedAt, begun: from, over: until }[news],
  path: '/maintenance',
  ...inBoth((language) => {
    const { time, maintenance } = locales[language];
    return {
      title: mailWords[language].work[news](title[language]),
      text: [
        `${time.between(from, until, known.organisation.timezone)}.`,
        ...(text === undefined ? [] : [text[language]]),
        maintenance.touched(namesOf(services, known, language)),
      ].join('\n\n'),
    };
  }),
});

// Whom incidents are told to, over the routes that alerts take: people who promised news, that these are late; and the public,
// what people say.
import type { Config, Words } from '../../../config/config.ts';
import type { Route } from '../alerts/alert.ts';
import { mayTell } from '../alerts/hours.ts';
import type { Message } from '../alerts/message.ts';
import type { Instant } from '../time.ts';
import { promiseOf } from './incident.ts';
import type { Incident, Told, Version } from './incident.ts';

/** What a message is to say, for whoever finds the words. */
export interface Telling {
  readonly incident: Incident;
  /** What it is known by. */
  readonly title: Told;
  readonly at: Instant;
  readonly timezone: string;
  /** Until when news were promised, and did not come; nothing: the message is the news. */
  readonly missed?: Instant;
}

export type Say = (telling: Telling) => { readonly title: Words; readonly text: Words };

export type TellingRules = Pick<Config, 'organisation' | 'services' | 'exercise'> & {
  readonly routes: readonly Route[];
};

/** What is to be told of these versions, which were just added. */
export const messagesOf = (
  added: readonly Version[],
  incidents: ReadonlyMap<number, Incident>,
  rules: TellingRules,
  say: Say,
): readonly Message[] =>
  [...Map.groupBy(added, ({ incident }) => incident)].flatMap(([id, versions]) => {
    const incident = incidents.get(id);
    return incident === undefined
      ? []
      : [...reminders(incident, versions, rules, say), ...news(incident, versions, rules, say)];
  });

const reminders = (
  incident: Incident,
  versions: readonly Version[],
  rules: TellingRules,
  say: Say,
): readonly Message[] => {
  const promise = promiseOf(incident);
  const nag = versions.find(({ entry }) => entry.kind === 'nagged');
  if (promise === undefined || nag === undefined) return [];
  const words = say({ ...tellingOf(incident, nag.at, rules), missed: promise.at });
  return reminded(incident, nag.at, rules).map((route) =>
    messageOf({ incident, version: nag, route, rules, severity: 'degraded', words }),
  );
};

/** Whether somebody may be told at this hour that news are late, or there is nobody to be told at any. */
export const mayRemind = (incident: Incident, at: Instant, rules: TellingRules): boolean => {
  const all = responsible(incident, rules);
  return all.length === 0 || awake(all, at, rules).length > 0;
};

const responsible = (incident: Incident, { routes }: TellingRules): readonly Route[] =>
  routes.filter((route) => route.audience === 'admins' && concerns(route, incident));

const awake = (routes: readonly Route[], at: Instant, { organisation }: TellingRules): readonly Route[] =>
  routes.filter((route) => mayTell(route, 'degraded', at, organisation.timezone));

// Not who is told of the worst alone, or only what others leave, unless there is nobody else.
const reminded = (incident: Incident, at: Instant, rules: TellingRules): readonly Route[] => {
  const there = awake(responsible(incident, rules), at, rules);
  const first = there.filter(({ severity, afterMs }) => severity === 'degraded' && afterMs === 0);
  return first.length > 0 ? first : there;
};

// What Vigie says of itself, the public is told as an alert.
const news = (
  incident: Incident,
  versions: readonly Version[],
  rules: TellingRules,
  say: Say,
): readonly Message[] => {
  const newest = incident.updates.at(-1);
  const isNew = versions.some(({ entry: { kind } }) => kind === 'updated' || kind === 'published');
  if (!isNew || !incident.isPublic || newest === undefined || typeof newest.said === 'string') return [];
  if (!isForReaders(incident, rules)) return [];
  const version = incident.versions[newest.version - 1];
  if (version === undefined) return [];
  const words = say(tellingOf(incident, version.at, rules));
  return rules.routes
    .filter((route) => route.audience === 'public' && concerns(route, incident))
    .map((route) => messageOf({ incident, version, route, rules, severity: 'info', words }));
};

/** As on the page: of a service that is not public nobody hears, whoever publishes it. */
const isForReaders = (incident: Incident, { services }: TellingRules): boolean =>
  incident.services.length === 0 ||
  services.some((service) => service.public && incident.services.includes(service.id));

const concerns = ({ services }: Route, incident: Incident): boolean =>
  services === undefined ||
  incident.services.length === 0 ||
  incident.services.some((service) => services.includes(service));

const tellingOf = (incident: Incident, at: Instant, { organisation, services }: TellingRules): Telling => {
  const named = services.filter((service) => service.public && incident.services.includes(service.id));
  const names = (language: keyof Words) => named.map(({ name }) => name[language]).join(', ');
  const title = incident.title ?? { fr: names('fr'), en: names('en') };
  return { incident, title, at, timezone: organisation.timezone };
};

interface Parts {
  readonly incident: Incident;
  /** Told of once each route, however often that is decided. */
  readonly version: Version;
  readonly route: Route;
  readonly rules: TellingRules;
  readonly severity: Message['severity'];
  readonly words: ReturnType<Say>;
}

const messageOf = ({ incident, version, route, rules, severity, words }: Parts): Message => ({
  key: `incident-${incident.id}/${version.version}/${route.id}`,
  thread: `incident-${incident.id}/${route.id}`,
  route: route.id,
  kind: 'word',
  severity,
  at: version.at,
  exercise: rules.exercise ?? false,
  ...words,
  alerts: [],
});

// What administrators see of what goes on: alerts under their cause, who was told of them, who has them; and the incidents that
// are told of them.
import type { Cause } from '../../checks/lib/outcome.ts';
import type { Config, Language, Words } from '../../config/config.ts';
import { isOpen, startOf, worst } from '../core/alerts/alert.ts';
import type { Alert, Silence, Trouble as AlertTrouble } from '../core/alerts/alert.ts';
import { isSilenced } from '../core/alerts/course.ts';
import type { Subject } from '../core/effects.ts';
import type { Trouble } from '../core/incidents/follow.ts';
import type { Incident } from '../core/incidents/incident.ts';
import type { Window } from '../core/maintenance.ts';
import type { Instant } from '../core/time.ts';
import type { Letter } from './ports.ts';

export interface Board {
  readonly organisation: {
    readonly name: string;
    readonly timezone: string;
    readonly languages: readonly Language[];
  };
  readonly generatedAt: Instant;
  /** Those that have no cause among them; the others stand under theirs. */
  readonly alerts: readonly BoardAlert[];
  /** Those that hold. */
  readonly silences: readonly Silence[];
  /** What is going on: nobody is told of what it touches. */
  readonly maintenance: readonly Window[];
  /** Newest first; what was resolved, for a day. */
  readonly incidents: readonly BoardIncident[];
}

export interface BoardAlert {
  readonly id: string;
  readonly name: Words;
  readonly state: 'down' | 'degraded';
  readonly startedAt: Instant;
  readonly troubles: readonly BoardTrouble[];
  readonly acknowledgement?: { readonly by: string; readonly at: Instant; readonly note?: string };
  readonly silence?: { readonly by: string; readonly reason: string; readonly until: Instant };
  /** Newest first. */
  readonly letters: readonly BoardLetter[];
  readonly consequences: readonly BoardAlert[];
}

/** What is wrong with one check. */
export interface BoardTrouble {
  readonly check: string;
  readonly state: 'down' | 'degraded';
  readonly since: Instant;
  readonly cause: Cause;
  readonly evidence: string;
  readonly endedAt?: Instant;
  /** Why nobody is told of it. */
  readonly held?: 'parent' | 'maintenance';
}

/** What was sent on a route, and what became of it. */
export interface BoardLetter {
  readonly route: string;
  readonly kind: 'alert' | 'update' | 'reminder' | 'recovery' | 'word' | 'test';
  readonly at: Instant;
  readonly fate: 'waiting' | 'delivered' | 'folded' | 'dead';
  readonly fatedAt?: Instant;
  readonly attempts: number;
  readonly evidence?: string;
}

export interface BoardIncident extends Incident {
  /** Of its services, in the order in which it has them. */
  readonly names: readonly Words[];
  /** Something of what it tells of goes on, as measured. */
  readonly isGoing: boolean;
}

export interface Seen {
  readonly config: Pick<Config, 'organisation' | 'services'>;
  /** Those that are not settled. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** Whether they go on or not. */
  readonly windows: readonly Window[];
  /** What was decided since the first of them opened, newest first. */
  readonly letters: readonly Letter[];
  readonly incidents: Iterable<Incident>;
  /** Outages that go on. */
  readonly troubles: readonly Trouble[];
  readonly now: Instant;
}

/** More than this of one alert nobody reads. */
const lettersMax = 30;
/** What was resolved longer ago is history. */
const recentMs = 86_400_000;

export const boardOf = (seen: Seen): Board => {
  const { config, incidents, now } = seen;
  const { name, timezone, languages } = config.organisation;
  const open = seen.alerts.filter(({ endedAt }) => endedAt === undefined);
  const roots = open.filter((alert) => causeOf(alert, open) === undefined);
  return {
    organisation: { name, timezone, languages },
    generatedAt: now,
    alerts: roots.map((alert) => alertOf(alert, open, seen)),
    silences: seen.silences.filter(({ endedAt, until }) => endedAt === undefined && now < until),
    maintenance: seen.windows.filter(({ from, until }) => from <= now && now < until),
    incidents: [...incidents]
      .filter(({ mergedInto, resolvedAt = now }) => mergedInto === undefined && resolvedAt > now - recentMs)
      .toReversed()
      .map((incident) => incidentOf(incident, seen)),
  };
};

/** When the first alert opened of those that are open. */
export const openSince = (alerts: readonly Alert[], now: Instant): Instant =>
  Math.min(now, ...alerts.map(({ openedAt }) => openedAt));

const alertOf = (alert: Alert, open: readonly Alert[], seen: Seen): BoardAlert => {
  const { id, name, troubles, acknowledgement } = alert;
  const going = troubles.filter(isOpen);
  const silence = silenceOf(alert, seen);
  return {
    id,
    name,
    state: worst(going.length > 0 ? going : troubles),
    startedAt: startOf(alert),
    troubles: troubles.map(troubleOf),
    ...(acknowledgement && { acknowledgement }),
    ...(silence && { silence }),
    letters: seen.letters
      .filter(({ message }) => isAbout(message, alert))
      .slice(0, lettersMax)
      .map(letterOf),
    consequences: open
      .filter((other) => causeOf(other, open) === alert)
      .map((other) => alertOf(other, open, seen)),
  };
};

// The root-most cause, which has none itself: the tree has two levels, and no circles.
const causeOf = (alert: Alert, open: readonly Alert[]): Alert | undefined => {
  const by = byOf(alert);
  const cause = open.find(
    ({ service, troubles }) =>
      by !== undefined &&
      (by.kind === 'service' ? service === by.id : troubles.some(({ check }) => check === by.id)),
  );
  return (cause && byOf(cause)) === undefined ? cause : undefined;
};

// What has a trouble of its own is nobody's consequence.
const byOf = ({ troubles }: Alert): Subject | undefined => {
  const going = troubles.filter(isOpen);
  return going.every(({ held }) => held?.by !== undefined) ? going[0]?.held?.by : undefined;
};

const troubleOf = ({ check, state, since, finding, end, held }: AlertTrouble): BoardTrouble => ({
  check,
  state,
  since,
  cause: finding.cause,
  evidence: finding.evidence,
  ...(end && { endedAt: end.at }),
  ...(held && { held: held.why }),
});

const silenceOf = (alert: Alert, { silences, now }: Seen): BoardAlert['silence'] => {
  const known = silences.find((silence) =>
    alert.troubles.some((trouble) => isOpen(trouble) && isSilenced(trouble, alert, [silence], now)),
  );
  return known && { by: known.by, reason: known.reason, until: known.until };
};

// What Vigie says of itself names no alert of a service; its key says which it is about.
const isAbout = ({ alerts, key }: Letter['message'], { id }: Alert): boolean =>
  alerts.some((alert) => alert.id === id) || key.startsWith(`${id}/`);

const letterOf = ({ message, attempts, evidence, fate }: Letter): BoardLetter => ({
  route: message.route,
  kind: message.kind,
  at: message.at,
  fate: fate?.kind ?? 'waiting',
  ...(fate && { fatedAt: fate.at }),
  attempts,
  ...(evidence !== undefined && { evidence }),
});

const incidentOf = (incident: Incident, { config, troubles }: Seen): BoardIncident => ({
  ...incident,
  names: config.services.filter(({ id }) => incident.services.includes(id)).map(({ name }) => name),
  isGoing: troubles.some(
    ({ outage, root }) => incident.outages.includes(outage) || incident.roots.includes(root),
  ),
});

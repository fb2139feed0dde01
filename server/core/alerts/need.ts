// What a route has yet to be told of an alert now.
import type { Instant } from '../time.ts';
import { drags, hasPassed, isOpen, mostSevere, severityOf, toldOf } from './alert.ts';
import type { Alert, Route, Severity, Told, Trouble } from './alert.ts';
import { mayTell } from './hours.ts';

/** Messages about an alert, by what makes them necessary; an `alert` is the first that a route gets of it. */
export type NeedKind = 'alert' | 'update' | 'reminder' | 'recovery';

export interface Need {
  readonly kind: NeedKind;
  readonly alert: Alert;
  /** Troubles that the route will know of. */
  readonly open: readonly Trouble[];
  /** Of these, the ones that it does not know yet. */
  readonly joined: readonly Trouble[];
  /** Troubles that it knows of and that are over, for it. */
  readonly left: readonly Trouble[];
}

/** What the routes have in common about an alert. */
export interface Circumstances {
  readonly now: Instant;
  readonly timezone: string;
  /** Troubles that nothing holds and nobody has silenced. */
  readonly live: ReadonlySet<Trouble>;
  /** We see the service now: what we say of it is true. */
  readonly isSeen: boolean;
  readonly isFlapping: boolean;
  /** Those of its checks that do. */
  readonly flapping: ReadonlySet<string>;
  /** It flaps, or has fallen again of late: that it is well now may not last. */
  readonly isUnsteady: boolean;
  /** Another check of the service is about to say whether it is out too. */
  readonly isUndecided: boolean;
}

/** A check that is well again may take the others with it: what has ended waits so long for the end of all. */
const leftMs = 60_000;
/** So long a first message waits for what it could say as well. */
const undecidedMs = 15_000;

/** Whose services are out because of it is told as well. */
export const needOf = (
  alert: Alert,
  consequences: readonly Alert[],
  route: Route,
  known: Circumstances,
): Need | undefined => {
  const { checks: told = [], flaps = false } = toldOf(alert, route.id) ?? {};
  const isKnown = ({ check }: Trouble) => told.some((one) => one.check === check);
  const isDragging = drags(consequences);
  // What it was told of in the place of another route, or because of what it dragged along, it is told the end of, too.
  const isToldSo = ({ check, state }: Trouble) =>
    told.some((one) => one.check === check && one.state === state);
  // Of what flaps nothing is over each time that it is well.
  const wanted = alert.troubles.filter((trouble) =>
    isOpen(trouble)
      ? isDragging || isWanted(trouble, route) || isToldSo(trouble)
      : known.isFlapping && isKnown(trouble),
  );
  const joined = wanted.filter((trouble) => known.live.has(trouble) && isNews(trouble, told));
  const left = alert.troubles.filter((trouble) => isKnown(trouble) && !wanted.includes(trouble));
  const open = wanted.filter((trouble) => known.live.has(trouble) || isKnown(trouble));
  const need = (kind: NeedKind): Need => ({ kind, alert, open: open.map(goingOn), joined, left });
  const may = (severity: Severity) =>
    mayTell(route, isDragging ? 'down' : severity, known.now, known.timezone);

  if (told.length === 0)
    return joined.length > 0 &&
      concerns(route, [alert, ...consequences]) &&
      isItsTurn(alert, joined, route, known) &&
      may(mostSevere(joined))
      ? need('alert')
      : undefined;
  const hasLeft = left.some(({ end }) => end === undefined || hasPassed(leftMs, end.at, known.now));
  // What is still out is held, and may be told as well in a moment.
  if (open.length === 0)
    return (wanted.length === 0 || hasLeft) && !known.isUnsteady && may(mostSevere(told))
      ? need('recovery')
      : undefined;
  if (!known.isSeen) return undefined;
  const news = joined.filter(({ check }) => !known.flapping.has(check));
  const isNew = (news.length > 0 && may(mostSevere(news))) || (hasLeft && may('degraded'));
  const isLive = open.some((trouble) => known.live.has(trouble));
  if (isNew || (flaps !== known.isFlapping && isLive && may(mostSevere(open)))) return need('update');
  return isReminded(alert, route, open, known) && may(mostSevere(open)) ? need('reminder') : undefined;
};

const goingOn = (trouble: Trouble): Trouble => {
  const { end: _, ...rest } = trouble;
  return rest;
};

const isWanted = (trouble: Trouble, { severity }: Route): boolean =>
  severity === 'degraded' || severityOf(trouble) === 'down';

const isNews = ({ check, state }: Trouble, told: Told['checks']): boolean => {
  const before = told.find((one) => one.check === check)?.state;
  return before === undefined || (before === 'degraded' && state === 'down');
};

const concerns = ({ services }: Route, alerts: readonly Alert[]): boolean =>
  services === undefined || alerts.some(({ service }) => service === undefined || services.includes(service));

const isItsTurn = (alert: Alert, joined: readonly Trouble[], route: Route, known: Circumstances): boolean => {
  const { now, isSeen, isUndecided } = known;
  if (route.audience === 'public' && !alert.isPublic) return false;
  if (!isSeen || (isUndecided && !hasPassed(undecidedMs, alert.openedAt, now))) return false;
  if (route.afterMs === 0) return true;
  return (
    alert.acknowledgement === undefined &&
    joined.some(({ liveAt = now }) => hasPassed(route.afterMs, liveAt, now))
  );
};

const isReminded = (
  alert: Alert,
  { id, repeatMs }: Route,
  open: readonly Trouble[],
  { live, now }: Circumstances,
): boolean => {
  const { at = now, reminders = 0 } = toldOf(alert, id) ?? {};
  const pauseMs = repeatMs[Math.min(reminders, repeatMs.length - 1)];
  return (
    pauseMs !== undefined &&
    alert.acknowledgement === undefined &&
    open.some((trouble) => live.has(trouble)) &&
    hasPassed(pauseMs, at, now)
  );
};

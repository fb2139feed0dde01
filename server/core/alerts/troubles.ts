// What is wrong with a service, read from the watch: which of its checks are out, and which of these nobody is told of.
import type { Subject } from '../effects.ts';
import type { Impairment } from '../impairment.ts';
import type { Instant } from '../time.ts';
import type { WatchedCheck, WatchedService } from '../watched.ts';
import { isOpen } from './alert.ts';
import type { Hold, Severity, Trouble } from './alert.ts';
import { isGrave } from './grave.ts';

/** What alerts see of the watch. */
export interface View {
  readonly services: ReadonlyMap<string, WatchedService>;
  readonly impairments: readonly Impairment[];
  /** What the subject depends on and is down, or has failed and is not yet confirmed or recovered. */
  readonly shadeOf: (subject: Subject) => { readonly by: Subject; readonly confirmed: boolean } | undefined;
  readonly maintenanceOf: (subject: Subject, at: Instant) => { readonly until: Instant } | undefined;
  readonly isFlapping: (subject: Subject) => boolean;
  readonly hasRelapsed: (subject: Subject) => boolean;
}

export const serviceSubject = (id: string): Subject => ({ kind: 'service', id });
export const checkSubject = (id: string): Subject => ({ kind: 'check', id });

/** Nothing is out, and we can judge. */
export const isWell = ({ services, impairments }: View): boolean =>
  impairments.length === 0 && services.values().every(({ checks }) => !checks.some(isOut));

export const isOut = ({ timeline }: WatchedCheck): boolean => timeline.outage !== undefined;

/** The troubles of a service now, from those it had. The same ones when nothing has changed. */
export const troublesOf = (
  before: readonly Trouble[],
  service: WatchedService | undefined,
  view: View,
  now: Instant,
): readonly Trouble[] => {
  const checks = service?.checks ?? [];
  const known = new Map(before.map((trouble) => [trouble.check, trouble]));
  const gone = before
    .filter(({ check }) => checks.every(({ config }) => config.id !== check))
    .map((trouble) => ended(trouble, now, 'withdrawn'));
  const here = checks.flatMap((check) => troubleOf(check, known.get(check.config.id), view, now) ?? []);
  const after = [...here, ...gone];
  const isSame = after.length === before.length && after.every((trouble) => before.includes(trouble));
  return isSame ? before : after.toSorted((a, b) => a.since - b.since);
};

const troubleOf = (
  check: WatchedCheck,
  known: Trouble | undefined,
  view: View,
  now: Instant,
): Trouble | undefined => {
  const { timeline, config } = check;
  const { outage } = timeline;
  if (outage === undefined)
    return known && ended(known, timeline.state === 'up' ? timeline.since : now, 'recovered');
  // Each time that it flaps is no trouble of its own, but for those of which nobody could be told.
  const isAgain = known?.liveAt !== undefined && !isOpen(known) && isUnsteady(checkSubject(config.id), view);
  const before = known !== undefined && (isAgain || isOpen(known)) ? known : undefined;
  const state: Severity = config.supporting ? 'degraded' : outage.state;
  const since = before?.since ?? outage.startedAt;
  const grave = before?.grave === true || (!config.supporting && isGrave(check, since, now));
  const isSame = before?.outage === outage.id && before.state === state && grave === (before.grave ?? false);
  const trouble: Trouble = isSame
    ? before
    : {
        check: config.id,
        state,
        ...(grave && { grave }),
        since,
        outage: outage.id,
        finding: outage.finding,
        ...(before?.held && { held: before.held }),
        ...(before?.releasedAt !== undefined && { releasedAt: before.releasedAt }),
        ...(isAgain && { liveAt: known.liveAt }),
      };
  return hold(trouble, holdOf(check, view, now), check, now);
};

const ended = (trouble: Trouble, at: Instant, how: 'recovered' | 'withdrawn'): Trouble => {
  if (!isOpen(trouble)) return trouble;
  const { held: _, releasedAt: __, ...rest } = trouble;
  return { ...rest, end: { at: Math.max(at, trouble.since), how } };
};

const holdOf = ({ config, service }: WatchedCheck, view: View, now: Instant): Hold | undefined => {
  const subjects = [checkSubject(config.id), serviceSubject(service)];
  for (const subject of subjects) {
    const shade = view.shadeOf(subject);
    if (shade !== undefined) return { why: 'parent', by: shade.by };
  }
  const ends = subjects.flatMap((subject) => view.maintenanceOf(subject, now)?.until ?? []);
  return ends.length > 0 ? { why: 'maintenance', until: Math.max(...ends) } : undefined;
};

const hold = (trouble: Trouble, now: Hold | undefined, check: WatchedCheck, at: Instant): Trouble => {
  const { held, releasedAt, ...rest } = trouble;
  if (now !== undefined) return isSameHold(held, now) ? trouble : { ...rest, held: now };
  if (held !== undefined) return { ...rest, since: countedSince(rest, held), releasedAt: at };
  return releasedAt !== undefined && hasFailedSince(check, releasedAt) ? rest : trouble;
};

// What began while it was planned, and was never told, counts from the end of that.
const countedSince = ({ since, liveAt }: Trouble, { until = since }: Hold): Instant =>
  liveAt === undefined ? Math.max(since, until) : since;

const isSameHold = (a: Hold | undefined, b: Hold): boolean =>
  a?.why === b.why && a.until === b.until && a.by?.kind === b.by?.kind && a.by?.id === b.by?.id;

/** An outcome that began after `at` still says so, and none after that says otherwise. */
const hasFailedSince = ({ series }: WatchedCheck, at: Instant): boolean =>
  series.some(
    ({ standing: { state, contest, lastAt = 0 } }) =>
      (state === 'down' || state === 'degraded') &&
      lastAt >= at &&
      contest?.kind !== 'recovering' &&
      contest?.kind !== 'calming',
  );

/** Those of the checks of a service that flap. */
export const flappingOf = ({ checks }: WatchedService, view: View): ReadonlySet<string> =>
  new Set(checks.map(({ config }) => config.id).filter((id) => view.isFlapping(checkSubject(id))));

/** What of a service is well again may not stay so. */
export const isAnyUnsteady = ({ config, checks }: WatchedService, view: View): boolean =>
  isUnsteady(serviceSubject(config.id), view) ||
  checks.some((check) => isUnsteady(checkSubject(check.config.id), view));

export const isUnsteady = (subject: Subject, view: View): boolean =>
  view.isFlapping(subject) || view.hasRelapsed(subject);

/** Another check of the service has failed and is about to say whether it is out too. */
export const isUndecided = ({ checks }: WatchedService): boolean =>
  checks.some(
    ({ timeline, series }) =>
      timeline.outage === undefined && series.some(({ standing }) => standing.contest?.kind === 'failing'),
  );

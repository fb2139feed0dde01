// Which outages are explained by those of what they depend on. This changes what is told of an outage, never a state.
import type { CheckConfig } from '../../config/config.ts';
import { missedMs } from './due.ts';
import { subjectId } from './effects.ts';
import type { Subject } from './effects.ts';
import type { Standing } from './judge.ts';
import type { SeriesKey } from './series.ts';
import type { State } from './state.ts';
import type { Instant } from './time.ts';
import type { Timeline } from './timeline.ts';

interface Series {
  readonly key: SeriesKey;
  readonly standing: Standing;
}

interface Check {
  readonly config: CheckConfig;
  readonly service: string;
  readonly series: readonly Series[];
  readonly timeline: Timeline;
}

interface Service {
  readonly config: { readonly id: string; readonly dependsOn?: readonly Subject[] };
  readonly checks: readonly Check[];
  readonly timeline: Timeline;
}

export interface Related {
  readonly checks: ReadonlyMap<string, Check>;
  readonly services: ReadonlyMap<string, Service>;
}

/** Why an outage of a subject may be no news: what it depends on is down, or has just failed. */
export interface Shade {
  /** The first of those who depend on each other. */
  readonly by: Subject;
  /** False while it has failed, and that is neither confirmed nor over. */
  readonly confirmed: boolean;
}

/** What a check depends on: its own first, then what its service does. */
export const parentsOf = ({ config, service }: Check, { services }: Related): readonly Subject[] => [
  ...(config.dependsOn ?? []),
  ...(services.get(service)?.config.dependsOn ?? []),
];

/**
 * The root of the outage of a check, if there is one: a parent that is down in every place and family in which the check
 * is, and was not later than it. A root that is well again explains what has not failed since.
 */
export const rootOf = (check: Check, related: Related): Subject | undefined => {
  const { outage } = check.timeline;
  if (outage === undefined) return undefined;
  const root = blamed(check, related, 'down');
  if (root !== undefined) return root;
  const before = outage.consequenceOf;
  return before !== undefined &&
    ancestorsOf(check, related).some((one) => isSame(one, before)) &&
    badOf(check).every((series) => isShaded(series, before, related))
    ? before
    : undefined;
};

/** The same of a service: all that is wrong with it is a consequence. */
export const rootOfService = ({ checks, timeline }: Service): Subject | undefined => {
  if (timeline.outage === undefined) return undefined;
  const outages = checks.flatMap(({ timeline: { outage } }) => outage ?? []);
  const [first] = outages.toSorted((a, b) => a.startedAt - b.startedAt);
  return outages.every(({ consequenceOf }) => consequenceOf !== undefined) ? first?.consequenceOf : undefined;
};

/** Nothing for a subject that has no outage. */
export const shadeOf = (subject: Subject, related: Related): Shade | undefined => {
  const of = subject.kind === 'check' ? related.checks : related.services;
  const outage = of.get(subject.id)?.timeline.outage;
  if (outage === undefined) return undefined;
  if (outage.consequenceOf !== undefined) return { by: outage.consequenceOf, confirmed: true };
  const check = related.checks.get(subject.kind === 'check' ? subject.id : '');
  const by = check && blamed(check, related, 'failing');
  return by && { by, confirmed: false };
};

/** All that a check depends on, by whatever ways, each once. */
export const ancestorsOf = (check: Check, related: Related): readonly Subject[] => {
  const found = new Map(parentsOf(check, related).map((parent) => [subjectId(parent), parent]));
  // What is added meanwhile has its turn too.
  for (const ancestor of found.values())
    for (const member of membersOf(ancestor, related))
      for (const parent of parentsOf(member, related)) found.set(subjectId(parent), parent);
  return [...found.values()];
};

/** The required checks that make a subject. */
export const membersOf = ({ kind, id }: Subject, { checks, services }: Related): readonly Check[] => {
  if (kind === 'service') return (services.get(id)?.checks ?? []).filter(({ config }) => !config.supporting);
  const check = checks.get(id);
  return check === undefined ? [] : [check];
};

type Failing = 'down' | 'failing';

/** The root-most of those that explain all that is wrong with a check. */
const blamed = (check: Check, related: Related, how: Failing): Subject | undefined => {
  const bad = badOf(check);
  // What only slows down is not explained by what is gone.
  if (bad.length === 0 || bad.some(({ standing }) => stateOf(standing) !== 'down')) return undefined;
  const explains = (subject: Subject) =>
    bad.every(({ key }) => fallsOf(subject, key, related, how).some((fall) => isInTime(fall, check)));
  // The graph is free of circles: the configuration refuses them.
  const rootMost = (subject: Subject): Subject => {
    const above = membersOf(subject, related).flatMap((member) => parentsOf(member, related));
    const parent = above.find(explains);
    return parent === undefined ? subject : rootMost(parent);
  };
  const parent = parentsOf(check, related).find(explains);
  return parent && rootMost(parent);
};

/** A check has gone down, or begun to fail. */
interface Fall {
  readonly config: CheckConfig;
  readonly since: Instant;
}

// A parent that is asked rarely notices late what has struck both: it may begin later by an interval, and by the time
// that a probe of the check may have been under way.
const isInTime = ({ config, since }: Fall, check: Check): boolean =>
  (check.timeline.outage?.startedAt ?? 0) >= since - missedMs(config) - check.config.timeoutMs;

// Those of a subject as seen from where a series is seen. What is well by the majority of its places explains nothing:
// nobody would be told of it.
const fallsOf = (subject: Subject, key: SeriesKey, related: Related, how: Failing): readonly Fall[] =>
  membersOf(subject, related).flatMap((member) => {
    const { config, series, timeline } = member;
    const isUndecided = how === 'failing' && series.some(({ standing }) => isFailing(standing));
    if (timeline.outage === undefined && !isUndecided) return [];
    const seen = seriesAt(member, key);
    const begun = seen.flatMap(({ standing }) => failingSince(standing, how) ?? []);
    return begun.length < seen.length ? [] : [{ config, since: Math.min(...begun) }];
  });

const failingSince = (standing: Standing, how: Failing): Instant | undefined => {
  if (stateOf(standing) === 'down') return standing.since;
  return how === 'failing' && isFailing(standing) ? standing.contest?.since : undefined;
};

const isFailing = ({ contest }: Standing): boolean => contest?.kind === 'failing';

/** The series of the same place and family; where a check has none, all that it has. */
const seriesAt = ({ series }: Check, { vantage, family }: SeriesKey): readonly Series[] => {
  const same = series.filter(({ key }) => key.vantage === vantage && key.family === family);
  return same.length > 0 ? same : series;
};

const isShaded = ({ key, standing }: Series, root: Subject, related: Related): boolean => {
  if (fallsOf(root, key, related, 'down').length > 0) return true;
  const { contest, lastAt = 0 } = standing;
  const wellSince = membersOf(root, related).flatMap((check) =>
    seriesAt(check, key).map(({ standing }) => standing.since),
  );
  return contest?.kind === 'recovering' || lastAt <= Math.max(...wellSince);
};

// What was wrong where we see no more says nothing about now, as long as we see anything.
const badOf = ({ series }: Check): readonly Series[] => {
  const seen = series.filter(({ standing }) => standing.state !== 'unknown');
  return (seen.length > 0 ? seen : series).filter(({ standing }) =>
    ['down', 'degraded'].includes(stateOf(standing)),
  );
};

/** What it was when we last saw it. */
const stateOf = ({ state, held }: Standing): State => held ?? state;

const isSame = (a: Subject, b: Subject): boolean => a.kind === b.kind && a.id === b.id;

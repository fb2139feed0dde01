// The answer to Prometheus. What happens is counted when it happens; what is so is read from the watch when somebody asks.
import { causes, selfCauses } from '../../checks/lib/outcome.ts';
import type { SchedulerCounts } from '../app/ports.ts';
import { signResults } from '../app/dead-mans-switch.ts';
import type { SignResult } from '../app/dead-mans-switch.ts';
import { letterEvents } from '../app/route-courier.ts';
import type { LetterEvent } from '../app/route-courier.ts';
import type { Notable } from '../core/effects.ts';
import { grades } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { seriesId } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import { contentTypes, expose } from './exposition.ts';
import { gather } from './gather.ts';
import type { Watched } from './gather.ts';
import { defineMetrics } from './metric-names.ts';
import type { MetricSet } from './metric-names.ts';

export interface MetricsDeps {
  readonly watch: () => Watched;
  readonly now: () => Instant;
  readonly build: { readonly version: string; readonly revision: string };
}

export interface Metrics {
  /** Results that are kept. */
  readonly observed: (results: readonly Result[]) => void;
  readonly counts: (counts: SchedulerCounts) => void;
  /** A transaction took so many seconds. */
  readonly committed: (seconds: number) => void;
  /** So many results will never be written. */
  readonly shed: (results: number) => void;
  /** The database was at work for so many seconds. */
  readonly worked: (method: string, seconds: number) => void;
  /** The configuration was read again: taken, or refused. */
  readonly reloaded: (ok: boolean) => void;
  readonly noted: (notables: readonly Notable[]) => void;
  /** So many rows wait in the outbox. */
  readonly untold: (rows: number) => void;
  /** These are the routes from now on. */
  readonly routes: (ids: readonly string[]) => void;
  /** What has become of a message for a route. */
  readonly delivered: (route: string, result: LetterEvent) => void;
  /** So many messages wait for a route. */
  readonly undelivered: (route: string, messages: number) => void;
  /** So many are told by mail, or have asked for it. */
  readonly subscribers: (counts: Readonly<Record<'confirmed' | 'unconfirmed', number>>) => void;
  /** A copy of the database was found to be sound then. */
  readonly backedUp: (at: Instant) => void;
  /** What became of a sign of life that was due. */
  readonly sign: (result: SignResult) => void;
  /** Everything, as text of Prometheus or, where `accept` names it, of OpenMetrics. */
  readonly text: (accept?: string) => Promise<{ readonly type: string; readonly body: string }>;
}

export const createMetrics = ({ watch, now, build }: MetricsDeps): Metrics => {
  const metrics = defineMetrics();
  const { facts, fresh, ...counted } = metrics;
  const families = [
    ...Object.values(counted),
    ...Object.values(fresh),
    ...Object.values(facts).map(({ gauge }) => gauge),
  ];
  const followed = new Map<string, Followed>();
  const routes = new Set<string>();
  begin(metrics, build, now());
  return {
    observed: (results) => {
      for (const result of results) observe(metrics, follow(metrics, followed, result.series), result);
    },
    counts: ({ missed, latenessSeconds, inFlight, stallSeconds }) => {
      metrics.missed.inc(missed);
      for (const seconds of latenessSeconds) metrics.lag.observe(seconds);
      metrics.stall.observe(stallSeconds);
      metrics.inFlight.reset();
      for (const [type, probes] of Object.entries(inFlight)) metrics.inFlight.set({ type }, probes);
    },
    committed: (seconds) => metrics.write.observe(seconds),
    worked: (method, seconds) => metrics.busy.inc({ method }, seconds),
    shed: (results) => metrics.shed.inc(results),
    reloaded: (ok) => {
      metrics.reloads.inc({ result: ok ? 'taken' : 'refused' });
      metrics.reloaded.set(ok ? 1 : 0);
      if (ok) metrics.reloadedAt.set(now() / 1_000);
    },
    noted: (notables) => {
      for (const { kind } of notables) metrics.events.inc({ kind });
    },
    untold: (rows) => metrics.untold.set(rows),
    routes: (ids) => keepRoutes(metrics, routes, ids),
    delivered: (route, result) => metrics.messages.inc({ route, result }),
    undelivered: (route, messages) => metrics.undelivered.set({ route }, messages),
    subscribers: (counts) => {
      for (const [state, count] of Object.entries(counts)) metrics.subscribers.set({ state }, count);
    },
    backedUp: (at) => metrics.backedUp.set(at / 1_000),
    sign: (result) => metrics.signs.inc({ result }),
    text: async (accept = '') => {
      const watched = watch();
      refollow(metrics, followed, watched);
      gather(metrics, watched, newestOf(followed), now());
      const format = accept.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
      const { text, series } = await expose(families, format);
      metrics.exposed.set(series);
      return { type: contentTypes[format], body: text };
    },
  };
};

/** A series that has metrics. */
interface Followed {
  readonly key: SeriesKey;
  newest?: Result;
}

const newestOf = (followed: ReadonlyMap<string, Followed>): readonly Result[] =>
  [...followed.values()].flatMap(({ newest }) => newest ?? []);

// What has not happened yet is 0 and not absent, so that its rate is known from the first time it happens.
const begin = (metrics: MetricSet, build: MetricsDeps['build'], now: Instant): void => {
  metrics.build.set({ ...build, node: process.version }, 1);
  metrics.reloaded.set(1);
  metrics.reloadedAt.set(now / 1_000);
  metrics.started.set(Math.floor(now / 1_000 - process.uptime()));
  for (const result of ['taken', 'refused']) metrics.reloads.inc({ result }, 0);
  const kinds = ['outage-opened', 'outage-closed', 'blind', 'sighted'] as const satisfies Notable['kind'][];
  for (const kind of kinds) metrics.events.inc({ kind }, 0);
  for (const result of signResults) metrics.signs.inc({ result }, 0);
};

const keepRoutes = (metrics: MetricSet, known: Set<string>, ids: readonly string[]): void => {
  for (const route of known.difference(new Set(ids))) {
    known.delete(route);
    metrics.undelivered.remove({ route });
    for (const result of letterEvents) metrics.messages.remove({ route, result });
  }
  for (const route of ids) {
    if (known.has(route)) continue;
    known.add(route);
    metrics.undelivered.set({ route }, 0);
    for (const result of letterEvents) metrics.messages.inc({ route, result }, 0);
  }
};

const follow = (metrics: MetricSet, followed: Map<string, Followed>, key: SeriesKey): Followed => {
  const id = seriesId(key);
  const known = followed.get(id);
  if (known !== undefined) return known;
  for (const result of grades) metrics.probes.inc({ ...key, result }, 0);
  const begun: Followed = { key };
  followed.set(id, begun);
  return begun;
};

const observe = (metrics: MetricSet, followed: Followed, result: Result): void => {
  const { grade, cause, totalUs, phasesUs, facts } = result;
  const { key } = followed;
  followed.newest = result;
  metrics.probes.inc({ ...key, result: grade });
  if (cause !== undefined) metrics.failures.inc({ check: key.check, cause });
  if (grade === 'invalid') return;
  metrics.duration.observe(key, totalUs / 1e6);
  for (const [phase, us] of Object.entries(phasesUs)) metrics.phases.observe(key, phase, us / 1e6);
  const { sent, received } = facts;
  if (typeof sent !== 'number' || typeof received !== 'number' || !(received <= sent)) return;
  metrics.pingPackets.inc({ ...key, result: 'received' }, received);
  metrics.pingPackets.inc({ ...key, result: 'lost' }, sent - received);
};

/** Begins what is new at 0, and takes away what is no longer watched, or it would look alive for ever. */
const refollow = (metrics: MetricSet, followed: Map<string, Followed>, { checks, sight }: Watched): void => {
  const watched = new Set(sight.witnesses);
  for (const { series } of checks.values()) {
    for (const { key } of series) {
      follow(metrics, followed, key);
      watched.add(seriesId(key));
    }
  }
  for (const [id, { key }] of followed) {
    if (watched.has(id)) continue;
    followed.delete(id);
    for (const result of grades) metrics.probes.remove({ ...key, result });
    for (const result of ['received', 'lost']) metrics.pingPackets.remove({ ...key, result });
    metrics.phases.remove(key);
    metrics.duration.remove(key);
    if (!checks.has(key.check))
      for (const cause of [...causes, ...selfCauses]) metrics.failures.remove({ check: key.check, cause });
  }
};

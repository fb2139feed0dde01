// A month of all services, for the general assembly: what each kept, what it cost its members, and what answered slowly.
import type { checkTypes } from '../../checks/index.ts';
import type { Config, Words } from '../../config/config.ts';
import { accountOf } from '../core/account.ts';
import type { Account } from '../core/account.ts';
import { civilMonths, monthNamed } from '../core/days.ts';
import type { Month } from '../core/days.ts';
import type { Outage } from '../core/effects.ts';
import { shares } from '../core/history.ts';
import type { Incident } from '../core/incidents/incident.ts';
import { Maintenance } from '../core/maintenance.ts';
import type { Window } from '../core/maintenance.ts';
import { promisesOf } from '../core/promises.ts';
import type { Promises } from '../core/promises.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from './ports.ts';

export interface Report {
  readonly organisation: Config['organisation'];
  readonly demonstration: boolean;
  readonly month: string;
  readonly from: Instant;
  /** Before the end of the month, this is when the report was made. */
  readonly until: Instant;
  readonly isOver: boolean;
  readonly services: readonly ReportService[];
  /** Absent when no service says how many members use it. */
  readonly memberMinutesLost?: number;
  /** The longest, at most `outagesMax`, in their order. */
  readonly outages: readonly ReportOutage[];
  readonly outagesInAll: number;
  /** Slowest first, by what nineteen probes of twenty took at most. */
  readonly slowestDatabases: readonly ReportCheck[];
  readonly promises: Promises;
}

export interface ReportService extends Account {
  readonly id: string;
  readonly name: Words;
  /** Of the month before. */
  readonly before?: number;
}

export interface ReportOutage extends Pick<Outage, 'state' | 'startedAt'> {
  readonly name: Words;
  readonly cause: Outage['finding']['cause'];
  /** Absent while it goes on. */
  readonly endedAt?: Instant;
  readonly ms: number;
}

export interface ReportCheck {
  readonly check: string;
  readonly name: Words;
  readonly medianUs: number;
  readonly p95Us: number;
}

export interface ReportDeps {
  readonly store: Pick<Store, 'spansOf' | 'outages' | 'windows' | 'history'>;
  readonly config: Pick<Config, 'services' | 'organisation' | 'demonstration'>;
  readonly seriesOf: (check: string) => readonly SeriesKey[];
  /** All incidents. */
  readonly told: () => Iterable<Incident>;
}

const outagesMax = 40;
/** What is counted of a month. */
const outagesReadMax = 10_000;
const slowestMax = 10;

/** Types of checks. */
export const databases = ['mariadb', 'postgresql'] as const satisfies (keyof typeof checkTypes)[];

/** Of a month such as `2026-11`; nothing, when that is none, or has not begun. Rejects with a `StoreError`. */
export const reportNamed = async (
  name: string,
  deps: ReportDeps,
  now: Instant,
): Promise<Report | undefined> => {
  const month = monthNamed(name, deps.config.organisation.timezone);
  return month === undefined || month.from >= now ? undefined : reportOf(month, deps, now);
};

/** Of `month`, as far as it has passed. Rejects with a `StoreError`. */
export const reportOf = async (month: Month, deps: ReportDeps, now: Instant): Promise<Report> => {
  const { config, store } = deps;
  const window = { from: month.from, until: Math.max(month.from, Math.min(month.until, now)) };
  const [before = window] = civilMonths(
    { from: window.from - 1, until: window.from },
    config.organisation.timezone,
  );
  const ids = config.services.map(({ id }) => id);
  const asked = { from: window.from, to: window.until, limit: outagesReadMax, services: ids };
  const [spans, windows, all] = await Promise.all([
    store.spansOf(ids, before.from, window.until),
    store.windows(before.from, window.until),
    store.outages(asked),
  ]);
  const kept = new Maintenance({ maintenance: [], services: config.services }, windows);
  const services = config.services.map(({ id, name, members }): ReportService => {
    const maintenance = kept.windowsOf({ kind: 'service', id }, before.from);
    const seen = { spans: spans.get(id) ?? [], maintenance, ...(members !== undefined && { members }) };
    const { availability } = accountOf(before, seen);
    return {
      id,
      name,
      ...accountOf(window, seen),
      ...(availability !== undefined && { before: availability }),
    };
  });
  const byService = Map.groupBy(all, ({ subject }) => subject.id);
  const outages = config.services.flatMap(({ id, name }) =>
    (byService.get(id) ?? []).map((outage) => outageOf(outage, name, window)),
  );
  const lost = services.flatMap(({ memberMinutesLost }) => memberMinutesLost ?? []);
  const longest = outages.toSorted((a, b) => b.ms - a.ms).slice(0, outagesMax);
  return {
    organisation: config.organisation,
    demonstration: config.demonstration,
    month: month.month,
    ...window,
    isOver: now >= month.until,
    services,
    ...(lost.length > 0 && { memberMinutesLost: lost.reduce((sum, minutes) => sum + minutes, 0) }),
    outages: longest.toSorted((a, b) => a.startedAt - b.startedAt),
    outagesInAll: outages.length,
    slowestDatabases: await slowestOf(window, deps),
    promises: promisesOf(
      {
        incidents: deps.told(),
        windows,
        outages: all,
        touchedBy: (window) => touchedBy(window, config),
      },
      window,
    ),
  };
};

const touchedBy = ({ services, checks }: Window, config: ReportDeps['config']): readonly string[] =>
  config.services
    .filter(
      (service) => services.includes(service.id) || service.checks.some(({ id }) => checks.includes(id)),
    )
    .map(({ id }) => id);

const outageOf = (
  { state, startedAt, finding, end }: Outage,
  name: Words,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): ReportOutage => ({
  name,
  state,
  startedAt,
  cause: finding.cause,
  ...(end && { endedAt: end.at }),
  ms: Math.min(end?.at ?? until, until) - Math.max(startedAt, from),
});

// A database is as slow as the slowest of its series.
const slowestOf = async (
  { from, until }: { readonly from: Instant; readonly until: Instant },
  { config, store, seriesOf }: ReportDeps,
): Promise<readonly ReportCheck[]> => {
  const checks: ReportCheck[] = [];
  for (const { name, checks: configured } of config.services)
    for (const { id, type } of configured) {
      if (!(databases as readonly string[]).includes(type)) continue;
      const told: ReportCheck[] = [];
      for (const series of seriesOf(id)) {
        const { durations } = (await store.history(series, { from, to: until, whole: true })).all;
        if (durations === undefined) continue;
        const [medianUs = 0, p95Us = 0] = [0.5, 0.95].map(
          (share) => durations.quantilesUs[(shares as readonly number[]).indexOf(share)],
        );
        told.push({ check: id, name, medianUs, p95Us });
      }
      checks.push(...told.toSorted((a, b) => b.p95Us - a.p95Us).slice(0, 1));
    }
  return checks.toSorted((a, b) => b.p95Us - a.p95Us).slice(0, slowestMax);
};

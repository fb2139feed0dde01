// What everybody may know of a month: what went wrong and what people said of it, and what each service kept.
import type { Config } from '../../config/config.ts';
import { accountOf } from '../core/account.ts';
import { civilDays, tellDays } from '../core/days.ts';
import type { Month } from '../core/days.ts';
import type { Stretch } from '../core/effects.ts';
import type { Incident } from '../core/incidents/incident.ts';
import { Maintenance } from '../core/maintenance.ts';
import type { Window } from '../core/maintenance.ts';
import type { Instant } from '../core/time.ts';
import type { Ledger } from '../core/uptime.ts';
import { publishIncidents } from './published-incidents.ts';
import type { PublishedIncident } from './published-incidents.ts';
import { publishWindows } from './published-maintenance.ts';
import type { PublishedMaintenance } from './published-maintenance.ts';
import { outageOf } from './published-outages.ts';
import type { PublishedOutage } from './published-outages.ts';
import type { Store } from './ports.ts';
import type { Roots } from './roots.ts';

export interface PublishedMonth {
  /** `2026-11`. */
  readonly month: string;
  readonly from: Instant;
  /** Its end, or when this was made. */
  readonly until: Instant;
  readonly isOver: boolean;
  /** The months before and after it, where there are such. */
  readonly before?: string;
  readonly after?: string;
  readonly services: readonly MonthOfService[];
  /** What has passed of it, newest first. */
  readonly days: readonly PublishedDay[];
  /** Newest first, at most `outagesMax`. */
  readonly outages: readonly PublishedOutage[];
  readonly hasMoreOutages: boolean;
  readonly incidents: readonly PublishedIncident[];
  /** What took place. */
  readonly maintenance: readonly PublishedMaintenance[];
}

export interface MonthOfService extends Ledger {
  /** Its id. */
  readonly service: string;
  readonly availability?: number;
}

export interface PublishedDay {
  readonly from: Instant;
  readonly until: Instant;
  /** For how long we saw none of the services. */
  readonly unseenMs: number;
}

/** More than these nobody reads of one month. */
const outagesMax = 200;
const incidentsMax = 100;

export interface MonthDeps {
  readonly config: Pick<Config, 'services' | 'organisation'>;
  readonly roots: Roots;
  readonly incidents: Iterable<Incident>;
  readonly store: Pick<Store, 'spansOf' | 'outages' | 'windows'>;
}

/** As far as it has passed. Rejects with a `StoreError`. */
export const publishMonth = async (
  { month, from, until: end }: Month,
  { config, roots, incidents, store }: MonthDeps,
  now: Instant,
): Promise<PublishedMonth> => {
  const until = Math.min(end, now);
  const services = config.services.filter((service) => service.public);
  const ids = services.map(({ id }) => id);
  const kept = await store.windows(from, until);
  const maintenance = new Maintenance({ maintenance: [], services }, kept);
  const seen = new Map(
    [...(await store.spansOf(ids, from, until))].map(([id, spans]): [string, Seen] => [
      id,
      { spans, windows: maintenance.windowsOf({ kind: 'service', id }, from) },
    ]),
  );
  const asked = { from, to: until, limit: outagesMax + 1, services: ids };
  const outages = (await store.outages(asked)).flatMap((outage) => {
    const { spans = [], windows = [] } = seen.get(outage.subject.id) ?? {};
    const published = outageOf(outage, spans, windows, now);
    return published === undefined ? [] : [{ ...published, ...roots.of(outage) }];
  });
  return {
    month,
    from,
    until,
    isOver: end <= now,
    services: ids.map((id) => monthOf(id, { from, until }, seen.get(id))),
    days: daysOf({ from, until }, [...seen.values()], config.organisation.timezone),
    outages: outages.slice(0, outagesMax),
    hasMoreOutages: outages.length > outagesMax,
    incidents: incidentsIn({ from, until }, incidents, new Set(ids)),
    maintenance: publishWindows(kept, services).filter(
      (window) => window.from < until && window.until > from,
    ),
  };
};

/** Those that were told of a time, newest first. */
export const incidentsIn = (
  { from, until }: Pick<Month, 'from' | 'until'>,
  incidents: Iterable<Incident>,
  services: ReadonlySet<string>,
): readonly PublishedIncident[] =>
  publishIncidents(
    [...incidents].filter(({ startedAt }) => startedAt < until),
    services,
    from,
    incidentsMax,
  ).toSorted((a, b) => b.startedAt - a.startedAt);

interface Seen {
  readonly spans: readonly Stretch[];
  readonly windows: readonly Window[];
}

const monthOf = (
  service: string,
  time: Pick<Month, 'from' | 'until'>,
  { spans, windows }: Seen = { spans: [], windows: [] },
): MonthOfService => {
  const { from: _from, until: _until, ...account } = accountOf(time, { spans, maintenance: windows });
  return { service, ...account };
};

const daysOf = (
  { from, until }: Pick<Month, 'from' | 'until'>,
  seen: readonly Seen[],
  timezone: string,
): readonly PublishedDay[] => {
  const at = (instant: Instant) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone).toPlainDate();
  const last = Math.max(from, until - 1);
  const days = civilDays(last, timezone, at(from).until(at(last)).days + 1);
  const told = seen.map(({ spans, windows }) => tellDays(days, spans, until, windows));
  return days
    .map((day, index) => ({
      from: day.from,
      until: Math.min(day.until, until),
      unseenMs: Math.min(...told.map((all) => all[index]?.unknownMs ?? 0)),
    }))
    .toReversed();
};

// The past of a service over any window, read of the store when somebody asks.
import type { Config, ServiceConfig } from '../../config/config.ts';
import { accountOf, monthsOf } from '../core/account.ts';
import type { Account, MonthAccount, Seen } from '../core/account.ts';
import type { Outage, Span } from '../core/effects.ts';
import { Maintenance } from '../core/maintenance.ts';
import type { Interval } from '../core/uptime.ts';
import type { Store } from './ports.ts';

export interface ServicePast extends Account {
  readonly service: string;
  readonly months: readonly MonthAccount[];
  /** Newest first, at most `outagesMax`. */
  readonly outages: readonly Outage[];
}

export type PastStore = Pick<Store, 'spans' | 'outages' | 'windows'>;

const outagesMax = 1_000;

/** What was seen of it in `[from, until)`, none of which is to come; windows as somebody has said since that they were. */
export const seenOf = async (
  { id, members }: ServiceConfig,
  { from, until }: Interval,
  { services }: Pick<Config, 'services'>,
  store: PastStore,
): Promise<Seen & { readonly spans: readonly Span[] }> => {
  const subject = { kind: 'service', id } as const;
  const spans = await store.spans(subject, from, until);
  const kept = new Maintenance({ maintenance: [], services }, await store.windows(from, until));
  return { spans, maintenance: kept.windowsOf(subject, from), ...(members !== undefined && { members }) };
};

export const pastOf = async (
  service: ServiceConfig,
  { from, until }: Interval,
  config: Pick<Config, 'services' | 'organisation'>,
  store: PastStore,
): Promise<ServicePast> => {
  const seen = await seenOf(service, { from, until }, config, store);
  const outages = await store.outages({ from, to: until, limit: outagesMax, services: [service.id] });
  return {
    service: service.id,
    ...accountOf({ from, until }, seen),
    months: monthsOf({ from, until }, config.organisation.timezone, seen),
    outages,
  };
};

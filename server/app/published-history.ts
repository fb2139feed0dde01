// What everybody may know of the last thirteen months of a service: day by day, month by month, and its outages.
import { z } from 'zod';
import type { Config, ServiceConfig } from '../../config/config.ts';
import { monthsOf } from '../core/account.ts';
import type { MonthAccount } from '../core/account.ts';
import { civilDays } from '../core/days.ts';
import type { Instant } from '../core/time.ts';
import { availability, publishedDays, tellDaysOf } from './published-days.ts';
import { instant } from './published-incidents.ts';
import { outageOf, publishedOutage } from './published-outages.ts';
import type { Roots } from './roots.ts';
import { seenOf } from './service-past.ts';
import type { PastStore } from './service-past.ts';

export const publishedHistory = z
  .strictObject({
    generatedAt: instant().describe('When this was true. It is made anew every hour.'),
    demonstration: z.boolean(),
    service: z.string().describe('The id of the service.'),
    days: publishedDays,
    months: z
      .array(
        z
          .strictObject({
            month: z.string().describe('As 2026-11, in the zone of the organisation.'),
            upMs: z.int(),
            degradedMs: z.int(),
            downMs: z.int(),
            unknownMs: z.int(),
            maintenanceMs: z.int(),
            availability: availability(),
          })
          .readonly(),
      )
      .readonly()
      .describe('Oldest first. Of this month, what has passed.'),
    outages: z.array(publishedOutage).readonly().describe('Newest first, at most five hundred.'),
  })
  .readonly();

export type PublishedHistory = z.output<typeof publishedHistory>;

/** Months before this one. */
const monthsBefore = 12;
const outagesMax = 500;

/** Rejects with a `StoreError`. */
export const publishHistory = async (
  service: ServiceConfig,
  config: Pick<Config, 'services' | 'organisation' | 'demonstration'>,
  roots: Roots,
  store: PastStore,
  now: Instant,
): Promise<PublishedHistory> => {
  const { timezone } = config.organisation;
  const days = daysOf(now, timezone);
  const window = { from: days[0]?.from ?? now, until: now };
  const seen = await seenOf(service, window, config, store);
  const asked = { from: window.from, to: now, limit: outagesMax, services: [service.id] };
  const outages = await store.outages(asked);
  return {
    generatedAt: now,
    demonstration: config.demonstration,
    service: service.id,
    days: tellDaysOf(days, seen.spans, seen.maintenance, now),
    months: monthsOf(window, timezone, seen).map(publishedMonth),
    outages: outages.flatMap((outage) => {
      const published = outageOf(outage, seen.spans, seen.maintenance, now);
      return published === undefined ? [] : [{ ...published, ...roots.of(outage) }];
    }),
  };
};

const publishedMonth = ({
  month,
  upMs,
  degradedMs,
  downMs,
  unknownMs,
  maintenanceMs,
  availability,
}: MonthAccount): PublishedHistory['months'][number] => ({
  month,
  upMs,
  degradedMs,
  downMs,
  unknownMs,
  maintenanceMs,
  ...(availability !== undefined && { availability }),
});

const daysOf = (now: Instant, timezone: string): ReturnType<typeof civilDays> => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  const first = today.with({ day: 1 }).subtract({ months: monthsBefore });
  return civilDays(now, timezone, first.until(today, { largestUnit: 'day' }).days + 1);
};

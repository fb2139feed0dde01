// What everybody may know of the last days of a service.
import { z } from 'zod';
import { availabilityOf, civilDays, tellDays } from '../core/days.ts';
import type { Day } from '../core/days.ts';
import type { Stretch } from '../core/effects.ts';
import type { Instant } from '../core/time.ts';
import type { Interval } from '../core/uptime.ts';

/** How many days are told of a service, today included. */
export const daysShown = 90;

const milliseconds = () => z.array(z.int()).readonly();

export const availability = () =>
  z
    .number()
    .describe(
      'Time in which it worked, well or not, over time in which it was seen. Absent when it never was.',
    )
    .exactOptional();

export const publishedDays = z
  .strictObject({
    first: z
      .string()
      .describe('The date of the first, in the zone of the organisation; the others follow, up to today.'),
    upMs: milliseconds().describe(
      'Of each day, how long it worked. The five times add up to the day; today, to what has passed of it.',
    ),
    degradedMs: milliseconds(),
    downMs: milliseconds(),
    unknownMs: milliseconds().describe('How long nothing was seen.'),
    maintenanceMs: milliseconds().describe('How long it was in announced maintenance, whatever its state.'),
    availability: availability(),
  })
  .readonly();

export type PublishedDays = z.output<typeof publishedDays>;

let known: { readonly timezone: string; readonly days: readonly Day[] } | undefined;

/** The same days all day long, whichever service is told: a calendar is reckoned once. */
const daysAt = (now: Instant, timezone: string): readonly Day[] => {
  const today = known?.days.at(-1);
  const isToday = today !== undefined && today.from <= now && now < today.until;
  if (!isToday || known?.timezone !== timezone)
    known = { timezone, days: civilDays(now, timezone, daysShown) };
  return known.days;
};

/** Of the last ninety days. Spans as for `ledger`. */
export const publishDays = (
  spans: readonly Stretch[],
  maintenance: readonly Interval[],
  timezone: string,
  now: Instant,
): PublishedDays => tellDaysOf(daysAt(now, timezone), spans, maintenance, now);

export const tellDaysOf = (
  civil: readonly Day[],
  spans: readonly Stretch[],
  maintenance: readonly Interval[],
  now: Instant,
): PublishedDays => {
  const days = tellDays(civil, spans, now, maintenance);
  const availability = availabilityOf(days);
  return {
    first: days[0]?.date ?? '',
    upMs: days.map(({ upMs }) => upMs),
    degradedMs: days.map(({ degradedMs }) => degradedMs),
    downMs: days.map(({ downMs }) => downMs),
    unknownMs: days.map(({ unknownMs }) => unknownMs),
    maintenanceMs: days.map(({ maintenanceMs }) => maintenanceMs),
    ...(availability !== undefined && { availability }),
  };
};

// When does what recurs begin?
import { RRuleTemporal } from 'rrule-temporal';
import type { Recurrence } from '../../config/recurrence.ts';
import type { Instant } from './time.ts';

const dayMs = 86_400_000;

/**
 * Its beginnings in `[from, to)`, in order. The rule is followed on the clock on the wall, and what it finds is read in the
 * zone: a local time that is skipped comes as much later as the clock was set forward, and of one that comes twice the
 * first counts (RFC 5545 §3.3.5). So nothing that was announced is left out, and nothing comes twice.
 */
export const beginningsOf = (
  { wallStart, rule, timezone }: Recurrence,
  from: Instant,
  to: Instant,
): readonly Instant[] => {
  const dtstart = Temporal.PlainDateTime.from(wallStart).toZonedDateTime('UTC');
  // No zone is a day away from UTC.
  return new RRuleTemporal({ rruleString: rule, dtstart, temporal: Temporal })
    .between(utc(from - dayMs), utc(to + dayMs), true)
    .map((wall) => wall.toPlainDateTime().toZonedDateTime(timezone).epochMilliseconds)
    .filter((at) => at >= from && at < to);
};

const utc = (at: Instant): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC');

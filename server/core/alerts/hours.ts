// When a route may be told: by the clock on the wall, so that nothing has to be known of the nights when clocks change.
import type { Instant } from '../time.ts';
import type { Route, Severity } from './alert.ts';

/** Outside its hours a route is told only what is down, or nothing. */
export const mayTell = (
  { hours, quiet }: Pick<Route, 'hours' | 'quiet'>,
  severity: Severity,
  now: Instant,
  timezone: string,
): boolean => {
  if (hours === undefined || (severity === 'down' && quiet !== 'all')) return true;
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const at = hour * 60 + minute;
  const { fromMinute, toMinute } = hours;
  return fromMinute <= toMinute ? fromMinute <= at && at < toMinute : fromMinute <= at || at < toMinute;
};

// Instants as people type them: 30m, 15:30, 2026-11-22T15:30, or the same with an offset.
import { UsageError } from './command.ts';

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `30m` is so long ahead, or ago; `15:30` the next one of this machine's clock, or the last one. */
export const instantOf = (
  text: string,
  direction: 'ahead' | 'ago',
  now = Temporal.Now.zonedDateTimeISO(),
): number => {
  const sign = direction === 'ahead' ? 1 : -1;
  const [, amount, unit = ''] = /^(\d{1,6})(s|m|min|h|d)$/.exec(text) ?? [];
  if (amount !== undefined) return now.epochMilliseconds + sign * Number(amount) * (unitsMs[unit] ?? 0);
  try {
    if (/^\d{1,2}:\d\d$/.test(text)) {
      const today = now.withPlainTime(text.padStart(5, '0'));
      const isPassed = today.epochMilliseconds <= now.epochMilliseconds;
      if (isPassed === (direction === 'ago')) return today.epochMilliseconds;
      return today.add({ days: sign }).epochMilliseconds;
    }
    // Of a text with a zone, `PlainDateTime` would leave the zone out.
    return /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(text)
      ? Temporal.PlainDateTime.from(text).toZonedDateTime(now.timeZoneId).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new UsageError(`${JSON.stringify(text)} is no time such as 30m, 15:30 or 2026-11-22T15:30+01:00`);
  }
};

/** As this machine's clock shows it. */
export const timeOf = (at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(Temporal.Now.timeZoneId())
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

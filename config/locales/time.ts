// Instants and lengths of time as people say them; the words around them are the locales'.

/** An instant on the calendar and the clock of a place. */
export interface Moment {
  readonly hour: number;
  /** Two digits. */
  readonly minute: string;
  /** Midnights between it and now: 0 is today, 1 yesterday. */
  readonly daysAgo: number;
  readonly isThisYear: boolean;
  /** `2026-11-22`. */
  readonly date: string;
  /** `2026-11`. */
  readonly month: string;
  /** Such as `UTC+1`, in the hour that a change of the clocks repeats; the time of day alone would say two instants. */
  readonly zone?: string;
}

export const momentOf = (at: number, now: number, timezone: string): Moment => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  const repeated = (['earlier', 'later'] as const).map(
    (disambiguation) =>
      zoned.toPlainDateTime().toZonedDateTime(timezone, { disambiguation }).epochMilliseconds,
  );
  return {
    hour: zoned.hour,
    minute: String(zoned.minute).padStart(2, '0'),
    daysAgo: zoned.toPlainDate().until(today).days,
    isThisYear: zoned.year === today.year,
    date: zoned.toPlainDate().toString(),
    month: zoned.toPlainDate().toPlainYearMonth().toString(),
    ...(repeated[0] !== repeated[1] && { zone: utcOffset(zoned.offsetNanoseconds) }),
  };
};

const utcOffset = (nanoseconds: number): string => {
  const minutes = Math.round(nanoseconds / 60e9);
  const hours = Math.trunc(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
};

/** Dates in a language: made once, because making one takes longer than a hundred uses. */
export const dates = (locale: string, options: Intl.DateTimeFormatOptions) => {
  const byZone = new Map<string, Intl.DateTimeFormat>();
  return (at: number, timeZone: string): string => {
    const format = byZone.get(timeZone) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
    byZone.set(timeZone, format);
    return format.format(at);
  };
};

/** Days in French, where the first of a month is an ordinal: “1er mars”. Not for times of day. */
export const frenchDays = (options: Intl.DateTimeFormatOptions) => {
  const format = dates('fr-FR', options);
  return (at: number, timezone: string): string => format(at, timezone).replace(/(?<!\d)1(?= \p{L})/u, '1er');
};

/** A short time, such as “0.8 ms” or “1.2 s”: two digits say enough. */
export const latencies = (locale: string): ((ms: number) => string) => {
  const digits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  return (ms) => (ms < 1_000 ? `${digits.format(ms)}\u00a0ms` : `${digits.format(ms / 1_000)}\u00a0s`);
};

/** What is said of a length of time that is at least so long. */
const units = [
  { fromMs: 86_400_000, said: ['days', 'hours'] },
  { fromMs: 3_600_000, said: ['hours', 'minutes'] },
  { fromMs: 60_000, said: ['minutes'] },
  { fromMs: 0, said: ['seconds'] },
] as const;

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;

/** A length of time, rounded down, such as “3 h 12 min”; never less than a second. Symbols, which have no plural. */
export const durations =
  (symbols: Readonly<Record<keyof typeof unitMs, string>>) =>
  (ms: number): string => {
    let restMs = Math.max(1_000, ms);
    const said = units.find(({ fromMs }) => restMs >= fromMs)?.said ?? [];
    const parts = said.map((unit) => {
      const count = Math.floor(restMs / unitMs[unit]);
      restMs -= count * unitMs[unit];
      return { count, text: `${count}\u00a0${symbols[unit]}` };
    });
    return parts
      .filter(({ count }) => count > 0)
      .map(({ text }) => text)
      .join('\u00a0');
  };

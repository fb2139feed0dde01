// What comes again and again, told in words; `rule` and `wallStart` are those of `config/recurrence.ts`.
import type { Language } from '../config.ts';
import { frenchDays } from './time.ts';

export interface Recurring {
  readonly wallStart: string;
  readonly rule: string;
  readonly durationMs: number;
}

/** A sentence without its full stop: “Every Sunday, from 02:00 to 04:00”. */
export type TellRecurrence = (
  recurring: Recurring,
  time: { readonly duration: (ms: number) => string },
) => string;

type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** What a rule says, as far as there are words for it. */
interface Rhythm {
  readonly freq: Frequency;
  readonly interval: number;
  /** As Temporal counts: 1 is Monday. `nth`: which of the month; -1 is the last. */
  readonly weekdays: readonly { readonly day: number; readonly nth?: number }[];
  /** Negative: from the end of the month. */
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  /** Of several days, the rule takes one. */
  readonly chooses: boolean;
  readonly until?: Temporal.PlainDate;
}

const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const dayMs = 86_400_000;

const numbersIn = (text = ''): readonly number[] => (text === '' ? [] : text.split(',').map(Number));

const rhythmOf = ({ rule, wallStart }: Recurring): Rhythm => {
  const parts = Object.fromEntries(rule.split(';').map((part) => part.split('=', 2)));
  const start = Temporal.PlainDateTime.from(wallStart);
  const position = Number(parts['BYSETPOS'] ?? 0);
  const weekdays = (parts['BYDAY']?.split(',') ?? []).map((text: string) => {
    const nth = Number(/^[+-]?\d+/.exec(text)?.[0] ?? position);
    return { day: codes.indexOf(text.slice(-2)) + 1, ...(nth !== 0 && { nth }) };
  });
  const monthDays = numbersIn(parts['BYMONTHDAY']);
  // The schema lets in no other.
  const freq = parts['FREQ'] as Frequency;
  const until = /^\d{8}/.exec(parts['UNTIL'] ?? '')?.[0];
  const isBare = weekdays.length + monthDays.length === 0;
  return {
    freq,
    interval: Number(parts['INTERVAL'] ?? 1),
    weekdays: isBare && freq === 'WEEKLY' ? [{ day: start.dayOfWeek }] : weekdays,
    monthDays: isBare && freq !== 'WEEKLY' && freq !== 'DAILY' ? [start.day] : monthDays,
    months:
      isBare && freq === 'YEARLY' && parts['BYMONTH'] === undefined
        ? [start.month]
        : numbersIn(parts['BYMONTH']),
    chooses: position !== 0 && weekdays.length !== 1,
    ...(until !== undefined && { until: Temporal.PlainDate.from(until) }),
  };
};

/** Which words fit; none of them, where a sentence would say more than the rule, or less. */
const kindOf = (rhythm: Rhythm): Frequency | 'NONE' => {
  const { freq, interval, weekdays, monthDays, months, chooses } = rhythm;
  const isPlain = weekdays.every(({ nth }) => nth === undefined);
  const isNumbered = weekdays.every(({ nth = 0 }) => nth === -1 || (nth > 0 && nth <= 5));
  const [isOfDays, isOfWeekdays, isOfMonths] = [monthDays, weekdays, months].map(({ length }) => length > 0);
  if (chooses || (isOfDays && isOfWeekdays)) return 'NONE';
  switch (freq) {
    case 'DAILY':
      if (isOfDays || isOfMonths || !isPlain || (isOfWeekdays && interval > 1)) return 'NONE';
      return isOfWeekdays ? 'WEEKLY' : freq;
    case 'WEEKLY':
      return isOfMonths || !isPlain ? 'NONE' : freq;
    case 'MONTHLY':
    case 'YEARLY':
      if (!isNumbered || monthDays.some((day) => day < -1)) return 'NONE';
      return isOfMonths === (freq === 'YEARLY') ? freq : 'NONE';
  }
};

const named = (locale: string, options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  return (date: Temporal.PlainDate) => format.format(date.toZonedDateTime('UTC').epochMilliseconds);
};
/** 2024 began on a Monday. */
const weekday = (locale: string) => {
  const name = named(locale, { weekday: 'long' });
  return (day: number) => name(new Temporal.PlainDate(2024, 1, day));
};
const month = (locale: string) => {
  const name = named(locale, { month: 'long' });
  return (number: number) => name(new Temporal.PlainDate(2024, number, 1));
};

const timesOf = ({ wallStart, durationMs }: Recurring): readonly [Temporal.PlainTime, Temporal.PlainTime] => {
  const start = Temporal.PlainDateTime.from(wallStart).toPlainTime();
  return [start, start.add({ milliseconds: durationMs })];
};

const frenchDate = frenchDays({ day: 'numeric', month: 'long', year: 'numeric' });
const french = {
  list: new Intl.ListFormat('fr-FR'),
  weekday: weekday('fr-FR'),
  month: month('fr-FR'),
  date: (day: Temporal.PlainDate) => frenchDate(day.toZonedDateTime('UTC').epochMilliseconds, 'UTC'),
  nth: ['', 'premier', 'deuxième', 'troisième', 'quatrième', 'cinquième'],
  clock: ({ hour, minute }: Temporal.PlainTime) => `${hour}\u00a0h\u00a0${String(minute).padStart(2, '0')}`,
};

const fr: TellRecurrence = (recurring, time) => {
  const rhythm = rhythmOf(recurring);
  const [from, to] = timesOf(recurring).map(french.clock);
  const when =
    recurring.durationMs < dayMs
      ? `, de ${from} à ${to}`
      : `, à partir de ${from}, pendant ${time.duration(recurring.durationMs)}`;
  const end = rhythm.until === undefined ? '' : `, jusqu’au ${french.date(rhythm.until)}`;
  return `${frequencyFr(rhythm)}${when}${end}`;
};

const frequencyFr = (rhythm: Rhythm): string => {
  const { interval: every, weekdays, monthDays, months } = rhythm;
  const days = french.list.format(weekdays.map(({ day }) => french.weekday(day)));
  const ofMonth = french.list.format([
    ...weekdays.map(({ day, nth = 0 }) => `le ${french.nth[nth] ?? 'dernier'} ${french.weekday(day)}`),
    ...monthDays.map((day) => (day === -1 ? 'le dernier jour' : `le ${day === 1 ? '1er' : day}`)),
  ]);
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  switch (kindOf(rhythm)) {
    case 'DAILY':
      return every === 1 ? 'Chaque jour' : `Tous les ${every} jours`;
    case 'WEEKLY':
      return every === 1 ? `Chaque ${days}` : `Toutes les ${every} semaines, le ${days}`;
    case 'MONTHLY':
      return every === 1 ? capital(`${ofMonth} de chaque mois`) : `Tous les ${every} mois, ${ofMonth}`;
    case 'YEARLY': {
      const year = every === 1 ? 'Chaque année' : `Tous les ${every} ans`;
      const names = french.list.format(months.map(french.month));
      return `${year}, ${ofMonth} ${monthDays.length > 0 && !monthDays.includes(-1) ? '' : 'de '}${names}`.replace(
        /de (?=[ao])/,
        'd’',
      );
    }
    case 'NONE':
      return 'À dates régulières';
  }
};

const english = {
  list: new Intl.ListFormat('en-GB'),
  weekday: weekday('en-GB'),
  month: month('en-GB'),
  date: named('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }),
  nth: ['', 'first', 'second', 'third', 'fourth', 'fifth'],
  clock: (at: Temporal.PlainTime) => at.toString().slice(0, 5),
  ordinal: (day: number) =>
    `${day}${{ one: 'st', two: 'nd', few: 'rd', other: 'th' }[ordinals.select(day) as 'one']}`,
};
const ordinals = new Intl.PluralRules('en-GB', { type: 'ordinal' });

const en: TellRecurrence = (recurring, time) => {
  const rhythm = rhythmOf(recurring);
  const [from, to] = timesOf(recurring).map(english.clock);
  const when =
    recurring.durationMs < dayMs
      ? `, from ${from} to ${to}`
      : `, from ${from} on, for ${time.duration(recurring.durationMs)}`;
  const end = rhythm.until === undefined ? '' : `, until ${english.date(rhythm.until)}`;
  return `${frequencyEn(rhythm)}${when}${end}`;
};

const frequencyEn = (rhythm: Rhythm): string => {
  const { interval: every, weekdays, monthDays, months } = rhythm;
  const days = english.list.format(weekdays.map(({ day }) => english.weekday(day)));
  const ofMonth = english.list.format([
    ...weekdays.map(({ day, nth = 0 }) => `the ${english.nth[nth] ?? 'last'} ${english.weekday(day)}`),
    ...monthDays.map((day) => (day === -1 ? 'the last day' : `the ${english.ordinal(day)}`)),
  ]);
  switch (kindOf(rhythm)) {
    case 'DAILY':
      return every === 1 ? 'Every day' : `Every ${every} days`;
    case 'WEEKLY':
      return every === 1 ? `Every ${days}` : `Every ${every} weeks, on ${days}`;
    case 'MONTHLY':
      return every === 1 ? `On ${ofMonth} of every month` : `Every ${every} months, on ${ofMonth}`;
    case 'YEARLY': {
      const year = every === 1 ? 'Every year' : `Every ${every} years`;
      return `${year}, on ${ofMonth} of ${english.list.format(months.map(english.month))}`;
    }
    case 'NONE':
      return 'On regular dates';
  }
};

export const tellRecurrence: Readonly<Record<Language, TellRecurrence>> = { fr, en };

// The words of a chart of response times: those that the browser says too, while somebody looks around in it.
import type { Language } from '../config.ts';
import { dates, frenchDays, latencies } from './time.ts';

type Mark = 'down' | 'degraded' | 'maintenance' | 'unknown';

/** What was measured for a while; texts, but for the share that failed. */
interface Told {
  readonly when: string;
  /** Absent: nothing has succeeded. */
  readonly times?: { readonly median: string; readonly low: string; readonly high: string } | undefined;
  readonly lost: number;
  readonly mark?: Mark | undefined;
}

interface ChartWords {
  readonly latency: (ms: number) => string;
  /** Of a share that is not nothing. */
  readonly percent: (share: number) => string;
  /** When a bucket of this length begins. */
  readonly instant: (at: number, timezone: string, widthMs: number) => string;
  /** On an axis. */
  readonly tick: Readonly<
    Record<'hour' | 'day' | 'date' | 'month', (at: number, timezone: string) => string>
  >;
  readonly clock: (at: number, timezone: string) => string;
  readonly mark: Readonly<Record<Mark, string>>;
  readonly told: (told: Told) => string;
  readonly browse: string;
  /** How one looks around. */
  readonly how: Readonly<Record<'keys' | 'touch', string>>;
  readonly zoom: Readonly<Record<'in' | 'out' | 'all', string>>;
}

const nbsp = '\u00a0';
const dayMs = 86_400_000;

const percents = (locale: string, less: string) => {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  return (share: number): string => (share < 0.001 ? less : format.format(share));
};

const clockOf = (locale: string) => dates(locale, { hour: '2-digit', minute: '2-digit' });

/** The day and the time; where a bucket lasts a day, only that. */
const instants =
  (day: ReturnType<typeof dates>, clock: ReturnType<typeof dates>) =>
  (at: number, timezone: string, widthMs: number): string =>
    widthMs >= dayMs ? day(at, timezone) : `${day(at, timezone)}, ${clock(at, timezone)}`;

const dayOfWeek = { weekday: 'short', day: 'numeric', month: 'short' } as const;

const frenchDigits = clockOf('fr-FR');
const frenchClock = (at: number, timezone: string): string =>
  frenchDigits(at, timezone)
    .replace(/^0(?=\d)/, '')
    .replace(':', `${nbsp}h${nbsp}`);

const hourOf = dates('fr-FR', { hour: 'numeric', hourCycle: 'h23' });

export const chartWords: Readonly<Record<Language, ChartWords>> = {
  fr: {
    latency: latencies('fr-FR'),
    percent: percents('fr-FR', `moins de 0,1${nbsp}%`),
    instant: instants(frenchDays(dayOfWeek), frenchClock),
    tick: {
      hour: (at, timezone) => `${Number.parseInt(hourOf(at, timezone), 10)}${nbsp}h`,
      day: dates('fr-FR', { weekday: 'short', day: 'numeric' }),
      date: frenchDays({ day: 'numeric', month: 'short' }),
      month: dates('fr-FR', { month: 'short' }),
    },
    clock: frenchClock,
    mark: { down: 'en panne', degraded: 'perturbé', maintenance: 'en travaux', unknown: 'sans mesure' },
    told: ({ when, times, lost, mark }) =>
      [
        `${when}${nbsp}: ${times === undefined ? 'aucune réponse' : `${times.median}, huit sur dix entre ${times.low} et ${times.high}`}.`,
        ...(lost > 0 ? [`Échecs${nbsp}: ${chartWords.fr.percent(lost)}.`] : []),
        ...(mark === undefined ? [] : [`Service ${chartWords.fr.mark[mark]}.`]),
      ].join(' '),
    browse: 'Parcourir les mesures',
    how: {
      keys: 'Survolez la courbe, ou parcourez-la avec les flèches.',
      touch: 'Touchez la courbe pour lire ses valeurs.',
    },
    zoom: { in: 'Agrandir', out: 'Réduire', all: 'Toute la période' },
  },
  en: {
    latency: latencies('en-GB'),
    percent: percents('en-GB', 'less than 0.1%'),
    instant: instants(dates('en-GB', dayOfWeek), clockOf('en-GB')),
    tick: {
      hour: clockOf('en-GB'),
      day: dates('en-GB', { weekday: 'short', day: 'numeric' }),
      date: dates('en-GB', { day: 'numeric', month: 'short' }),
      month: dates('en-GB', { month: 'short' }),
    },
    clock: clockOf('en-GB'),
    mark: {
      down: 'down',
      degraded: 'not working well',
      maintenance: 'under maintenance',
      unknown: 'not measured',
    },
    told: ({ when, times, lost, mark }) =>
      [
        `${when}: ${times === undefined ? 'no answer' : `${times.median}, eight of ten between ${times.low} and ${times.high}`}.`,
        ...(lost > 0 ? [`Failed: ${chartWords.en.percent(lost)}.`] : []),
        ...(mark === undefined ? [] : [`Service ${chartWords.en.mark[mark]}.`]),
      ].join(' '),
    browse: 'Look through the measurements',
    how: {
      keys: 'Point at the chart, or look through it with the arrow keys.',
      touch: 'Touch the chart to read its values.',
    },
    zoom: { in: 'Zoom in', out: 'Zoom out', all: 'Whole period' },
  },
};

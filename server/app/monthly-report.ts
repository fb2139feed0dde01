// On the first of a month, what the services kept in the one before it, to each route of administrators that wants it.
import type { Config, RouteConfig } from '../../config/config.ts';
import { locales } from '../../config/locales/index.ts';
import { reportWords } from '../../config/locales/report.ts';
import type { Message } from '../core/alerts/message.ts';
import type { Clock, Cron, Log } from './ports.ts';
import type { Report } from './report.ts';
import { isolate } from './turns.ts';

export interface MonthlyReportDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly cron: Cron;
  readonly log: Log;
  /** Of a month such as `2026-11`. */
  readonly report: (month: string) => Promise<Report | undefined>;
  /** Puts messages into the outbox. */
  readonly tell: (messages: readonly Message[]) => void;
}

const firstAtEight = '0 8 1 * *';

export class MonthlyReport {
  readonly #deps: MonthlyReportDeps;
  #stop = () => {};

  constructor(deps: MonthlyReportDeps) {
    this.#deps = deps;
  }

  /** Goes by this configuration from now on. */
  configure({ routes, organisation: { timezone } }: Pick<Config, 'routes' | 'organisation'>): void {
    const { clock, cron, log, report, tell } = this.#deps;
    this.stop();
    const wanting = routes.filter(({ monthlyReport }) => monthlyReport === true);
    if (wanting.length === 0) return;
    const turns = isolate(async () => {
      const now = clock.now();
      const found = await report(monthBefore(now, timezone));
      if (found !== undefined) tell(wanting.map((route) => messageOf(route, found, now)));
    }, log);
    // A machine that stood still at that moment tells it late, under the same key.
    this.#stop = cron(firstAtEight, timezone, turns, turns);
  }

  stop(): void {
    this.#stop();
    this.#stop = () => {};
  }
}

const monthBefore = (now: number, timezone: string): string => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  return today.toPlainYearMonth().subtract({ months: 1 }).toString();
};

const messageOf = ({ id }: RouteConfig, report: Report, at: number): Message => {
  const key = `report/${report.month}/${id}`;
  const [fr, en] = (['fr', 'en'] as const).map((language) => wordsOf(report, language));
  return {
    key,
    thread: key,
    route: id,
    kind: 'word',
    severity: 'info',
    at,
    exercise: false,
    title: { fr: fr?.title ?? '', en: en?.title ?? '' },
    text: { fr: fr?.text ?? '', en: en?.text ?? '' },
    alerts: [],
  };
};

const wordsOf = (report: Report, language: 'fr' | 'en') => {
  const words = reportWords[language];
  const { duration } = locales[language].time;
  const { name, timezone } = report.organisation;
  const services = report.services.map(({ name, availability, downMs, memberMinutesLost: lost }) => {
    const share = availability === undefined ? words.never : words.percent(availability);
    return words.line(name[language], share, downMs === 0 ? undefined : duration(downMs), lost);
  });
  return {
    title: locales[language].title(words.title(words.month(report.from, timezone)), name),
    text: [words.lead(report.memberMinutesLost), '', ...services].join('\n'),
  };
};

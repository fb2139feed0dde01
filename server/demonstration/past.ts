// Ninety days that the demonstration's services have behind them: what happened is written here, and judged as ever.
import type { CheckConfig, Config } from '../../config/config.ts';
import { Draft } from '../core/draft.ts';
import type { Effects } from '../core/effects.ts';
import { nothingRemembered } from '../core/remember.ts';
import type { Report } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import { Watch } from '../core/watch.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const days = 90;
/** Nothing happens between two looks that lie so far apart; while something does, they are closer. */
const quietMs = 5 * minuteMs;
const busyMs = 20_000;

interface Event {
  readonly daysAgo: number;
  /** Time of the day in the zone of the organisation, and how long it lasted. */
  readonly at: string;
  readonly minutes: number;
  readonly checks: readonly string[];
  /** `unseen`: Vigie itself was switched off. */
  readonly what: 'down' | 'slow' | 'unseen';
}

const everything = ['site', 'smtp', 'imap', 'ns1', 'network', 'vm1', 'vm2'];

export const events: readonly Event[] = [
  { daysAgo: 78, at: '02:10', minutes: 190, checks: [], what: 'unseen' },
  // The databases, slow on working days, until somebody looked why.
  ...[64, 63, 62, 58, 57, 56, 55, 51, 50, 49, 48, 44, 43].map((daysAgo): Event => ({
    daysAgo,
    at: '09:05',
    minutes: 70 + daysAgo,
    checks: ['db1'],
    what: 'slow',
  })),
  { daysAgo: 42, at: '22:30', minutes: 25, checks: ['db1'], what: 'down' },
  { daysAgo: 31, at: '17:48', minutes: 37, checks: everything, what: 'down' },
  { daysAgo: 24, at: '11:20', minutes: 8, checks: ['panel'], what: 'down' },
  { daysAgo: 17, at: '03:00', minutes: 14, checks: ['vm2'], what: 'down' },
  { daysAgo: 9, at: '14:12', minutes: 52, checks: ['smtp'], what: 'down' },
  { daysAgo: 4, at: '20:31', minutes: 21, checks: ['site'], what: 'slow' },
];

/** What the past left: states and outages of every check and service up to `now`. Takes a second or two. */
export const livePast = (config: Config, now: number): Effects => {
  const checks = config.services.flatMap((service) => service.checks);
  const { watch } = Watch.open(atLeisure(config), nothingRemembered, now - days * dayMs);
  const past = new Draft();
  const happened = events.map((event) => ({ ...event, ...intervalOf(event, config, now) }));
  for (const at of looks(happened, now)) {
    const going = happened.filter(({ from, until }) => from <= at && at < until);
    if (going.some(({ what }) => what === 'unseen')) continue;
    const reports = checks.flatMap((check) => {
      const event = going.find(({ checks }) => checks.includes(check.id));
      return seriesOf(check).map((series) => reportOf(check, series, at, event?.what));
    });
    const { spans, outages } = watch.observe(reports, at).effects;
    past.written({ spans, outages });
  }
  return past.effects();
};

/** The configuration for looks that lie minutes apart, without those that say whether we can see. */
const atLeisure = (config: Config): Config => ({
  ...config,
  witnesses: [],
  services: config.services.map((service) => ({
    ...service,
    checks: service.checks.map((check) => ({
      ...check,
      schedule: { kind: 'every', everyMs: quietMs },
      policy: { ...check.policy, staleMs: 3 * quietMs },
    })),
  })),
});

const intervalOf = ({ daysAgo, at, minutes }: Event, { organisation }: Config, now: number) => {
  const from = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(organisation.timezone)
    .subtract({ days: daysAgo })
    .withPlainTime(at).epochMilliseconds;
  return { from, until: from + minutes * minuteMs };
};

const looks = function* (
  happened: readonly { readonly from: number; readonly until: number }[],
  now: number,
): Generator<number> {
  const isNear = (at: number) =>
    happened.some(({ from, until }) => at >= from - quietMs && at < until + 4 * quietMs);
  for (let at = now - days * dayMs; at < now; at += isNear(at) ? busyMs : quietMs) yield at;
};

const reportOf = (
  { slowMs }: CheckConfig,
  series: Report['series'],
  at: number,
  what?: Event['what'],
): Report => {
  const measured = { phasesUs: {}, totalUs: 20_000, facts: {} };
  const report = { series, startedAt: at, tainted: false };
  if (what === 'down')
    return {
      ...report,
      outcome: { ...measured, kind: 'fail', cause: 'timeout_connect', evidence: 'no answer in 3 s' },
    };
  const slow = Object.entries(slowMs).map(
    ([phase, ms]) => [phase, what === 'slow' ? 3_000 * ms : 0] as const,
  );
  const phasesUs = Object.fromEntries(slow.filter(([phase]) => phase === 'commit'));
  const totalUs = 20_000 + Math.max(0, ...slow.map(([, us]) => us));
  return { ...report, outcome: { ...measured, phasesUs, totalUs, kind: 'ok' } };
};

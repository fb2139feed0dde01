// Ninety days that the demonstration's services have behind them: what happened is written here, and judged as ever.
import type { CheckConfig, Config } from '../../config/config.ts';
import { Draft } from '../core/draft.ts';
import { noEffects } from '../core/effects.ts';
import type { Effects } from '../core/effects.ts';
import { nothingRemembered } from '../core/remember.ts';
import type { Report, Result } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import { Watch } from '../core/watch.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const days = 90;
export const pastMs = days * dayMs;
/** Nothing happens between two looks that lie so far apart; while something does, they are closer. */
const quietMs = 5 * minuteMs;
const busyMs = 20_000;
/** Results up to an age lie so far apart: a chart of that time shows no more of them. */
const spacings = [
  { ageMs: 2 * dayMs, ms: 5 * minuteMs },
  { ageMs: 9 * dayMs, ms: 10 * minuteMs },
  { ageMs: 35 * dayMs, ms: 30 * minuteMs },
] as const;
const oldSpacingMs = 60 * minuteMs;
/** Of one transaction, or a few more. */
const resultsMax = 2_000;

interface Event {
  readonly daysAgo: number;
  /** Time of the day in the zone of the organisation, and how long it lasted. */
  readonly at: string;
  readonly minutes: number;
  readonly checks: readonly string[];
  /** `unseen`: Vigie itself was switched off. */
  readonly what: 'down' | 'slow' | 'unseen';
  /** It did not happen on that day, if that was a Saturday or a Sunday. */
  readonly isWork?: boolean;
}

/** How long the phases of its probes take, by check or by type. A heartbeat is there or not. */
const usualUs: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  http: { connect: 400, 'first-byte': 1_300, transfer: 150 },
  value: { connect: 400, 'first-byte': 1_400, transfer: 100 },
  postgresql: { connect: 1_600, auth: 1_500, query: 1_800, read: 1_700, write: 1_000, commit: 400 },
  tcp: { connect: 400, dialogue: 1_600 },
  network: { connect: 300 },
  dns: { reply: 1_000 },
  tls: { connect: 800, tls: 2_400 },
};

/** What takes long of that which is slow at times. */
const slowPhases: Readonly<Record<string, string>> = { db1: 'commit', site: 'first-byte' };

const fridayOfWeek = 5;
const everything = ['site', 'smtp', 'imap', 'ns1', 'network', 'vm1', 'vm2'];

const events: readonly Event[] = [
  { daysAgo: 78, at: '02:10', minutes: 190, checks: [], what: 'unseen' },
  // The databases, slow on working days, until somebody looked why.
  ...Array.from({ length: 22 }, (_, index): Event => ({
    daysAgo: 64 - index,
    at: '09:05',
    minutes: 134 - index,
    checks: ['db1'],
    what: 'slow',
    isWork: true,
  })),
  { daysAgo: 42, at: '22:30', minutes: 25, checks: ['db1'], what: 'down' },
  { daysAgo: 31, at: '17:48', minutes: 37, checks: everything, what: 'down' },
  { daysAgo: 24, at: '11:20', minutes: 8, checks: ['panel'], what: 'down' },
  { daysAgo: 17, at: '03:00', minutes: 14, checks: ['vm2'], what: 'down' },
  { daysAgo: 9, at: '14:12', minutes: 52, checks: ['smtp'], what: 'down' },
  { daysAgo: 4, at: '20:31', minutes: 21, checks: ['site'], what: 'slow' },
];

/** A part of the past; what comes after begins at `until` at the earliest. */
interface Part {
  readonly effects: Effects;
  readonly until: number;
}

/**
 * What the past left: results, and with the last of them the states and outages of every check and service up to `now`.
 */
export const livePast = function* (config: Config, now: number): Generator<Part, void> {
  const checks = config.services.flatMap((service) => service.checks);
  const { watch } = Watch.open(atLeisure(config), nothingRemembered, now - pastMs);
  const random = new Noise(days);
  const past = new Draft();
  const happened = eventsBefore(now, config.organisation.timezone);
  let results: Result[] = [];
  let keptAt = 0;
  for (const at of looks(happened, now)) {
    const going = happened.filter(({ from, until }) => from <= at && at < until);
    if (going.some(({ what }) => what === 'unseen')) continue;
    const reports = checks.flatMap((check) => {
      const event = going.find(({ checks }) => checks.includes(check.id));
      return seriesOf(check).map((series) => reportOf(check, series, at, event?.what));
    });
    const { effects } = watch.observe(reports, at);
    past.written({ spans: effects.spans, outages: effects.outages });
    if (at < keptAt + spacingMs(now - at)) continue;
    keptAt = at;
    results.push(...effects.results.map((result) => lively(result, checks, random)));
    if (results.length < resultsMax) continue;
    yield { effects: { ...noEffects, results }, until: at };
    results = [];
  }
  yield { effects: { ...past.effects(), results }, until: now };
};

const spacingMs = (ageMs: number): number =>
  spacings.find((spacing) => ageMs <= spacing.ageMs)?.ms ?? oldSpacingMs;

// A probe that was answered took as long as such things take: more by day, and never twice the same.
const lively = (result: Result, checks: readonly CheckConfig[], noise: Noise): Result => {
  const check = checks.find(({ id }) => id === result.series.check);
  if (result.grade === 'bad' || check === undefined) return result;
  const ofDay = 1 + 0.3 * Math.sin((result.at / dayMs) * 2 * Math.PI);
  const usual = Object.entries(usualUs[check.id] ?? usualUs[check.type] ?? {});
  const measured = usual.map(([phase, us]) => {
    const slowUs = result.phasesUs[phase];
    return [phase, Math.round((slowUs ?? us * ofDay) * noise.next())] as const;
  });
  const totalUs = measured.reduce((sum, [, us]) => sum + us, 0);
  return { ...result, totalUs, phasesUs: Object.fromEntries(measured) };
};

/** Factors around one, and now and then a large one: the same every time (Park and Miller, 1988). */
class Noise {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    const share = this.#state / 2_147_483_647;
    return share < 0.99 ? 0.8 + 0.4 * share : 3;
  }
}

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

/** What happened in the ninety days before, oldest first. */
export const eventsBefore = (now: number, timezone: string) =>
  events.flatMap((event) => {
    const { daysAgo, at, minutes, isWork = false } = event;
    const began = Temporal.Instant.fromEpochMilliseconds(now)
      .toZonedDateTimeISO(timezone)
      .subtract({ days: daysAgo })
      .withPlainTime(at);
    if (isWork && began.dayOfWeek > fridayOfWeek) return [];
    const from = began.epochMilliseconds;
    return [{ ...event, from, until: from + minutes * minuteMs }];
  });

const looks = function* (
  happened: readonly { readonly from: number; readonly until: number }[],
  now: number,
): Generator<number> {
  const isNear = (at: number) =>
    happened.some(({ from, until }) => at >= from - quietMs && at < until + 4 * quietMs);
  for (let at = now - pastMs; at < now; at += isNear(at) ? busyMs : quietMs) yield at;
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
  const phase = slowPhases[series.check];
  if (what !== 'slow' || phase === undefined) return { ...report, outcome: { ...measured, kind: 'ok' } };
  const slowUs = 3_000 * (slowMs[phase] ?? slowMs.total ?? 0);
  const slow = { ...measured, phasesUs: { [phase]: slowUs }, totalUs: measured.totalUs + slowUs };
  return { ...report, outcome: { ...slow, kind: 'ok' } };
};

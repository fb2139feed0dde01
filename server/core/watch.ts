// All that is watched, and what we know of it. Takes reports and time, gives back what changed: the same events in the
// same order always give the same effects.
import type { CheckConfig, Config, ServiceConfig } from '../../config/config.ts';
import { asked } from './asked.ts';
import { combineChecks, combineSeries } from './combine.ts';
import { Draft } from './draft.ts';
import { missedMs } from './due.ts';
import type { Effects } from './effects.ts';
import { expire, forget, hasMoved, isContested, judge, rewindStanding } from './judge.ts';
import type { Standing } from './judge.ts';
import { index, resumeStanding, resumeTimeline, withdrawAll } from './remember.ts';
import type { Past, Remembered } from './remember.ts';
import { grade, resultOf } from './result.ts';
import type { Report } from './result.ts';
import { seriesId, seriesOf } from './series.ts';
import type { SeriesKey } from './series.ts';
import { clearTime, openEyes, rewindSight, witness, withWitnesses } from './sight.ts';
import type { Sight } from './sight.ts';
import { advance, rewindTimeline } from './timeline.ts';
import type { Over, Timeline } from './timeline.ts';
import type { Instant } from './time.ts';

export interface WatchedSeries {
  readonly key: SeriesKey;
  readonly standing: Standing;
}

export interface WatchedCheck {
  readonly config: CheckConfig;
  readonly service: string;
  readonly series: readonly WatchedSeries[];
  readonly timeline: Timeline;
}

export interface WatchedService {
  readonly config: ServiceConfig;
  readonly checks: readonly WatchedCheck[];
  readonly timeline: Timeline;
}

export interface Step {
  readonly effects: Effects;
  /** Series whose newest outcome contradicts their state: to be probed again soon. */
  readonly contested: readonly { readonly series: SeriesKey; readonly afterMs: number }[];
  /** Somebody has just failed: ask the witnesses now whether it is us. */
  readonly inDoubt: boolean;
  /** Series that can say more about an outage that has just opened: to be probed now. */
  readonly asked: readonly SeriesKey[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type SeriesEntry = Mutable<WatchedSeries> & { readonly check: CheckEntry };
type CheckEntry = Mutable<Omit<WatchedCheck, 'series'>> & { readonly series: SeriesEntry[] };
type ServiceEntry = Mutable<Omit<WatchedService, 'checks'>> & { readonly checks: CheckEntry[] };

/** Since when it is so, and why an outage is over when nobody saw its end. */
interface Arranged {
  readonly since: Instant;
  readonly over?: Over;
}

export class Watch {
  #series = new Map<string, SeriesEntry>();
  #checks = new Map<string, CheckEntry>();
  #services = new Map<string, ServiceEntry>();
  #witnesses = new Map<string, CheckConfig>();
  #sight: Sight;
  #now: Instant;

  private constructor(sight: Sight, now: Instant) {
    this.#sight = sight;
    this.#now = now;
  }

  /** Goes on where the store says we stopped. Time in which a probe was due and none was made is unknown. */
  static open(
    config: Config,
    remembered: Remembered,
    now: Instant,
  ): { readonly watch: Watch; readonly step: Step } {
    const { blindSince: since } = remembered;
    const sight = openEyes(now);
    const watch = new Watch(since === undefined ? sight : { ...sight, blind: true, since }, now);
    const draft = new Draft();
    watch.#arrange(config, remembered, draft, now);
    watch.#expire(missedMs, draft, now);
    return { watch, step: stepOf(draft) };
  }

  get services(): ReadonlyMap<string, WatchedService> {
    return this.#services;
  }

  get checks(): ReadonlyMap<string, WatchedCheck> {
    return this.#checks;
  }

  get sight(): Sight {
    return this.#sight;
  }

  observe(reports: readonly Report[], now: Instant): Step {
    const draft = this.#begin(now);
    const contested: { series: SeriesKey; afterMs: number }[] = [];
    let inDoubt = false;
    for (const reported of reports) {
      // A clock that is ahead of ours may not freeze a series until we have caught up with it.
      const report = { ...reported, startedAt: Math.min(reported.startedAt, now) };
      const id = seriesId(report.series);
      const witness = this.#witnesses.get(id);
      if (witness !== undefined) this.#testify(report, witness, draft, now);
      const entry = this.#series.get(id);
      if (entry === undefined) continue;
      // No tick may have come since the outcome before this one: we were suspended.
      if (report.outcome.kind !== 'invalid')
        this.#expireCheck(entry.check, staleMs, report.startedAt, draft, now);
      const before = entry.standing;
      this.#judge(entry, report, draft);
      if (entry.standing === before) continue;
      this.#settle(entry.check, draft, now);
      inDoubt ||= entry.standing.contest?.kind === 'failing' && before.contest?.kind !== 'failing';
      if (isContested(entry.standing))
        contested.push({ series: entry.key, afterMs: entry.check.config.policy.recheckMs });
    }
    const effects = draft.effects();
    return { effects, contested, inDoubt, asked: asked(effects.notables, this.#services.values()) };
  }

  /** Time has passed: what we have not seen for long is unknown. */
  tick(now: Instant): Step {
    const draft = this.#begin(now);
    this.#expire(staleMs, draft, now);
    return stepOf(draft);
  }

  /** Another configuration: what stays keeps its history, what goes is withdrawn. */
  configure(config: Config, now: Instant): Step {
    const draft = this.#begin(now);
    this.#arrange(config, this.#remember(), draft, now);
    return stepOf(draft);
  }

  #begin(now: Instant): Draft {
    const draft = new Draft();
    if (now < this.#now) this.#rewind(draft, now);
    this.#now = now;
    return draft;
  }

  #judge(entry: SeriesEntry, report: Report, draft: Draft): void {
    const { policy, slowMs } = entry.check.config;
    const graded = this.#isUsable(report) ? grade(report, slowMs) : { grade: 'invalid' as const };
    draft.result(resultOf(report, graded));
    this.#keep(
      entry,
      judge(entry.standing, { at: report.startedAt, ...graded }, clearTime(this.#sight), policy),
      draft,
    );
  }

  // What was sent off while we were blind, or before we saw again, is no evidence.
  #isUsable({ startedAt }: Report): boolean {
    return !this.#sight.blind && startedAt >= this.#sight.clearSince;
  }

  #testify(report: Report, config: CheckConfig, draft: Draft, now: Instant): void {
    const { series, startedAt, outcome } = report;
    draft.result(resultOf(report, grade(report, config.slowMs)));
    // However slow it was, or we were, it was seen.
    const seen = outcome.kind === 'ok' || outcome.kind === 'warn';
    this.#look(witness(this.#sight, seriesId(series), startedAt, seen), draft, now);
  }

  #look(sight: Sight, draft: Draft, now: Instant): void {
    const before = this.#sight;
    this.#sight = sight;
    if (sight.blind === before.blind) return;
    const kind = sight.blind ? 'blind' : 'sighted';
    const { since } = sight.blind ? sight : before;
    draft.written({ notables: [{ kind, key: `${kind}@${since}`, at: now, since }] });
    if (!sight.blind) return;
    // Of a rare check nothing may have been due: either a result of it is missed, or its state is still good.
    const blinded = [...this.#checks.values()].filter(({ config }) => !isRare(config));
    for (const check of blinded) this.#forget(check, (standing) => forget(standing, since), draft, now);
  }

  #expire(afterMs: AfterMs, draft: Draft, now: Instant): void {
    for (const check of this.#checks.values()) this.#expireCheck(check, afterMs, now, draft, now);
  }

  // A check of which one series has not been seen for too long before `at`: what else of it should have been seen
  // meanwhile and was not is unknown too, or an old result of the one family would now speak for both.
  #expireCheck(check: CheckEntry, afterMs: AfterMs, at: Instant, draft: Draft, now: Instant): void {
    const limitMs = afterMs(check.config);
    const allMs = Math.min(limitMs, missedMs(check.config));
    if (check.series.some(({ standing }) => expire(standing, at, limitMs) !== standing))
      this.#forget(check, (standing) => expire(standing, at, allMs), draft, now);
  }

  #forget(check: CheckEntry, forgotten: (standing: Standing) => Standing, draft: Draft, now: Instant): void {
    for (const entry of check.series) this.#keep(entry, forgotten(entry.standing), draft);
    this.#settle(check, draft, now);
  }

  #keep(entry: SeriesEntry, standing: Standing, draft: Draft): void {
    if (standing === entry.standing) return;
    // The age of a rare check is not in the results for as long as it must be known.
    if (isRare(entry.check.config) || hasMoved(entry.standing, standing)) draft.standing(entry.key, standing);
    entry.standing = standing;
  }

  // From series to their check, from a check to its service: what has changed, if only what is wrong, says since when.
  #settle(check: CheckEntry, draft: Draft, now: Instant, arranged?: Arranged): void {
    const standings = check.series.map(({ standing }) => standing);
    const combined = combineSeries(standings, check.timeline.since);
    if (combined === undefined) return;
    const { timeline, written } = advance(check.timeline, { ...combined, ...arranged }, now, arranged?.over);
    if (timeline === check.timeline) return;
    check.timeline = timeline;
    draft.written(written ?? {});
    this.#settleService(check.service, draft, now, { since: timeline.since, ...arranged });
  }

  #settleService(id: string, draft: Draft, now: Instant, { since, over }: Arranged): void {
    const service = this.#services.get(id);
    if (service === undefined) return;
    const members = service.checks.map(({ timeline, config: { supporting } }) => ({
      ...timeline,
      supporting,
    }));
    const { timeline, written } = advance(service.timeline, { ...combineChecks(members), since }, now, over);
    service.timeline = timeline;
    if (written !== undefined) draft.written(written);
  }

  #arrange(config: Config, remembered: Remembered, draft: Draft, now: Instant): void {
    const past = index(remembered, now);
    this.#series = new Map();
    this.#checks = new Map();
    this.#services = new Map();
    for (const service of config.services) {
      const checks = service.checks.map((check) => this.#arrangeCheck(check, service.id, past, draft, now));
      const timeline = resumeTimeline({ kind: 'service', id: service.id }, past, draft, now);
      this.#services.set(service.id, { config: service, checks, timeline });
    }
    withdrawAll(past, draft, now);
    this.#rewind(draft, now);
    this.#witnesses = new Map(
      config.witnesses.flatMap((check) => seriesOf(check).map((key) => [seriesId(key), check] as const)),
    );
    this.#look(withWitnesses(this.#sight, [...this.#witnesses.keys()], now), draft, now);
    // What changes here does so because of the configuration: now, and without having been seen to.
    const arranged = { since: now, over: 'withdrawn' } as const;
    for (const check of this.#checks.values()) this.#settle(check, draft, now, arranged);
    for (const id of this.#services.keys()) this.#settleService(id, draft, now, arranged);
  }

  #arrangeCheck(config: CheckConfig, service: string, past: Past, draft: Draft, now: Instant): CheckEntry {
    const timeline = resumeTimeline({ kind: 'check', id: config.id }, past, draft, now);
    const check: CheckEntry = { config, service, series: [], timeline };
    for (const key of seriesOf(config)) {
      const entry: SeriesEntry = { key, check, standing: resumeStanding(key, past) };
      check.series.push(entry);
      this.#series.set(seriesId(key), entry);
    }
    this.#checks.set(config.id, check);
    return check;
  }

  #rewind(draft: Draft, now: Instant): void {
    this.#sight = rewindSight(this.#sight, now);
    for (const entry of this.#series.values()) this.#keep(entry, rewindStanding(entry.standing, now), draft);
    for (const subject of [...this.#checks.values(), ...this.#services.values()]) {
      const { timeline, written } = rewindTimeline(subject.timeline, now);
      subject.timeline = timeline;
      if (written !== undefined) draft.written(written);
    }
  }

  #remember(): Remembered {
    const timelines = [...this.#checks.values(), ...this.#services.values()].map(({ timeline }) => timeline);
    return {
      standings: [...this.#series.values()].map(({ key, standing }) => ({ series: key, standing })),
      newest: [],
      spans: timelines,
      outages: timelines.flatMap(({ outage }) => (outage === undefined ? [] : [outage])),
    };
  }
}

type AfterMs = (config: CheckConfig) => number;
const staleMs: AfterMs = ({ policy }) => policy.staleMs;

const rareMs = 600_000;
const isRare = (config: CheckConfig): boolean => missedMs(config) > rareMs;

const quiet = { contested: [], inDoubt: false, asked: [] } as const;
const stepOf = (draft: Draft): Step => ({ effects: draft.effects(), ...quiet });

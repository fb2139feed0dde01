// All that is watched, and what we know of it. Takes reports and time, gives back what changed: the same events in the
// same order always give the same effects.
import type { CheckConfig, Config, ServiceConfig } from '../../config/config.ts';
import { combineChecks, combineSeries } from './combine.ts';
import { Draft } from './draft.ts';
import type { Effects } from './effects.ts';
import { expire, forget, isContested, judge, unseen } from './judge.ts';
import type { Standing } from './judge.ts';
import { index, resume } from './remember.ts';
import type { Past, Remembered } from './remember.ts';
import { grade, resultOf } from './result.ts';
import type { Report } from './result.ts';
import { localVantage, seriesId } from './series.ts';
import type { SeriesKey } from './series.ts';
import { openEyes, witness } from './sight.ts';
import type { Sight } from './sight.ts';
import { advance, withdraw } from './timeline.ts';
import type { Timeline } from './timeline.ts';
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
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type SeriesEntry = Mutable<WatchedSeries> & { readonly check: CheckEntry };
type CheckEntry = Mutable<Omit<WatchedCheck, 'series'>> & { readonly series: SeriesEntry[] };
type ServiceEntry = Mutable<Omit<WatchedService, 'checks'>> & { readonly checks: CheckEntry[] };

export class Watch {
  #series = new Map<string, SeriesEntry>();
  #checks = new Map<string, CheckEntry>();
  #services = new Map<string, ServiceEntry>();
  #witnesses = new Map<string, CheckConfig>();
  #sight: Sight;

  private constructor(now: Instant) {
    this.#sight = openEyes([], now);
  }

  /** Goes on where the store says we stopped. Time in which a probe was due and none was made is unknown. */
  static open(
    config: Config,
    remembered: Remembered,
    now: Instant,
  ): { readonly watch: Watch; readonly step: Step } {
    const watch = new Watch(now);
    return { watch, step: watch.#arrange(config, remembered, now) };
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
    const draft = new Draft();
    const contested: { series: SeriesKey; afterMs: number }[] = [];
    const touched = new Set<CheckEntry>();
    let inDoubt = false;
    for (const report of reports) {
      const id = seriesId(report.series);
      const testifies = this.#witnesses.get(id);
      if (testifies !== undefined) this.#testify(report, testifies, draft, now);
      const entry = this.#series.get(id);
      if (entry === undefined) continue;
      const { config } = entry.check;
      const before = entry.standing;
      this.#judge(entry, report, draft, now);
      if (entry.standing === before) continue;
      touched.add(entry.check);
      inDoubt ||= entry.standing.contest?.kind === 'failing' && before.contest?.kind !== 'failing';
      if (isContested(entry.standing))
        contested.push({ series: entry.key, afterMs: config.policy.recheckMs });
    }
    this.#settle(touched, draft, now);
    return { effects: draft.effects(), contested, inDoubt };
  }

  /** Time has passed: what we have not seen for long is unknown. */
  tick(now: Instant): Step {
    const draft = new Draft();
    const touched = new Set<CheckEntry>();
    for (const entry of this.#series.values()) {
      const after = expire(entry.standing, now, entry.check.config.policy);
      if (after === entry.standing) continue;
      this.#keep(entry, after, draft);
      touched.add(entry.check);
    }
    this.#settle(touched, draft, now);
    return stepOf(draft);
  }

  /** Another configuration: what stays keeps its history, what goes is withdrawn. */
  configure(config: Config, now: Instant): Step {
    return this.#arrange(config, this.#remember(), now);
  }

  #judge(entry: SeriesEntry, report: Report, draft: Draft, now: Instant): void {
    const { config } = entry.check;
    const graded = this.#isUsable(report) ? grade(report, config.slowMs) : { grade: 'invalid' as const };
    draft.result(resultOf(report, graded));
    const sample = { at: report.startedAt, ...graded };
    const after = judge(entry.standing, sample, now, this.#sight.seenAt, config.policy);
    if (after !== entry.standing) this.#keep(entry, after, draft);
  }

  // What was sent off while we were blind, or before we saw again, is no evidence.
  #isUsable({ startedAt }: Report): boolean {
    return !this.#sight.blind && startedAt >= this.#sight.since;
  }

  #testify(report: Report, config: CheckConfig, draft: Draft, now: Instant): void {
    const graded = grade(report, config.slowMs);
    draft.result(resultOf(report, graded));
    const before = this.#sight;
    this.#sight = witness(before, seriesId(report.series), report.startedAt, graded.grade);
    if (this.#sight.blind === before.blind) return;
    const since = this.#sight.blind ? Math.max(before.seenAt, before.since) : before.since;
    const kind = this.#sight.blind ? 'blind' : 'sighted';
    draft.written({ notables: [{ kind, key: `${kind}@${this.#sight.since}`, at: now, since }] });
    if (!this.#sight.blind) return;
    for (const entry of this.#series.values()) this.#keep(entry, forget(entry.standing, since), draft);
    this.#settle(new Set(this.#checks.values()), draft, now);
  }

  #keep(entry: SeriesEntry, standing: Standing, draft: Draft): void {
    if (isWorthWriting(entry.standing, standing, entry.check.config)) draft.standing(entry.key, standing);
    entry.standing = standing;
  }

  // From series to checks, from checks to services.
  #settle(touched: ReadonlySet<CheckEntry>, draft: Draft, now: Instant): void {
    for (const check of touched) {
      const combined = combineSeries(check.series.map(({ standing }) => standing));
      if (combined === undefined) continue;
      const { timeline, written } = advance(check.timeline, combined, now);
      check.timeline = timeline;
      if (written === undefined) continue;
      draft.written(written);
      this.#settleService(check.service, timeline.since, draft, now);
    }
  }

  #settleService(id: string, since: Instant, draft: Draft, now: Instant): void {
    const service = this.#services.get(id);
    if (service === undefined) return;
    const members = service.checks.map(({ timeline, config: { supporting } }) => ({
      ...timeline,
      supporting,
    }));
    const { timeline, written } = advance(service.timeline, { ...combineChecks(members), since }, now);
    service.timeline = timeline;
    if (written !== undefined) draft.written(written);
  }

  #arrange(config: Config, remembered: Remembered, now: Instant): Step {
    const draft = new Draft();
    const past = index(remembered);
    this.#series = new Map();
    this.#checks = new Map();
    this.#services = new Map();
    for (const service of config.services) {
      const checks = service.checks.map((check) => this.#arrangeCheck(check, service.id, past, draft, now));
      const timeline = resume({ kind: 'service', id: service.id }, past, draft, now);
      this.#services.set(service.id, { config: service, checks, timeline });
    }
    for (const gone of past.subjects.values()) {
      draft.written(withdraw(gone, now));
      if (gone.state !== 'unknown')
        draft.written({ spans: [{ subject: gone.subject, since: now, state: 'unknown' }] });
    }
    this.#arrangeWitnesses(config, now);
    this.#settle(new Set(this.#checks.values()), draft, now);
    // A service may have lost the check that kept it down.
    for (const id of this.#services.keys()) this.#settleService(id, now, draft, now);
    return stepOf(draft);
  }

  #arrangeCheck(config: CheckConfig, service: string, past: Past, draft: Draft, now: Instant): CheckEntry {
    const timeline = resume({ kind: 'check', id: config.id }, past, draft, now);
    const check: CheckEntry = { config, service, series: [], timeline };
    for (const key of seriesOf(config)) {
      const entry: SeriesEntry = { key, check, standing: past.standings.get(seriesId(key)) ?? unseen(now) };
      const { lastAt } = entry.standing;
      if (lastAt !== undefined && now - lastAt > missedMs(config))
        this.#keep(entry, forget(entry.standing, lastAt), draft);
      check.series.push(entry);
      this.#series.set(seriesId(key), entry);
    }
    this.#checks.set(config.id, check);
    return check;
  }

  #arrangeWitnesses(config: Config, now: Instant): void {
    const witnesses = new Map(
      config.witnesses.flatMap((check) => seriesOf(check).map((key) => [seriesId(key), check] as const)),
    );
    const same =
      witnesses.size === this.#witnesses.size && [...witnesses.keys()].every((id) => this.#witnesses.has(id));
    if (!same) this.#sight = openEyes([...witnesses.keys()], now);
    this.#witnesses = witnesses;
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

/** The series of a check, in the order of its families. */
export const seriesOf = ({ id, families }: CheckConfig): readonly SeriesKey[] =>
  families.map((family) => ({ check: id, vantage: localVantage, family }));

// After this long without a result, at least one probe that was due has not been made.
const missedMs = ({ schedule, timeoutMs }: CheckConfig): number =>
  timeoutMs + (schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs);

// A standing that only grew older is not written: its age is in the results. Rare checks have none to speak of.
const rareMs = 600_000;
const isWorthWriting = (before: Standing, after: Standing, config: CheckConfig): boolean =>
  missedMs(config) > rareMs ||
  before.state !== after.state ||
  before.since !== after.since ||
  before.contest?.kind !== after.contest?.kind ||
  before.contest?.since !== after.contest?.since ||
  (after.contest !== undefined && after.contest.kind !== 'calming') ||
  before.recent.some((at) => at > 0) ||
  after.recent.some((at) => at > 0);

const stepOf = (draft: Draft): Step => ({ effects: draft.effects(), contested: [], inDoubt: false });

// All that is watched, and what we know of it. Takes reports and time, gives back what changed: the same events in the
// same order always give the same effects.
import type { CheckConfig, Config } from '../../config/config.ts';
import { asked } from './asked.ts';
import { Draft } from './draft.ts';
import { missedMs } from './due.ts';
import type { Effects } from './effects.ts';
import { forget, isContested, judge } from './judge.ts';
import type { Remembered } from './remember.ts';
import { grade, resultOf } from './result.ts';
import type { Report } from './result.ts';
import { seriesId, seriesOf } from './series.ts';
import type { SeriesKey } from './series.ts';
import { clearTime, openEyes, rewindSight, witness, withWitnesses } from './sight.ts';
import type { Sight } from './sight.ts';
import type { Instant } from './time.ts';
import { Watched, isRare } from './watched.ts';
import type { AfterMs, SeriesEntry, WatchedCheck, WatchedService } from './watched.ts';

export interface Step {
  readonly effects: Effects;
  /** Series whose newest outcome contradicts their state: to be probed again soon. */
  readonly contested: readonly { readonly series: SeriesKey; readonly afterMs: number }[];
  /** Somebody has just failed: ask the witnesses now whether it is us. */
  readonly inDoubt: boolean;
  /** Series that can say more about an outage that has just opened: to be probed now. */
  readonly asked: readonly SeriesKey[];
}

export class Watch {
  #watched: Watched;
  #witnesses: ReadonlyMap<string, CheckConfig> = new Map();
  #sight: Sight;
  #now: Instant;

  private constructor(watched: Watched, sight: Sight, now: Instant) {
    this.#watched = watched;
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
    const draft = new Draft();
    const watched = new Watched(config, remembered, draft, now);
    const watch = new Watch(watched, since === undefined ? sight : { ...sight, blind: true, since }, now);
    watch.#arrange(config, draft, now);
    watched.expireAll(missedMs, draft, now);
    return { watch, step: stepOf(draft) };
  }

  get services(): ReadonlyMap<string, WatchedService> {
    return this.#watched.services;
  }

  get checks(): ReadonlyMap<string, WatchedCheck> {
    return this.#watched.checks;
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
      const entry = this.#watched.series.get(id);
      if (entry === undefined) continue;
      // No tick may have come since the outcome before this one: we were suspended.
      if (report.outcome.kind !== 'invalid')
        this.#watched.expire(entry.check, staleMs, report.startedAt, draft, now);
      const before = entry.standing;
      this.#judge(entry, report, draft);
      if (entry.standing === before) continue;
      this.#watched.settle(entry.check, draft, now);
      inDoubt ||= entry.standing.contest?.kind === 'failing' && before.contest?.kind !== 'failing';
      if (isContested(entry.standing))
        contested.push({ series: entry.key, afterMs: entry.check.config.policy.recheckMs });
    }
    const effects = draft.effects();
    return { effects, contested, inDoubt, asked: asked(effects.notables, this.services.values()) };
  }

  /** Time has passed: what we have not seen for long is unknown. */
  tick(now: Instant): Step {
    const draft = this.#begin(now);
    this.#watched.expireAll(staleMs, draft, now);
    return stepOf(draft);
  }

  /** Another configuration: what stays keeps its history, what goes is withdrawn. */
  configure(config: Config, now: Instant): Step {
    const draft = this.#begin(now);
    this.#watched = new Watched(config, this.#watched.remembered(), draft, now);
    this.#arrange(config, draft, now);
    return stepOf(draft);
  }

  #begin(now: Instant): Draft {
    const draft = new Draft();
    if (now < this.#now) {
      this.#sight = rewindSight(this.#sight, now);
      this.#watched.rewind(draft, now);
    }
    this.#now = now;
    return draft;
  }

  #judge(entry: SeriesEntry, report: Report, draft: Draft): void {
    const { policy, slowMs } = entry.check.config;
    const graded = this.#isUsable(report) ? grade(report, slowMs) : { grade: 'invalid' as const };
    draft.result(resultOf(report, graded));
    this.#watched.keep(
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
    const blinded = [...this.#watched.checks.values()].filter(({ config }) => !isRare(config));
    for (const check of blinded)
      this.#watched.forget(check, (standing) => forget(standing, since), draft, now);
  }

  #arrange(config: Config, draft: Draft, now: Instant): void {
    this.#sight = rewindSight(this.#sight, now);
    this.#witnesses = new Map(
      config.witnesses.flatMap((check) => seriesOf(check).map((key) => [seriesId(key), check] as const)),
    );
    this.#look(withWitnesses(this.#sight, [...this.#witnesses.keys()], now), draft, now);
    this.#watched.settleAll(draft, now);
  }
}

const staleMs: AfterMs = ({ policy }) => policy.staleMs;

const quiet = { contested: [], inDoubt: false, asked: [] } as const;
const stepOf = (draft: Draft): Step => ({ effects: draft.effects(), ...quiet });

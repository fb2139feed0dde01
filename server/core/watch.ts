// All that is watched, and what we know of it. Takes reports and time, gives back what changed: the same events in the
// same order always give the same effects.
import type { Config } from '../../config/config.ts';
import { asked } from './asked.ts';
import { Draft } from './draft.ts';
import { missedMs } from './due.ts';
import type { Effects } from './effects.ts';
import { forget, isContested, judge } from './judge.ts';
import type { Standing } from './judge.ts';
import type { Remembered } from './remember.ts';
import { grade, resultOf } from './result.ts';
import type { Report } from './result.ts';
import { seriesId } from './series.ts';
import type { SeriesKey } from './series.ts';
import { Sights } from './sights.ts';
import type { Place, Turn } from './sights.ts';
import type { Instant } from './time.ts';
import type { Told } from './uplink.ts';
import { Watched, isRare } from './watched.ts';
import type { AfterMs, SeriesEntry, WatchedCheck, WatchedSeries, WatchedService } from './watched.ts';

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
  readonly #sights: Sights;
  #now: Instant;

  private constructor(watched: Watched, sights: Sights, now: Instant) {
    this.#watched = watched;
    this.#sights = sights;
    this.#now = now;
  }

  /** Goes on where the store says we stopped. Time in which a probe was due and none was made is unknown. */
  static open(
    config: Config,
    remembered: Remembered,
    now: Instant,
  ): { readonly watch: Watch; readonly step: Step } {
    const draft = new Draft();
    const watched = new Watched(config, remembered, draft, now);
    const watch = new Watch(watched, new Sights(remembered.blind, now), now);
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

  get sight(): Sights {
    return this.#sights;
  }

  observe(reports: readonly Report[], now: Instant): Step {
    const draft = this.#begin(now);
    const contested: { series: SeriesKey; afterMs: number }[] = [];
    let inDoubt = false;
    for (const report of this.#witnessed(reports, draft, now)) {
      const entry = this.#watched.series.get(seriesId(report.series));
      if (entry === undefined) continue;
      // No tick may have come since the outcome before this one: we were suspended.
      if (report.outcome.kind !== 'invalid')
        this.#watched.expire(entry.check, staleMs, report.startedAt, draft, now);
      const before = entry.standing;
      this.#judge(entry, report, draft);
      if (entry.standing === before) continue;
      this.#watched.settle(entry.check, draft, now);
      inDoubt ||= entry.standing.contest?.kind === 'failing' && before.contest?.kind !== 'failing';
      if (isContested(entry.standing)) contested.push(...this.#askAgain(entry));
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
      this.#sights.rewind(now);
      this.#watched.rewind(draft, now);
    }
    this.#now = now;
    return draft;
  }

  // One after the other, for what a witness says changes how the next is judged. In the place of a round of witnesses
  // come the reports that are derived from it.
  *#witnessed(reports: readonly Report[], draft: Draft, now: Instant): Generator<Report> {
    for (const reported of reports) {
      // A clock that is ahead of ours may not freeze a series until we have caught up with it.
      const report = { ...reported, startedAt: Math.min(reported.startedAt, now) };
      const heard = this.#sights.hear(report);
      if (heard === undefined) yield report;
      if (heard !== undefined) draft.result(heard.result);
      if (heard?.turn !== undefined) this.#turn(heard.turn, draft, now);
      if (heard?.uplink !== undefined) yield* this.#derive(heard.uplink);
    }
  }

  #derive({ vantage, family, at: startedAt, outcome }: Told & Place): readonly Report[] {
    return [...this.#watched.checks.values()].flatMap(({ config, series }) =>
      series.flatMap(({ key }) =>
        config.derived === true && key.vantage === vantage && key.family === family
          ? [{ series: key, startedAt, outcome, tainted: false }]
          : [],
      ),
    );
  }

  #judge(entry: SeriesEntry, report: Report, draft: Draft): void {
    const { policy, slowMs } = entry.check.config;
    const { blind, clear } = this.#sights.of(entry.key);
    // What was sent off while we were blind, or before we saw again, is no evidence.
    const isUsable = !blind && report.startedAt >= clear.from;
    const graded = isUsable ? grade(report, slowMs) : { grade: 'invalid' as const };
    draft.result(resultOf(report, graded));
    const sample = { at: report.startedAt, ...graded };
    this.#watched.keep(entry, judge(entry.standing, sample, clear, policy), draft);
  }

  // Who has no probes of its own is made of those of the witnesses.
  #askAgain({ key, check: { config } }: SeriesEntry): Step['contested'] {
    const asked = config.derived === true ? this.#sights.witnessesOf(key) : [key];
    return asked.map((series) => ({ series, afterMs: config.policy.recheckMs }));
  }

  #turn({ kind, vantage, family, since }: Turn, draft: Draft, now: Instant): void {
    const key = `${kind}:${vantage}/${family}@${since}`;
    draft.written({ notables: [{ kind, key, at: now, since, vantage, family }] });
    if (kind === 'sighted') return;
    const unseen = ({ key, standing }: WatchedSeries): Standing => {
      const { blind, since } = this.#sights.of(key);
      return blind ? forget(standing, since) : standing;
    };
    // Of a rare check nothing may have been due: either a result of it is missed, or its state is still good.
    const checks = [...this.#watched.checks.values()].filter(({ config }) => !isRare(config));
    for (const check of checks) this.#watched.forget(check, unseen, draft, now);
  }

  #arrange(config: Config, draft: Draft, now: Instant): void {
    this.#sights.rewind(now);
    for (const turn of this.#sights.configure(config.witnesses, now)) this.#turn(turn, draft, now);
    this.#watched.settleAll(draft, now);
  }
}

const staleMs: AfterMs = ({ policy }) => policy.staleMs;

const quiet = { contested: [], inDoubt: false, asked: [] } as const;
const stepOf = (draft: Draft): Step => ({ effects: draft.effects(), ...quiet });

// All that is watched, and what we know of it. Takes reports and time, gives back what changed: the same events in the
// same order always give the same effects.
import type { Config } from '../../config/config.ts';
import { asked } from './asked.ts';
import { shadeOf } from './consequences.ts';
import type { Shade } from './consequences.ts';
import { Draft } from './draft.ts';
import type { Effects, Subject } from './effects.ts';
import type { Condition, Unfit } from './fitness.ts';
import { hasRelapsed, isFlapping } from './flapping.ts';
import type { Impairment } from './impairment.ts';
import { beginsSlow, forget, forgetSlow, isContested, isInDoubt, judge } from './judge.ts';
import type { Sample, Standing } from './judge.ts';
import type { Maintenance, Window } from './maintenance.ts';
import type { Remembered } from './remember.ts';
import { resultOf } from './result.ts';
import type { Report } from './result.ts';
import { seriesId } from './series.ts';
import type { SeriesKey } from './series.ts';
import { Scales } from './scales.ts';
import { Sights } from './sights.ts';
import type { Place, Turn } from './sights.ts';
import { Slowness } from './slowness/slowness.ts';
import type { Instant } from './time.ts';
import { Upkeep } from './upkeep.ts';
import type { Told } from './uplink.ts';
import { Watched, isRare } from './watched.ts';
import type { AfterMs, SeriesEntry, WatchedCheck, WatchedSeries, WatchedService } from './watched.ts';

export interface Step {
  readonly effects: Effects;
  /** Series whose newest outcome contradicts their state: to be probed again soon. */
  readonly contested: readonly { readonly series: SeriesKey; readonly afterMs: number }[];
  /** Somebody has just begun to fail, or fails and no witness has answered since: ask them now whether it is us. */
  readonly inDoubt: boolean;
  /** Series that can say more about an outage that has just opened, a path, or what a window left broken: to be probed now. */
  readonly asked: readonly SeriesKey[];
}

export class Watch {
  #watched: Watched;
  readonly #sights: Sights;
  readonly #upkeep: Upkeep;
  readonly #slowness = new Slowness();
  readonly #scales: Scales;
  readonly #draft = new Draft();
  #now: Instant;

  private constructor(watched: Watched, sights: Sights, upkeep: Upkeep, now: Instant) {
    this.#watched = watched;
    this.#sights = sights;
    this.#scales = new Scales(sights, this.#slowness);
    this.#upkeep = upkeep;
    this.#now = now;
  }

  /** Goes on where the store says we stopped. Time in which a probe was due and none was made is unknown. */
  static open(
    config: Config,
    remembered: Remembered,
    now: Instant,
  ): { readonly watch: Watch; readonly step: Step } {
    const draft = new Draft();
    const upkeep = new Upkeep(config, remembered, now);
    const watched = new Watched(config, remembered, upkeep.excuses, draft, now);
    const watch = new Watch(watched, new Sights(remembered.blind, now), upkeep, now);
    // First, or what another configuration changes would seem to have been so until now.
    watched.missAll(draft, now);
    const overrun = watch.#pass(draft, now);
    watch.#arrange(config, draft, now);
    watch.#slowness.recall(remembered);
    return { watch, step: stepOf(draft, overrun) };
  }

  get services(): ReadonlyMap<string, WatchedService> {
    return this.#watched.services;
  }

  get checks(): ReadonlyMap<string, WatchedCheck> {
    return this.#watched.checks;
  }

  /** Why an outage of a subject may be no news. */
  shadeOf(subject: Subject): Shade | undefined {
    return shadeOf(subject, this.#watched);
  }

  get sight(): Sights {
    return this.#sights;
  }

  /** What keeps us from judging all that we watch. */
  get impairments(): readonly Impairment[] {
    return this.#scales.impairments;
  }

  /** Why our own prober is not fit to judge; nothing, while it is. */
  get unfit(): Unfit | undefined {
    return this.#scales.fitness.unfit;
  }

  /** The prober of this place says how it is. */
  feel(condition: Condition, now: Instant): void {
    this.#scales.fitness.feel(condition, now);
  }

  get maintenance(): Maintenance {
    return this.#upkeep.maintenance;
  }

  /** The window because of which nobody is told of a subject: it is in it, or its fault has just outlived it. */
  maintenanceOf(subject: Subject, at: Instant): Window | undefined {
    return this.#upkeep.of(subject, at);
  }

  /** Whether something of a service or check is asked through an uplink on which packets get lost: its time is not judged. */
  isOverLoss(subject: Subject): boolean {
    return this.#watched.seriesOf(subject).some((series) => this.#scales.isOverLoss(series));
  }

  isFlapping(subject: Subject): boolean {
    return isFlapping(this.#watched.flappingOf(subject), this.#now);
  }

  /** It has fallen more than once of late, and has not been well for long. */
  hasRelapsed(subject: Subject): boolean {
    return hasRelapsed(this.#watched.flappingOf(subject), this.#now);
  }

  /** What is usual of a series, what it takes of late, and what speaks for its having become slower. */
  get slowness(): Pick<Slowness, 'evidenceOf' | 'usualOf' | 'latelyOf'> {
    return this.#slowness;
  }

  observe(reports: readonly Report[], now: Instant): Step {
    const draft = this.#begin(now);
    const overrun = this.#pass(draft, now);
    const contested: { series: SeriesKey; afterMs: number }[] = [];
    const doubted: SeriesKey[] = [];
    let inDoubt = false;
    for (const report of this.#witnessed(reports, draft, now, doubted)) {
      const entry = this.#watched.series.get(seriesId(report.series));
      if (entry === undefined) continue;
      // No tick may have come since the outcome before this one: we were suspended.
      if (report.outcome.kind !== 'invalid')
        this.#watched.hearAgain(entry, staleMs, report.startedAt, draft, now);
      const before = entry.standing;
      const sample = this.#judge(entry, report, draft);
      if (entry.standing === before) continue;
      this.#watched.settle(entry.check, draft, now);
      this.#confirmAnew(entry.check, sample, draft, now);
      // What it says may be of the time before we were suspended.
      this.#watched.expire(entry.check, staleMs, now, draft, now);
      // Is it slow, or the path?
      if (beginsSlow(before, entry.standing)) doubted.push(...this.#scales.witnessesOf(entry.key));
      inDoubt ||= isInDoubt(before, entry.standing);
      if (isContested(entry.standing) || this.#upkeep.isAwaited(entry.check))
        contested.push(...this.#askAgain(entry, now - report.startedAt));
    }
    this.#watched.relate(draft);
    const effects = draft.take();
    const more = asked(effects.notables, this.services.values());
    return { effects, contested, inDoubt, asked: [...overrun, ...more, ...doubted] };
  }

  /** Time has passed: what we have not seen for long is unknown. */
  tick(now: Instant): Step {
    const draft = this.#begin(now);
    const overrun = this.#pass(draft, now);
    this.#watched.expireAll(staleMs, draft, now);
    this.#watched.relate(draft);
    return stepOf(draft, overrun);
  }

  /** Somebody makes, changes or takes back a window of maintenance. */
  plan(window: Window, now: Instant): Step {
    const draft = this.#begin(now);
    const changed = this.#upkeep.keep(window, this.checks.values(), now);
    const overrun = this.#pass(draft, now);
    this.#watched.settleServices(changed, draft, now);
    this.#watched.relate(draft);
    return stepOf(draft, overrun);
  }

  /** Another configuration: what stays keeps its history, what goes is withdrawn. */
  configure(config: Config, now: Instant): Step {
    const draft = this.#begin(now);
    this.#upkeep.configure(config, now);
    this.#watched.expireAll(staleMs, draft, now);
    this.#watched = new Watched(config, this.#watched.remembered(), this.#upkeep.excuses, draft, now);
    this.#arrange(config, draft, now);
    return stepOf(draft, this.#pass(draft, now));
  }

  #begin(now: Instant): Draft {
    if (now < this.#now) {
      this.#sights.rewind(now);
      this.#watched.rewind(this.#draft, now);
      this.#slowness.rewind(now);
      this.#scales.fitness.rewind(now);
    }
    this.#now = now;
    return this.#draft;
  }

  // One after the other, for what a witness says changes how the next is judged. In the place of a round of witnesses
  // come the reports that are derived from it.
  *#witnessed(reports: readonly Report[], draft: Draft, now: Instant, asked: SeriesKey[]): Generator<Report> {
    for (const reported of reports) {
      // A clock that is ahead of ours may not freeze a series until we have caught up with it.
      const report = { ...reported, startedAt: Math.min(reported.startedAt, now) };
      const heard = this.#sights.hear(report, this.#scales.wasFit(report));
      if (heard === undefined) yield report;
      if (heard !== undefined) draft.result(heard.result);
      if (heard?.turn !== undefined) this.#turn(heard.turn, draft, now);
      if (heard?.lossBegins === true) this.#forgetSlow(draft);
      if (heard?.asked !== undefined) asked.push(...heard.asked);
      if (heard?.uplink !== undefined) yield* this.#derive(heard.uplink);
    }
  }

  #forgetSlow(draft: Draft): void {
    for (const entry of this.#watched.series.values())
      if (this.#scales.isOverLoss(entry)) this.#watched.keep(entry, forgetSlow(entry.standing), draft);
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

  // Windows begin and end with time; what one has left broken is to be looked at.
  #pass(draft: Draft, now: Instant): readonly SeriesKey[] {
    const overrun = this.#upkeep.pass(this.checks.values(), draft, now);
    return overrun.flatMap(({ series }) => series.map(({ key }) => key));
  }

  #confirmAnew(check: WatchedCheck, sample: Sample, draft: Draft, now: Instant): void {
    const overrun = this.#upkeep.hear(check, sample);
    const since = Math.max(check.timeline.since, overrun?.until ?? 0);
    if (overrun !== undefined) this.#watched.settleService(check.service, draft, now, { since });
  }

  #judge(entry: SeriesEntry, report: Report, draft: Draft): Sample {
    const [weighed, clear] = this.#scales.weigh(entry, report);
    draft.result(resultOf(report, weighed));
    const sample = { at: report.startedAt, ...weighed };
    const judged = judge(entry.standing, sample, clear, entry.check.config.policy);
    this.#watched.keep(entry, judged, draft, weighed.grade === 'invalid');
    const isPlanned = this.maintenanceOf(entry.check.timeline.subject, report.startedAt) !== undefined;
    draft.learned(this.#slowness.settle(entry.key, entry.standing, report.startedAt, isPlanned));
    return sample;
  }

  // From start to start: a time-out is time enough. Who has no probes of its own is made of those of the witnesses.
  #askAgain({ key, check: { config } }: SeriesEntry, tookMs: number): Step['contested'] {
    const asked = config.derived === true ? this.#sights.witnessesOf(key) : [key];
    const afterMs = Math.max(0, config.policy.recheckMs + marginMs - tookMs);
    return asked.map((series) => ({ series, afterMs }));
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
    this.#slowness.configure(config);
    this.#scales.configure(config, this.#watched);
    this.#sights.rewind(now);
    for (const turn of this.#sights.configure(config.witnesses, now)) this.#turn(turn, draft, now);
    this.#watched.settleAll(draft, now);
    this.#watched.relate(draft);
  }
}

/** Instants are whole milliseconds of a clock that may be corrected: a confirmation must not be one short of its span. */
const marginMs = 10;
const staleMs: AfterMs = ({ policy }) => policy.staleMs;

const stepOf = (draft: Draft, asked: readonly SeriesKey[]): Step => ({
  effects: draft.take(),
  contested: [],
  inDoubt: false,
  asked,
});

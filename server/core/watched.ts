// Everything in the configuration, and what is known of it: what changes in a series goes up to its check, and from
// there to its service.
import type { CheckConfig, Config, ServiceConfig } from '../../config/config.ts';
import { combineChecks, combineSeries } from './combine.ts';
import { parentsOf, rootOf, rootOfService } from './consequences.ts';
import type { Draft } from './draft.ts';
import { missedMs } from './due.ts';
import type { Subject } from './effects.ts';
import { steady } from './flapping.ts';
import type { Flapping } from './flapping.ts';
import { expire, hasMoved, rewindStanding, unbroken } from './judge.ts';
import type { Standing } from './judge.ts';
import { index, resumeStanding, resumeTimeline, withdrawAll } from './remember.ts';
import type { Past, Remembered } from './remember.ts';
import { seriesId, seriesOf } from './series.ts';
import type { SeriesKey } from './series.ts';
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type SeriesEntry = Mutable<WatchedSeries> & { readonly check: CheckEntry };
export type CheckEntry = Mutable<Omit<WatchedCheck, 'series'>> & { readonly series: SeriesEntry[] };
type ServiceEntry = Mutable<Omit<WatchedService, 'checks'>> & { readonly checks: CheckEntry[] };

interface Dependants {
  readonly checks: readonly CheckEntry[];
  readonly services: readonly ServiceEntry[];
}

/** Since when it is so, and why an outage is over when nobody saw its end. */
interface Arranged {
  readonly since: Instant;
  readonly over?: Over;
}

/** Is what is wrong with a check not held against its service? */
type Excuses = (check: WatchedCheck, now: Instant) => boolean;

/** How long a check may go without a result. */
export type AfterMs = (config: CheckConfig) => number;

export class Watched {
  readonly #series = new Map<string, SeriesEntry>();
  readonly #checks = new Map<string, CheckEntry>();
  readonly #services = new Map<string, ServiceEntry>();
  /** Those that depend on something, or did when their outage began. */
  readonly #dependants: Dependants;

  readonly #excuses: Excuses;
  readonly #tellsFlapping: boolean;

  /** What the past knows of goes on; what of it is no longer in the configuration is withdrawn. */
  constructor(config: Config, remembered: Remembered, excuses: Excuses, draft: Draft, now: Instant) {
    this.#excuses = excuses;
    this.#tellsFlapping = config.flapping;
    const past = index(remembered, now);
    for (const service of config.services) {
      const checks = service.checks.map((check) => this.#add(check, service.id, past, draft, now));
      const timeline = resumeTimeline({ kind: 'service', id: service.id }, past, draft, now);
      this.#services.set(service.id, { config: service, checks, timeline });
    }
    this.#dependants = this.#findDependants();
    withdrawAll(past, draft, now);
    this.rewind(draft, now);
  }

  get series(): ReadonlyMap<string, SeriesEntry> {
    return this.#series;
  }

  get checks(): ReadonlyMap<string, CheckEntry> {
    return this.#checks;
  }

  get services(): ReadonlyMap<string, WatchedService> {
    return this.#services;
  }

  seriesOf({ kind, id }: Subject): readonly WatchedSeries[] {
    const checks = kind === 'check' ? [this.#checks.get(id)] : this.#services.get(id)?.checks;
    return checks?.flatMap((check) => check?.series ?? []) ?? [];
  }

  /** Nothing changes, where nobody wants to hear of it. */
  flappingOf({ kind, id }: Subject): Flapping {
    const { timeline } = (kind === 'check' ? this.#checks : this.#services).get(id) ?? {};
    return (this.#tellsFlapping ? timeline?.flapping : undefined) ?? steady;
  }

  /** `isUnsaid`: no result says that it was seen. */
  keep(entry: SeriesEntry, standing: Standing, draft: Draft, isUnsaid = false): void {
    if (standing === entry.standing) return;
    // The age of a rare check is not in the results for as long as it must be known.
    if (isUnsaid || isRare(entry.check.config) || hasMoved(entry.standing, standing))
      draft.standing(entry.key, standing);
    entry.standing = standing;
  }

  /** From series to their check, from a check to its service: what has changed, if only what is wrong, says since when. */
  settle(check: CheckEntry, draft: Draft, now: Instant, arranged?: Arranged): void {
    const combined = combineSeries(check.series, check.timeline.since);
    if (combined === undefined) return;
    const { timeline, written } = advance(check.timeline, { ...combined, ...arranged }, now, arranged?.over);
    if (timeline === check.timeline) return;
    check.timeline = timeline;
    draft.written(written ?? {});
    this.settleService(check.service, draft, now, { since: timeline.since, ...arranged });
  }

  /** What has changed with the configuration did so because of it: now, and without having been seen to. */
  settleAll(draft: Draft, now: Instant): void {
    const arranged = { since: now, over: 'withdrawn' } as const;
    for (const check of this.#checks.values()) this.settle(check, draft, now, arranged);
    for (const id of this.#services.keys()) this.settleService(id, draft, now, arranged);
  }

  /** What is held against services is something else, since then or now. */
  settleServices(since: ReadonlyMap<string, Instant>, draft: Draft, now: Instant): void {
    for (const id of this.#services.keys())
      this.settleService(id, draft, now, { since: since.get(id) ?? now });
  }

  /** All series of a check become what `forgotten` makes of them. */
  forget(
    check: CheckEntry,
    forgotten: (series: WatchedSeries) => Standing,
    draft: Draft,
    now: Instant,
  ): void {
    for (const entry of check.series) this.keep(entry, forgotten(entry), draft);
    this.settle(check, draft, now);
  }

  /** We did not run. Of a check of which a probe was due meanwhile nothing is known: no outage is born of that. */
  missAll(draft: Draft, now: Instant): void {
    const hasMissed = ({ config, series }: CheckEntry): boolean =>
      series.some(({ standing: { lastAt = now } }) => now - lastAt > missedMs(config));
    for (const check of this.#checks.values())
      if (hasMissed(check)) this.forget(check, ({ standing }) => expire(standing, now, 0), draft, now);
  }

  expireAll(afterMs: AfterMs, draft: Draft, now: Instant): void {
    for (const check of this.#checks.values()) this.expire(check, afterMs, now, draft, now);
  }

  /**
   * A check of which one series has not been seen for too long before `at`: what else of it should have been seen
   * meanwhile and was not is unknown too, or an old result of the one family would now speak for both.
   */
  expire(check: CheckEntry, afterMs: AfterMs, at: Instant, draft: Draft, now: Instant): void {
    const limitMs = afterMs(check.config);
    const allMs = Math.min(limitMs, missedMs(check.config));
    if (check.series.some(({ standing }) => expire(standing, at, limitMs) !== standing))
      this.forget(check, ({ standing }) => expire(standing, at, allMs), draft, now);
  }

  /** There is an outcome of `at`: of the time between it and the one before we know nothing, when that is too long. */
  hearAgain(entry: SeriesEntry, afterMs: AfterMs, at: Instant, draft: Draft, now: Instant): void {
    this.expire(entry.check, afterMs, at, draft, now);
    this.keep(entry, unbroken(entry.standing, at, missedMs(entry.check.config)), draft);
  }

  /** Says of every outage what it is a consequence of. */
  relate(draft: Draft): void {
    for (const check of this.#dependants.checks) this.#mark(check, rootOf(check, this), draft);
    for (const service of this.#dependants.services) this.#mark(service, rootOfService(service), draft);
  }

  #findDependants(): Dependants {
    const isMarked = ({ timeline: { outage } }: CheckEntry | ServiceEntry) =>
      outage?.consequenceOf !== undefined;
    const isDependent = (check: CheckEntry) => isMarked(check) || parentsOf(check, this).length > 0;
    return {
      checks: [...this.#checks.values()].filter(isDependent),
      services: [...this.#services.values()].filter(
        (service) => isMarked(service) || service.checks.some(isDependent),
      ),
    };
  }

  #mark(subject: CheckEntry | ServiceEntry, consequenceOf: Subject | undefined, draft: Draft): void {
    const { outage } = subject.timeline;
    if (outage === undefined || isSame(outage.consequenceOf, consequenceOf)) return;
    const { consequenceOf: _, ...rest } = outage;
    const marked = { ...rest, ...(consequenceOf && { consequenceOf }) };
    subject.timeline = { ...subject.timeline, outage: marked };
    draft.revise(marked);
  }

  /** The clock was set back to `now`. */
  rewind(draft: Draft, now: Instant): void {
    for (const entry of this.#series.values()) this.keep(entry, rewindStanding(entry.standing, now), draft);
    for (const subject of [...this.#checks.values(), ...this.#services.values()]) {
      const { timeline, written } = rewindTimeline(subject.timeline, now);
      subject.timeline = timeline;
      if (written !== undefined) draft.written(written);
    }
  }

  /** What another configuration goes on from. */
  remembered(): Remembered {
    const timelines = [...this.#checks.values(), ...this.#services.values()].map(({ timeline }) => timeline);
    const changes = timelines.flatMap(({ subject, flapping }) =>
      flapping.changes.map((change) => ({ subject, ...change })),
    );
    return {
      standings: [...this.#series.values()].map(({ key, standing }) => ({ series: key, standing })),
      learned: [],
      newest: [],
      spans: timelines,
      changes,
      outages: timelines.flatMap(({ outage }) => (outage === undefined ? [] : [outage])),
      blind: [],
      windows: [],
    };
  }

  #add(config: CheckConfig, service: string, past: Past, draft: Draft, now: Instant): CheckEntry {
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

  /** From the checks of a service, but for what is not held against it. */
  settleService(id: string, draft: Draft, now: Instant, { since, over }: Arranged): void {
    const service = this.#services.get(id);
    if (service === undefined) return;
    const members = service.checks
      .filter((check) => !this.#excuses(check, now))
      .map(({ timeline, config: { supporting } }) => ({ ...timeline, supporting }));
    const { timeline, written } = advance(service.timeline, { ...combineChecks(members), since }, now, over);
    service.timeline = timeline;
    if (written !== undefined) draft.written(written);
  }
}

const isSame = (a: Subject | undefined, b: Subject | undefined): boolean =>
  a?.kind === b?.kind && a?.id === b?.id;

const rareMs = 600_000;
/** Nothing of it may have been due for long. */
export const isRare = (config: CheckConfig): boolean => missedMs(config) > rareMs;

// Is a series slower than it usually is? Learns the times of every phase, weighs each new one against what is usual, and
// says so with the phase, how long it takes, and since when.
import type { CheckConfig, Config } from '../../../config/config.ts';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import { hash } from '../due.ts';
import type { Standing } from '../judge.ts';
import type { Graded, Report } from '../result.ts';
import { seriesId, seriesOf } from '../series.ts';
import type { SeriesKey } from '../series.ts';
import type { Instant } from '../time.ts';
import { Baseline } from './baseline.ts';
import { decide } from './decision.ts';
import type { Decision } from './decision.ts';
import { Habit } from './habit.ts';
import type { Measured } from './habit.ts';
import type { Learned } from './learned.ts';
import { limitsOf } from './limits.ts';
import type { LimitsOf } from './limits.ts';
import { hourMs, hourOfWeekIn } from './season.ts';
import type { HourOfWeek } from './season.ts';

/** A graded outcome; with `slowSince`, of a series that has certainly become slower than usual, and still is. */
export interface Felt extends Graded {
  readonly slowSince?: Instant;
}

/** Detectors, by their names, and how far they are: at 1 the phase has been found slow. */
export interface Evidence {
  readonly phase: string;
  readonly shift: number;
  readonly tail: number;
}

/** Eight of ten lie between them. Microseconds. */
export interface Usually {
  readonly lowUs: number;
  readonly highUs: number;
}

interface Recalled {
  readonly learned: readonly Learned[];
  readonly standings: readonly { readonly series: SeriesKey; readonly standing: Standing }[];
}

/** More phases than any check type has. */
const phasesMax = 16;
/** Of a normal distribution, one in ten lies so many standard deviations above its middle. */
const oneInTen = 1.2816;
/** A crash forgets no more than this of what was learned. */
const keepEveryMs = 3_600_000;

const timeouts: ReadonlySet<string> = new Set(['timeout_connect', 'timeout_tls', 'timeout_reply']);

interface Series {
  readonly check: CheckConfig;
  readonly limitsOf: LimitsOf;
  readonly habits: Map<string, Habit>;
  lastAt: Instant;
  keptAt: Instant | undefined;
  /** Of the newest outcome: to be learned once it is known whether all is well. */
  news: readonly (readonly [Habit, Measured])[];
}

export class Slowness {
  #series = new Map<string, Series>();
  #zone: HourOfWeek = () => 0;
  readonly #hourOfWeek: HourOfWeek = (epochHour) => this.#zone(epochHour);

  /** Watches these series from now on; what was learned of one that stays is kept. */
  configure({ services, organisation }: Config): void {
    const before = this.#series;
    this.#zone = hourOfWeekIn(organisation.timezone);
    this.#series = new Map();
    for (const check of services.flatMap(({ checks }) => checks)) {
      const limits = limitsOf(check);
      if (limits === undefined) continue;
      for (const key of seriesOf(check)) {
        const id = seriesId(key);
        const fresh = { habits: new Map(), lastAt: 0, keptAt: undefined, news: [] };
        this.#series.set(id, { ...(before.get(id) ?? fresh), check, limitsOf: limits });
      }
    }
  }

  /** Goes on with what was learned before a restart, and with what had been found slow. */
  recall({ learned, standings }: Recalled): void {
    for (const { series, phase, since, bytes } of learned) {
      const baseline = Baseline.recall(bytes);
      if (baseline !== undefined)
        this.#series.get(seriesId(series))?.habits.set(phase, new Habit(since, this.#hourOfWeek, baseline));
    }
    for (const { series, standing } of standings)
      if ((standing.held ?? standing.state) === 'degraded') this.#resume(series, standing);
  }

  /** Weighs an outcome that was graded by fixed thresholds. */
  hear({ series: key, startedAt: at, outcome, tainted }: Report, graded: Graded): Felt {
    const series = this.#series.get(seriesId(key));
    if (series === undefined || graded.grade === 'invalid' || at <= series.lastAt) return graded;
    const heard = this.#timesOf(series, outcome, at);
    // A tainted time is no evidence of slowness; that it was fast is true all the same.
    const late = tainted && heard.find(({ habit, measured, limits }) => habit.wouldBeSlow(measured, limits));
    if (late) {
      const evidence = `${late.phase} took long, but our own event loop stood still`;
      return { grade: 'invalid', finding: { cause: 'slow', phase: late.phase, evidence } };
    }
    series.lastAt = at;
    series.news = outcome.kind === 'fail' ? [] : heard.map(({ habit, measured }) => [habit, measured]);
    const slow = heard.filter(({ habit, measured, limits }) => habit.weigh(measured, limits));
    if (slow.length === 0 || graded.grade === 'bad') return graded;
    return felt(graded, slow, heard.filter(({ phase }) => phase !== 'total').length);
  }

  /** What became of the series by what was heard last: what was slow, or in a planned maintenance, is not usual. Answers what is to be kept now. */
  settle(key: SeriesKey, standing: Standing, now: Instant, isPlanned = false): readonly Learned[] {
    const series = this.#series.get(seriesId(key));
    if (series === undefined) return [];
    const state = standing.held ?? standing.state;
    const news = series.news;
    series.news = [];
    // A failure has no say in how slow it is: what was found with it is for the next outcome.
    const isCalm = state === 'up' && standing.contest?.kind !== 'failing';
    for (const habit of series.habits.values())
      if (state === 'down' || (isCalm && habit.found !== undefined)) habit.acquit();
    const illSince = state === 'degraded' ? standing.since : isPlanned ? now : undefined;
    if (state !== 'down') for (const [habit, measured] of news) habit.learn(measured, illSince);
    return due(key, series, now);
  }

  /** Of every phase that is weighed, the evidence that it has become slow, as shares of what it takes to say so. */
  evidenceOf(key: SeriesKey): readonly Evidence[] {
    const { habits, limitsOf } = this.#series.get(seriesId(key)) ?? { habits: [] };
    return [...habits].flatMap(([phase, habit]) => {
      const limits = limitsOf?.(phase);
      return limits === undefined ? [] : [{ phase, ...habit.evidence(limits) }];
    });
  }

  /** What is usual of a phase at such an hour of the week; nothing, where too little is known or it is not weighed. */
  usualOf(key: SeriesKey, phase: string, at: Instant): Usually | undefined {
    const habit = this.#series.get(seriesId(key))?.habits.get(phase);
    const usual = habit?.baseline.ofHour(this.#hourOfWeek(Math.floor(at / hourMs)));
    if (usual === undefined) return undefined;
    const { median, spread } = usual;
    return { lowUs: Math.exp(median - oneInTen * spread), highUs: Math.exp(median + oneInTen * spread) };
  }

  /** What a phase has taken of late, in microseconds; nothing, where it is not weighed or was not measured since the start. */
  latelyOf(key: SeriesKey, phase: string): number | undefined {
    return this.#series.get(seriesId(key))?.habits.get(phase)?.latelyUs;
  }

  /** The clock was set back: what lies in the future is now. */
  rewind(now: Instant): void {
    for (const series of this.#series.values()) {
      series.lastAt = Math.min(series.lastAt, now);
      series.keptAt = Math.min(series.keptAt ?? now, now);
      for (const habit of series.habits.values()) habit.rewind(now);
    }
  }

  #resume(key: SeriesKey, { finding, since }: Standing): void {
    const { phase = '', slowness } = finding ?? {};
    const series = this.#series.get(seriesId(key));
    const limits = series?.limitsOf(phase);
    if (slowness !== undefined && limits !== undefined)
      series?.habits.get(phase)?.resume({ kind: slowness.kind, since }, slowness.tookMs * 1_000, limits);
  }

  #timesOf(series: Series, outcome: Outcome, at: Instant): readonly Heard[] {
    return timesOf(outcome, series.check).flatMap(([phase, us]) => {
      const limits = series.limitsOf(phase);
      const habit = limits && this.#habit(series, phase, at);
      return habit && limits ? [{ phase, habit, limits, measured: { at, us } }] : [];
    });
  }

  #habit({ habits, check: { learn } }: Series, phase: string, at: Instant): Habit | undefined {
    const known = habits.get(phase);
    if (known !== undefined && known.since >= Math.min(learn?.from ?? 0, at)) return known;
    if (known === undefined && habits.size >= phasesMax) return undefined;
    const habit = new Habit(at, this.#hourOfWeek);
    habits.set(phase, habit);
    return habit;
  }
}

const due = (key: SeriesKey, series: Series, now: Instant): readonly Learned[] => {
  // Sooner or later for the first time, so that not everything is written at once.
  series.keptAt ??= now - (hash(seriesId(key)) % keepEveryMs);
  if (now - series.keptAt < keepEveryMs) return [];
  series.keptAt = now;
  return [...series.habits].map(([phase, { since, baseline }]) => ({
    series: key,
    phase,
    since,
    keptAt: now,
    bytes: baseline.bytes,
  }));
};

interface Heard {
  readonly phase: string;
  readonly habit: Habit;
  readonly limits: NonNullable<ReturnType<LimitsOf>>;
  readonly measured: Measured;
}

// A probe that ran into its time-out took at least that; which phase it would have been, nobody knows.
const timesOf = (outcome: Outcome, { timeoutMs }: CheckConfig): readonly (readonly [string, number])[] => {
  switch (outcome.kind) {
    case 'invalid':
      return [];
    case 'fail':
      return timeouts.has(outcome.cause) ? [['total', Math.max(outcome.totalUs, timeoutMs * 1_000)]] : [];
    case 'ok':
    case 'warn':
      return [...Object.entries(outcome.phasesUs), ['total', outcome.totalUs]];
  }
};

const felt = (graded: Graded, slow: readonly Heard[], measured: number): Felt => {
  const phases = slow.flatMap(({ phase, habit }) => {
    const { found } = habit;
    return found === undefined ? [] : [{ phase, found, tookUs: habit.slowUs, usualUs: habit.usualUs }];
  });
  const decision: Decision | undefined = decide(phases, measured);
  if (decision === undefined) return graded;
  const isPoor = graded.grade === 'poor' || slow.some(({ habit }) => habit.isNewestSlow);
  // A warning is not about time, and says more than that it is slow too.
  const finding =
    graded.finding?.cause === undefined || graded.finding.cause === 'slow'
      ? decision.finding
      : graded.finding;
  return { grade: isPoor ? 'poor' : 'good', finding, slowSince: decision.since };
};

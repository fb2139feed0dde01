// What tests of the core need: configurations and reports in one line, and an archive that keeps effects as a store does.
import type { Cause, Outcome } from '../../checks/lib/outcome.ts';
import type { CheckConfig, Config, Policy, ServiceConfig, WitnessConfig } from '../../config/config.ts';
import { cutOff, subjectId } from '../../server/core/effects.ts';
import type { Effects, Notable, Outage, Span } from '../../server/core/effects.ts';
import type { Standing } from '../../server/core/judge.ts';
import type { Window } from '../../server/core/maintenance.ts';
import type { Remembered } from '../../server/core/remember.ts';
import type { Grade, Report } from '../../server/core/result.ts';
import { seriesId } from '../../server/core/series.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import type { Learned } from '../../server/core/slowness/learned.ts';
import type { State } from '../../server/core/state.ts';
import type { Instant } from '../../server/core/time.ts';

/** 2026-03-01T00:00:00Z. */
export const start: Instant = 1_772_323_200_000;
export const seconds = 1_000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

/** Where a check is probed from unless it says otherwise. */
export const here = 'local';

export const makePolicy = (part: Partial<Policy> = {}): Policy => ({
  failuresMin: 3,
  failuresSpanMs: 10 * seconds,
  recoveriesMin: 2,
  recoveriesSpanMs: 20 * seconds,
  recheckMs: 5 * seconds,
  slowMin: 5,
  slowOf: 8,
  calmMs: 5 * minutes,
  staleMs: 70 * seconds,
  ...part,
});

export const makeCheck = (
  id: string,
  { policy, ...part }: Partial<Omit<CheckConfig, 'policy'>> & { readonly policy?: Partial<Policy> } = {},
): CheckConfig => ({
  id,
  type: 'tcp',
  options: {},
  schedule: { kind: 'every', everyMs: 20 * seconds },
  timeoutMs: 10 * seconds,
  families: [4],
  vantagePoints: [here],
  slowMs: { total: 500 },
  supporting: false,
  policy: makePolicy(policy),
  ...part,
});

export const makeService = (id: string, checks: readonly CheckConfig[]): ServiceConfig => ({
  id,
  name: { fr: id, en: id },
  public: true,
  checks,
});

export const makeConfig = (
  services: readonly ServiceConfig[],
  witnesses: readonly (CheckConfig & Partial<WitnessConfig>)[] = [],
): Config => ({
  demonstration: false,
  organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
  listen: {
    public: { address: '127.0.0.1', port: 0 },
    private: { address: '127.0.0.1', port: 0 },
    names: [],
  },
  data: '/nonexistent',
  resolvers: [],
  retention: { resultsMs: 30 * 24 * hours, evidenceMs: 30 * 24 * hours },
  vantagePoints: [{ id: here, name: { fr: 'ici', en: 'here' } }],
  flapping: true,
  incidents: { publishAfterMs: 15 * minutes },
  witnesses: witnesses.map((witness) => ({ layer: 'reference', ...witness })),
  services,
  routes: [],
  deadMansSwitches: [],
  maintenance: [],
});

/** A service `site` with one check `web`. */
export const oneCheck = (
  part: Parameters<typeof makeCheck>[1] = {},
  witnesses: readonly string[] = [],
): Config =>
  makeConfig(
    [makeService('site', [makeCheck('web', part)])],
    witnesses.map((id) => makeCheck(id)),
  );

export const seriesKey = (check: string, family: 4 | 6 | 0 = 4, vantage = here): SeriesKey => ({
  check,
  vantage,
  family,
});

const totalUs = { good: 20_000, poor: 900_000, bad: 1_000, invalid: 0 } as const;

/** An outcome that the thresholds of `makeCheck` grade as `grade`. */
export const outcomeOf = (grade: Grade, cause: Cause = 'refused'): Outcome => {
  const measured = { phasesUs: {}, totalUs: totalUs[grade], facts: {} };
  switch (grade) {
    case 'good':
    case 'poor':
      return { kind: 'ok', ...measured };
    case 'bad':
      return { kind: 'fail', cause, evidence: `it answered: ${cause}`, ...measured };
    case 'invalid':
      return { kind: 'invalid', cause: 'self_no_network', evidence: 'no route', ...measured };
  }
};

export const makeReport = (series: SeriesKey, startedAt: Instant, grade: Grade, tainted = false): Report => ({
  series,
  startedAt,
  outcome: outcomeOf(grade),
  tainted,
});

/** Keeps effects as a store does, and refuses what a store would refuse. */
export class Archive {
  readonly #standings = new Map<string, { readonly series: SeriesKey; readonly standing: Standing }>();
  readonly #learned = new Map<string, Learned>();
  readonly #seen = new Map<string, { readonly series: SeriesKey; readonly at: Instant[] }>();
  readonly #spans = new Map<string, readonly Span[]>();
  readonly #outages = new Map<string, Outage>();
  readonly #notables = new Map<string, Notable>();
  readonly #windows = new Map<string, Window>();
  /** Keys that were decided more than once. */
  readonly repeated: string[] = [];

  commit({ results, standings, learned, spans, outages, notables, windows }: Effects): void {
    for (const { series, at, grade } of results)
      if (grade !== 'invalid') {
        const seen = this.#seen.get(seriesId(series)) ?? { series, at: [] };
        seen.at.push(at);
        this.#seen.set(seriesId(series), seen);
      }
    for (const one of learned) this.#learned.set(`${seriesId(one.series)}/${one.phase}`, one);
    for (const kept of standings) this.#standings.set(seriesId(kept.series), kept);
    for (const span of spans) {
      const id = subjectId(span.subject);
      const earlier = (this.#spans.get(id) ?? []).filter(({ since }) => since < span.since);
      this.#spans.set(id, [...earlier, span]);
      for (const outage of this.outagesOf(id)) this.#outages.set(outage.id, cutOff(outage, span.since));
    }
    for (const outage of outages) this.#outages.set(outage.id, outage);
    for (const window of windows) this.#windows.set(window.id, window);
    for (const notable of notables) {
      if (this.#notables.has(notable.key)) this.repeated.push(notable.key);
      else this.#notables.set(notable.key, notable);
    }
    const open = this.outages.filter(({ end }) => end === undefined).map(({ subject }) => subjectId(subject));
    if (new Set(open).size < open.length) throw new Error(`two open outages: ${open.join(', ')}`);
  }

  remembered(now: Instant): Remembered {
    const sights = new Map(
      this.notables.flatMap((notable) =>
        'outage' in notable ? [] : [[`${notable.vantage}/${notable.family}`, notable]],
      ),
    );
    return {
      blind: [...sights.values()].flatMap(({ kind, vantage, family, since }) =>
        kind === 'blind' ? [{ vantage, family, since }] : [],
      ),
      standings: [...this.#standings.values()],
      learned: [...this.#learned.values()],
      newest: [...this.#seen.values()].flatMap(({ series, at }) => {
        const newest = Math.max(...at.filter((at) => at <= now));
        return newest > 0 ? [{ series, at: newest }] : [];
      }),
      spans: [...this.#spans.values()].flatMap((spans) => spans.slice(-1)),
      changes: [...this.#spans.values()].flat().filter(({ since }) => since > now - hours),
      outages: this.outages.filter(({ end }) => end === undefined),
      windows: this.windows,
    };
  }

  /** The history of a check or a service, as `check:web`. */
  spans(subject: string): readonly Span[] {
    return this.#spans.get(subject) ?? [];
  }

  /** The same as pairs of a state and the milliseconds after `start` at which it began. */
  history(subject: string): readonly (readonly [state: State, afterMs: number])[] {
    return this.spans(subject).map(({ state, since }) => [state, since - start]);
  }

  get subjects(): readonly string[] {
    return [...this.#spans.keys()];
  }

  get outages(): readonly Outage[] {
    return [...this.#outages.values()];
  }

  outagesOf(subject: string): readonly Outage[] {
    return this.outages.filter((outage) => subjectId(outage.subject) === subject);
  }

  get windows(): readonly Window[] {
    return [...this.#windows.values()];
  }

  get notables(): readonly Notable[] {
    return [...this.#notables.values()];
  }

  standing(series: SeriesKey): Standing | undefined {
    return this.#standings.get(seriesId(series))?.standing;
  }
}

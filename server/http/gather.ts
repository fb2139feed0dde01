// The gauges of Prometheus, made anew from what the watch knows, so that none outlives what it is about.
import type { Subject } from '../core/effects.ts';
import type { Result } from '../core/result.ts';
import { fitnessCauses } from '../core/fitness.ts';
import type { SeriesKey } from '../core/series.ts';
import { states } from '../core/state.ts';
import type { Instant } from '../core/time.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedCheck } from '../core/watched.ts';
import type { MetricSet } from './metric-names.ts';

export type Watched = Pick<
  Watch,
  'services' | 'checks' | 'sight' | 'unfit' | 'maintenanceOf' | 'isFlapping' | 'isOverLoss' | 'slowness'
>;

export const gather = (
  { fresh, facts, cpu }: MetricSet,
  watch: Watched,
  newest: readonly Result[],
  now: Instant,
): void => {
  const { services, checks, sight } = watch;
  for (const gauge of Object.values(fresh)) gauge.clear();
  for (const { gauge } of Object.values(facts)) gauge.clear();
  fresh.proberFit.set({}, sight.blind || watch.unfit !== undefined ? 0 : 1);
  for (const cause of fitnessCauses) fresh.proberUnfit.set({ cause }, watch.unfit?.cause === cause ? 1 : 0);
  for (const {
    vantage,
    family,
    sight: { blind },
  } of sight.places)
    fresh.sighted.set({ vantage, family }, blind ? 0 : 1);
  const isPlanned = (subject: Subject): number => (watch.maintenanceOf(subject, now) === undefined ? 0 : 1);
  for (const { config, timeline } of services.values()) {
    const service = config.id;
    for (const state of states) fresh.serviceState.set({ service, state }, timeline.state === state ? 1 : 0);
    fresh.serviceConsequence.set({ service }, isConsequence(timeline));
    fresh.serviceInMaintenance.set({ service }, isPlanned(timeline.subject));
  }
  for (const check of checks.values()) {
    gatherCheck(fresh, check, services.get(check.service)?.config.name.en ?? '', now);
    const { subject } = check.timeline;
    fresh.checkInMaintenance.set({ check: subject.id }, isPlanned(subject));
    fresh.checkOverLoss.set({ check: subject.id }, watch.isOverLoss(subject) ? 1 : 0);
    fresh.checkFlapping.set({ check: subject.id }, watch.isFlapping(subject) ? 1 : 0);
    for (const { key } of check.series) gatherSlowness(fresh, key, watch.slowness.evidenceOf(key));
  }
  for (const result of newest) gatherNewest(fresh, facts, result);
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  cpu.reset();
  cpu.inc((userCPUTime + systemCPUTime) / 1e6);
  fresh.memory.set({}, process.memoryUsage.rss());
};

const gatherCheck = (fresh: MetricSet['fresh'], check: WatchedCheck, name: string, now: Instant): void => {
  const { config, service, series, timeline } = check;
  const { id, type, schedule } = config;
  fresh.checkInfo.set({ check: id, name, service, type }, 1);
  for (const state of states) fresh.checkState.set({ check: id, state }, timeline.state === state ? 1 : 0);
  fresh.checkConsequence.set({ check: id }, isConsequence(timeline));
  fresh.checkStale.set({ check: id }, isStale(check, now) ? 1 : 0);
  const intervalMs = schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs;
  fresh.checkInterval.set({ check: id }, intervalMs / 1_000);
  for (const { key, standing } of series)
    if (standing.lastAt !== undefined) fresh.lastProbe.set(key, standing.lastAt / 1_000);
};

// Mostly there is none, of a dozen phases and detectors of every series.
const gatherSlowness = (
  { detector }: MetricSet['fresh'],
  series: SeriesKey,
  evidence: ReturnType<Watched['slowness']['evidenceOf']>,
): void => {
  for (const { phase, shift, tail } of evidence) {
    if (shift > 0) detector.set({ ...series, phase, detector: 'shift' }, shift);
    if (tail > 0) detector.set({ ...series, phase, detector: 'tail' }, tail);
  }
};

const isConsequence = ({ outage }: WatchedCheck['timeline']): 0 | 1 =>
  outage?.consequenceOf === undefined ? 0 : 1;

// A check that was never seen is stale from the moment at which it should have been.
const isStale = ({ config, series }: WatchedCheck, now: Instant): boolean =>
  series.some(({ standing: { lastAt, since } }) => now - (lastAt ?? since) > config.policy.staleMs);

const gatherNewest = (
  fresh: MetricSet['fresh'],
  factGauges: MetricSet['facts'],
  { series, grade, phasesUs, facts }: Result,
): void => {
  if (grade === 'invalid') return;
  for (const [phase, us] of Object.entries(phasesUs)) fresh.phaseLast.set({ ...series, phase }, us / 1e6);
  for (const [fact, { gauge, factor }] of Object.entries(factGauges)) {
    const value = facts[fact];
    if (typeof value === 'number') gauge.set(series, value * factor);
  }
};

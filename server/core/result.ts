// What became of one probe: its outcome, and what that is worth as evidence.
import type { Cause, Facts, Outcome, PhasesUs, SelfCause } from '../../checks/lib/outcome.ts';
import type { SeriesKey } from './series.ts';
import type { Instant } from './time.ts';

/** What the prober hands over. */
export interface Report {
  readonly series: SeriesKey;
  readonly startedAt: Instant;
  readonly outcome: Outcome;
  /** Our own event loop stood still so long during the probe that its times are ours as much as the target's. */
  readonly tainted: boolean;
}

/** `poor`: it works, but slowly or with a warning. `invalid`: no evidence about the target, whoever's fault that is. */
export const grades = ['good', 'poor', 'bad', 'invalid'] as const;
export type Grade = (typeof grades)[number];

/** What is wrong, for administrators; `phase` says which one was slow. */
export interface Finding {
  readonly cause: Cause;
  readonly phase?: string;
  readonly evidence: string;
  /** Of a phase that is slower than it usually is. */
  readonly slowness?: SlowTime;
}

export interface SlowTime {
  /** `shift`: it always takes so long now; `tail`: now and then. */
  readonly kind: 'shift' | 'tail';
  /** Rounded to two digits. */
  readonly tookMs: number;
  readonly usualMs: number;
  /** So many other phases are slow as well; absent: none. */
  readonly others?: number;
}

/** One row of history. */
export interface Result {
  readonly series: SeriesKey;
  readonly at: Instant;
  readonly grade: Grade;
  readonly cause?: Cause | SelfCause;
  readonly totalUs: number;
  readonly phasesUs: PhasesUs;
  /** Present when the grade is not `good`. */
  readonly evidence?: string;
  readonly facts: Facts;
}

export interface Graded {
  readonly grade: Grade;
  readonly finding?: Finding;
}

/**
 * Grades a report: a fixed threshold that is exceeded makes a good outcome poor.
 * A tainted time is no evidence: neither that the target was slow, nor that it did not answer in time.
 */
export const grade = ({ outcome, tainted }: Report, slowMs: Readonly<Record<string, number>>): Graded => {
  const graded = gradeAsSeen(outcome, slowMs);
  return tainted && graded.finding !== undefined && isTimed(graded.finding.cause)
    ? { ...graded, grade: 'invalid' }
    : graded;
};

/** Causes that somebody's time made, the target's or ours: an answer that came too late for one question is a loss. */
const timed: ReadonlySet<Cause> = new Set<Cause>([
  'dns_timeout',
  'timeout_connect',
  'timeout_tls',
  'timeout_reply',
  'loss',
  'slow',
]);

export const isTimed = (cause: Cause): boolean => timed.has(cause);

const gradeAsSeen = (outcome: Outcome, slowMs: Readonly<Record<string, number>>): Graded => {
  switch (outcome.kind) {
    case 'invalid':
      return { grade: 'invalid' };
    case 'fail':
      return { grade: 'bad', finding: { cause: outcome.cause, evidence: outcome.evidence } };
    case 'warn':
      return { grade: 'poor', finding: { cause: outcome.cause, evidence: outcome.evidence } };
    case 'ok': {
      const finding = slowest(outcome, slowMs);
      return finding === undefined ? { grade: 'good' } : { grade: 'poor', finding };
    }
  }
};

/** A report as a row of history. */
export const resultOf = ({ series, startedAt, outcome }: Report, graded: Graded): Result => {
  const finding = graded.grade === 'good' ? undefined : graded.finding;
  const cause = finding?.cause ?? (outcome.kind === 'ok' ? undefined : outcome.cause);
  const evidence = finding?.evidence ?? (outcome.kind === 'ok' ? undefined : outcome.evidence);
  return {
    series,
    at: startedAt,
    grade: graded.grade,
    totalUs: outcome.totalUs,
    phasesUs: outcome.phasesUs,
    facts: outcome.facts,
    ...(cause && { cause }),
    ...(evidence && { evidence }),
  };
};

// The phase that exceeds its threshold by the largest factor; a phase says more than the total, so it comes first.
const slowest = (outcome: Outcome, slowMs: Readonly<Record<string, number>>): Finding | undefined => {
  let worst: { phase: string; ms: number; factor: number } | undefined;
  for (const [phase, limitMs] of Object.entries(slowMs)) {
    const us = phase === 'total' ? outcome.totalUs : outcome.phasesUs[phase];
    if (us === undefined || us <= limitMs * 1_000) continue;
    const factor = phase === 'total' ? 0 : us / (limitMs * 1_000);
    if (worst === undefined || factor > worst.factor) worst = { phase, ms: us / 1_000, factor };
  }
  return (
    worst && {
      cause: 'slow',
      phase: worst.phase,
      evidence: `${worst.phase} took ${formatMs(worst.ms)} ms, slow above ${formatMs(slowMs[worst.phase] ?? 0)} ms`,
    }
  );
};

const formatMs = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

// Ways to say that a query has become slow: ours, through the code that judges real checks, and those it must be better than.
import { judge, unseen } from '../../../server/core/judge.ts';
import type { Standing } from '../../../server/core/judge.ts';
import { alwaysClear } from '../../../server/core/sight.ts';
import { seriesOf } from '../../../server/core/series.ts';
import { Slowness } from '../../../server/core/slowness/slowness.ts';
import { makeCheck, makeConfig, makeService } from '../../support/watch.ts';

/** Hears one time after the other, and says of each whether it is called slow from then on. */
export interface Rule {
  readonly hear: (at: number, ms: number) => boolean;
  /** When it says that it began. */
  readonly since?: () => number;
}

export const vigie = (everyMs: number, overMs = 130_000): Rule => {
  const check = makeCheck('db', {
    schedule: { kind: 'every', everyMs },
    // As the phases of a real database have it; no fixed threshold is to say anything here.
    slowMs: { query: 100_000 },
    learn: { overMs, floorMs: 10 },
  });
  const [series] = seriesOf(check);
  if (series === undefined) throw new Error('a check has a series');
  const slowness = new Slowness();
  slowness.configure(makeConfig([makeService('data', [check])]));
  let standing: Standing = unseen;
  return {
    hear: (at, ms) => {
      const us = Math.round(ms * 1_000);
      const outcome = { kind: 'ok', phasesUs: { query: us }, totalUs: us, facts: {} } as const;
      const report = { series, startedAt: at, outcome, tainted: false };
      standing = judge(
        standing,
        { at, ...slowness.hear(report, { grade: 'good' }) },
        alwaysClear,
        check.policy,
      );
      slowness.settle(series, standing, at);
      return standing.state === 'degraded';
    },
    since: () => standing.since,
  };
};

// The others are told what is usual, which they would have to learn.
const gateMs = (usualMs: number): number => Math.max(4 * usualMs, 25);

export const single = (usualMs: number): Rule => ({ hear: (_, ms) => ms > gateMs(usualMs) });

export const threeInARow = (usualMs: number): Rule => {
  let row = 0;
  return { hear: (_, ms) => (row = ms > gateMs(usualMs) ? row + 1 : 0) >= 3 };
};

/** An exponentially weighted mean that leaves three standard deviations. */
export const ewma = (usualMs: number, sigma: number): Rule => {
  const weight = 0.2;
  const limit = 3 * sigma * Math.sqrt(weight / (2 - weight));
  let mean = 0;
  return {
    hear: (_, ms) => (mean += weight * (Math.log(ms / usualMs) - mean)) > limit,
  };
};

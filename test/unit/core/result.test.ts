import { describe, expect, test } from 'vitest';
import type { Cause, Outcome } from '../../../checks/lib/outcome.ts';
import { grade, resultOf } from '../../../server/core/result.ts';
import { seriesKey, start } from '../../support/watch.ts';

const ok = (totalMs: number, phasesMs: Readonly<Record<string, number>> = {}): Outcome => ({
  kind: 'ok',
  totalUs: totalMs * 1_000,
  phasesUs: Object.fromEntries(Object.entries(phasesMs).map(([phase, ms]) => [phase, ms * 1_000])),
  facts: {},
});

const report = (outcome: Outcome, tainted = false) => ({
  series: seriesKey('web'),
  startedAt: start,
  outcome,
  tainted,
});

const measured = { totalUs: 0, phasesUs: {}, facts: {} };
const failed = (cause: Cause): Outcome => ({
  kind: 'fail',
  cause,
  evidence: 'what it saw',
  ...measured,
});
const warned: Outcome = { kind: 'warn', cause: 'tls_expiring', evidence: '3 days left', ...measured };
const lossy: Outcome = { kind: 'warn', cause: 'loss', evidence: 'replied to question 2 only', ...measured };
const unfit: Outcome = { kind: 'invalid', cause: 'self_no_network', evidence: 'no route', ...measured };

describe('an outcome is graded', () => {
  test.for<readonly [what: string, outcome: Outcome, tainted: boolean, expected: string]>([
    ['fast', ok(20), false, 'good'],
    ['exactly at the threshold', ok(500), false, 'good'],
    ['just over the threshold', ok(500.001), false, 'poor'],
    ['a phase over its own threshold', ok(60, { write: 51 }), false, 'poor'],
    ['a phase without a threshold', ok(60, { connect: 55 }), false, 'good'],
    ['fast though we stood still ourselves', ok(20), true, 'good'],
    ['slow while we stood still ourselves', ok(900), true, 'invalid'],
    ['slow in a phase while we stood still', ok(60, { write: 51 }), true, 'invalid'],
    ['a warning', warned, false, 'poor'],
    ['a warning while we stood still', warned, true, 'poor'],
    ['an answer too late for the first question', lossy, false, 'poor'],
    ['an answer too late for the first question while we stood still', lossy, true, 'invalid'],
    ['a failure', failed('refused'), false, 'bad'],
    ['a refusal while we stood still', failed('refused'), true, 'bad'],
    ['no answer in time', failed('timeout_reply'), false, 'bad'],
    ['no answer in time while we stood still', failed('timeout_reply'), true, 'invalid'],
    ['no connection in time while we stood still', failed('timeout_connect'), true, 'invalid'],
    ['no name in time while we stood still', failed('dns_timeout'), true, 'invalid'],
    ['no handshake in time while we stood still', failed('timeout_tls'), true, 'invalid'],
    ['nothing but lost packets while we stood still', failed('loss'), true, 'invalid'],
    ['when we were unfit', unfit, false, 'invalid'],
  ])('%s', ([, outcome, tainted, expected]) => {
    expect(grade(report(outcome, tainted), { total: 500, write: 50 }).grade).toBe(expected);
  });
});

describe('what is slow', () => {
  test.for<readonly [what: string, outcome: Outcome, phase: string, evidence: string]>([
    ['a phase, rather than the total', ok(900, { write: 60 }), 'write', 'write took 60 ms, slow above 50 ms'],
    [
      'the phase that is worst by its own measure',
      ok(900, { write: 60, query: 9 }),
      'query',
      'query took 9.0 ms, slow above 2.0 ms',
    ],
    [
      'the total, when no phase explains it',
      ok(900, { write: 10 }),
      'total',
      'total took 900 ms, slow above 500 ms',
    ],
  ])('is %s', ([, outcome, phase, evidence]) => {
    const limits = { total: 500, write: 50, query: 2 };
    expect(grade(report(outcome), limits).finding).toEqual({ cause: 'slow', phase, evidence });
  });
});

describe('a row of history', () => {
  test.for<readonly [what: string, outcome: Outcome, tainted: boolean, expected: object]>([
    ['of a good outcome has no evidence', ok(20), false, { grade: 'good' }],
    [
      'of a slow one names what is slow',
      ok(900),
      false,
      { grade: 'poor', cause: 'slow', evidence: 'total took 900 ms, slow above 500 ms' },
    ],
    [
      'of a failure has its evidence',
      failed('refused'),
      false,
      { grade: 'bad', cause: 'refused', evidence: 'what it saw' },
    ],
    [
      'of a failure of ours keeps what was seen',
      failed('timeout_reply'),
      true,
      { grade: 'invalid', cause: 'timeout_reply', evidence: 'what it saw' },
    ],
    [
      'of slowness of ours keeps what was seen',
      ok(900),
      true,
      { grade: 'invalid', cause: 'slow', evidence: 'total took 900 ms, slow above 500 ms' },
    ],
    [
      'of an unfit prober says why',
      unfit,
      false,
      { grade: 'invalid', cause: 'self_no_network', evidence: 'no route' },
    ],
  ])('%s', ([, outcome, tainted, expected]) => {
    const one = report(outcome, tainted);
    const { series, at, totalUs, phasesUs, facts, ...rest } = resultOf(one, grade(one, { total: 500 }));
    expect(rest).toEqual(expected);
    expect({ series, at, totalUs, phasesUs, facts }).toEqual({
      series: one.series,
      at: start,
      totalUs: outcome.totalUs,
      phasesUs: outcome.phasesUs,
      facts: outcome.facts,
    });
  });
});

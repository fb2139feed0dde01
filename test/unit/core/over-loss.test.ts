import { describe, expect, test } from 'vitest';
import type { Standing } from '../../../server/core/judge.ts';
import { overLoss } from '../../../server/core/lossy.ts';
import type { Grade } from '../../../server/core/result.ts';
import { start } from '../../support/watch.ts';

describe('what is fast over an uplink that loses packets', () => {
  const slowness = { kind: 'shift', tookMs: 50, usualMs: 5 } as const;
  const slow = {
    state: 'degraded',
    since: start,
    recent: [],
    finding: { cause: 'slow', evidence: '' },
  } as const;
  const found = { ...slow, finding: { ...slow.finding, slowness } } as const;

  test.for<readonly [of: string, standing: Standing, grade: Grade]>([
    ['that is slower than usual, which nobody weighs now, is no proof of the contrary', found, 'invalid'],
    ['not even after it was out of sight', { ...found, state: 'unknown', held: 'degraded' }, 'invalid'],
    ['that exceeded a threshold is', slow, 'good'],
    ['that is well is as well', { ...found, state: 'up' }, 'good'],
  ])('of a series %s', ([, standing, grade]) => {
    expect(overLoss({ grade: 'good' }, { ratio: 0.1 }, standing).grade).toBe(grade);
  });
});

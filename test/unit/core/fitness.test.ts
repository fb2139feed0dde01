import { describe, expect, test } from 'vitest';
import { Fitness } from '../../../server/core/fitness.ts';
import type { Condition } from '../../../server/core/fitness.ts';
import { seconds, start } from '../../support/watch.ts';

const fine: Condition = { elapsedMs: 5_000, stalledMs: 20, clockStepMs: 3, filesLeft: 900, families: [4, 6] };

const felt = (...parts: readonly Partial<Condition>[]): Fitness => {
  const fitness = new Fitness();
  for (const [index, part] of parts.entries())
    fitness.feel({ ...fine, ...part }, start + index * 5 * seconds);
  return fitness;
};

describe('a prober', () => {
  test.for<readonly [part: Partial<Condition>, unfit: string | undefined]>([
    [{}, undefined],
    [{ stalledMs: 2_500 }, undefined],
    [{ stalledMs: 2_600 }, 'self_loop_lag: its event loop stood still for 2.6 s of 5.0 s'],
    [
      { stalledMs: 60_000, elapsedMs: 60_100 },
      'self_loop_lag: its event loop stood still for 60.0 s of 60.1 s',
    ],
    [{ stalledMs: 2_600, elapsedMs: 60_000 }, undefined],
    [{ clockStepMs: 1_000 }, undefined],
    [{ clockStepMs: 3_600_000 }, 'self_clock: the clock jumped by 3600.0 s'],
    [{ clockStepMs: -1_500 }, 'self_clock: the clock jumped by -1.5 s'],
    [{ filesLeft: 64 }, undefined],
    [{ filesLeft: 63 }, 'self_no_files: it may open 63 more files and connections'],
  ])('that finds %o of itself is unfit: %s', ([part, expected]) => {
    const { unfit } = felt({}, part);
    expect(unfit && `${unfit.cause}: ${unfit.evidence}`).toBe(expected);
  });

  test('of which nothing is known of its files is not unfit for that', () => {
    const fitness = new Fitness();
    const { filesLeft: _, ...rest } = fine;
    fitness.feel(rest, start);
    expect(fitness.unfit).toBeUndefined();
  });

  test('is unfit since it was first found to be, for whatever reason', () => {
    const { unfit } = felt({}, { filesLeft: 0 }, { stalledMs: 5_000 });
    expect(unfit).toMatchObject({ since: start + 5 * seconds, cause: 'self_loop_lag' });
  });

  test('gives evidence again of what it sends off once it is fit', () => {
    const fitness = felt({ filesLeft: 0 }, {});
    expect([-1, 0].map((ms) => fitness.isEvidence(4, start + 5 * seconds + ms))).toEqual([false, true]);
  });

  test('gives none over a family of which it has lost its address, and only over that', () => {
    const fitness = felt({}, { families: [4] });
    expect(([4, 6, 0] as const).map((family) => fitness.isEvidence(family, start + seconds))).toEqual([
      true,
      false,
      true,
    ]);
    fitness.feel(fine, start + 10 * seconds);
    expect(fitness.isEvidence(6, start + 10 * seconds)).toBe(true);
  });

  test('goes on from a clock that was set back', () => {
    const fitness = felt({ filesLeft: 0 }, {}, { filesLeft: 0, families: [4] });
    fitness.rewind(start - 60 * seconds);
    expect(fitness.unfit?.since).toBe(start - 60 * seconds);
    expect([...fitness.lost]).toEqual([[6, start - 60 * seconds]]);
    fitness.feel(fine, start - 55 * seconds);
    expect(fitness.isEvidence(4, start - 50 * seconds)).toBe(true);
  });
});

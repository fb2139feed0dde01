// Bugs in what is learned to be usual, and in who is called slower than that.
import type { Mutant } from './mutants.ts';

export const slownessMutants: readonly Mutant[] = [
  {
    bug: 'who has become slower than usual is not called slow',
    world: 'learning',
    file: 'server/core/judge.ts',
    from: 'if (sample.slowSince !== undefined)',
    to: 'if (sample.slowSince === 0)',
    caught: /^slowness/,
  },
  {
    bug: 'a few slow ones are enough to be called slower than usual',
    world: 'learning',
    file: 'server/core/slowness/detector.ts',
    from: 'count(far) < tailSlowMin',
    to: 'count(far) < 1',
    caught: /^slowness/,
  },
  {
    bug: 'a slow hour is learned, whatever else is known of it',
    isRare: true,
    world: 'learning',
    file: 'server/core/slowness/baseline.ts',
    from: '!this.#comesEveryDay(ofWeek, median, illHours)',
    to: 'this.#at(cell.weeks + ofWeek) > 0',
    caught: /^slowness/,
  },
  {
    bug: 'a restart forgets what is usual',
    world: 'learning',
    file: 'server/core/slowness/slowness.ts',
    from: 'const baseline = Baseline.recall(bytes);',
    to: 'const baseline = bytes.length > 0 ? undefined : Baseline.recall(bytes);',
    caught: /^slowness/,
  },
  {
    bug: 'who was slow now and then is called so for ever',
    world: 'learning',
    file: 'server/core/slowness/detector.ts',
    from: 'tail < neededOf(limits).tail / 2',
    to: 'tail < 0',
    caught: /^I1 detect|^calm/,
  },
];

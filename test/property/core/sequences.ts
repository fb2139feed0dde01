// Random lives of a watch: what its probes see, when nobody looks, and when the process starts again.
import fc from 'fast-check';
import type { Config } from '../../../config/config.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, seconds } from '../../support/watch.ts';

export const someGrade: fc.Arbitrary<Grade> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('good' as const) },
  { weight: 5, arbitrary: fc.constant('bad' as const) },
  { weight: 2, arbitrary: fc.constant('poor' as const) },
  { weight: 1, arbitrary: fc.constant('invalid' as const) },
);

/** One service of two required checks, one of them over both families, and a supporting one; another of one check. */
export const config: Config = makeConfig(
  [
    makeService('mail', [
      makeCheck('smtp', { families: [4, 6] }),
      makeCheck('imap'),
      makeCheck('queue', { supporting: true }),
    ]),
    makeService('site', [makeCheck('web')]),
  ],
  [makeCheck('near'), makeCheck('far')],
);

const witnesses = [
  ['near', 4],
  ['far', 4],
] as const;
const targets = [
  ['smtp', 4],
  ['smtp', 6],
  ['imap', 4],
  ['queue', 4],
  ['web', 4],
] as const;

/** A time in which nothing changes: so many rounds of probes, each target with one grade, then perhaps a surprise. */
export interface Chapter {
  readonly rounds: number;
  readonly everyMs: number;
  readonly grades: readonly Grade[];
  readonly surprise: 'nothing' | 'silence' | 'restart' | 'reload' | 'clock set back';
  readonly pauseMs: number;
}

interface Kinds {
  readonly surprises: readonly Chapter['surprise'][];
  /** False: witnesses always answer, and every outcome counts. */
  readonly blind?: boolean;
}

export const someLife = ({ surprises, blind = true }: Kinds): fc.Arbitrary<readonly Chapter[]> =>
  fc.array(
    fc.record({
      rounds: fc.integer({ min: 1, max: 12 }),
      everyMs: fc.integer({ min: 3, max: 20 }).map((n) => n * seconds),
      grades: fc.tuple(
        ...witnesses.map(() => (blind ? someGrade : fc.constant('good' as const))),
        ...targets.map(() => (blind ? someGrade : someGrade.filter((grade) => grade !== 'invalid'))),
      ),
      surprise: fc.constantFrom('nothing' as const, ...surprises),
      pauseMs: fc.integer({ min: 1, max: 600 }).map((n) => n * seconds),
    }),
    { minLength: 1, maxLength: 14 },
  );

/** From the start of a probe to the moment its report is judged. */
const latencyMs = 900;

interface Lived {
  readonly lookout: Lookout;
  /** Milliseconds after the start. */
  readonly endAt: number;
}

/** `each` sees the effects of every step, and when that was. */
export const live = (
  chapters: readonly Chapter[],
  {
    oneByOne = false,
    restartEveryRound = false,
    config: watched = config,
    each = () => {},
  }: {
    readonly oneByOne?: boolean;
    readonly restartEveryRound?: boolean;
    /** With the same series. */
    readonly config?: Config;
    readonly each?: (effects: Effects, at: number, lookout: Lookout) => void;
  } = {},
): Lived => {
  let at = 0;
  let lookout = new Lookout(watched);
  for (const { rounds, everyMs, grades, surprise, pauseMs } of chapters) {
    for (let round = 0; round < rounds; round++) {
      at += everyMs;
      const seen = seenAt(at, grades);
      for (const batch of oneByOne ? seen.map((one) => [one]) : [seen])
        each(lookout.seeLate(at + latencyMs, ...batch).effects, at, lookout);
      if (restartEveryRound) lookout = lookout.restart(watched, at + latencyMs);
    }
    // Everything happens at hundredths of a second: with one more millisecond no instant comes twice.
    if (surprise === 'clock set back') at -= pauseMs + 1;
    if (surprise === 'silence' || surprise === 'restart') at += pauseMs;
    if (surprise === 'restart') {
      lookout = lookout.restart(watched, at + latencyMs);
      each(lookout.opening.effects, at, lookout);
    }
    if (surprise === 'reload') each(lookout.configure(watched, at + latencyMs).effects, at, lookout);
    each(lookout.tick(at + latencyMs).effects, at, lookout);
  }
  return { lookout, endAt: at + latencyMs };
};

/** A chapter in which every target has this grade, and the witnesses answer. */
export const calm = (rounds: number, grade: Grade): Chapter => ({
  rounds,
  everyMs: 5 * seconds,
  grades: [...witnesses.map(() => 'good' as const), ...targets.map(() => grade)],
  surprise: 'nothing',
  pauseMs: 0,
});

// Witnesses first, as when they are asked at once; every probe a little after the other.
const seenAt = (at: number, grades: readonly Grade[]): readonly Seen[] =>
  [...witnesses, ...targets].map(
    ([check, family], index) => [check, at + index * 10, grades[index] ?? 'good', family] as const,
  );

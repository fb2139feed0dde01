import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../../config/config.ts';
import { judge, unseen } from '../../../server/core/judge.ts';
import type { Sample, Standing } from '../../../server/core/judge.ts';
import { alwaysClear } from '../../../server/core/sight.ts';
import type { Grade } from '../../../server/core/result.ts';
import type { State } from '../../../server/core/state.ts';
import { makePolicy, seconds, start } from '../../support/watch.ts';
import { someGrade } from './sequences.ts';
import { runs } from '../../support/fuzz.ts';

fc.configureGlobal({ numRuns: runs(500) });

const somePolicy: fc.Arbitrary<Policy> = fc
  .record({
    failuresMin: fc.integer({ min: 1, max: 4 }),
    failuresSpanMs: fc.integer({ min: 0, max: 20 }).map((n) => n * seconds),
    recoveriesMin: fc.integer({ min: 1, max: 4 }),
    recoveriesSpanMs: fc.integer({ min: 0, max: 30 }).map((n) => n * seconds),
    slowMin: fc.integer({ min: 1, max: 5 }),
    slowOf: fc.integer({ min: 5, max: 8 }),
    calmMs: fc.integer({ min: 0, max: 60 }).map((n) => n * seconds),
  })
  .map(makePolicy);

/** Outcomes come in runs: without them hardly anything is ever confirmed. */
const someSamples = (grades: fc.Arbitrary<Grade>): fc.Arbitrary<readonly Sample[]> =>
  fc
    .array(fc.tuple(grades, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 25 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((runs) => {
      let at = start;
      return runs.flatMap(([grade, length, everyS]) =>
        Array.from({ length }, () => ({ at: (at += everyS * seconds), grade })),
      );
    });

const anything = someSamples(someGrade);

const through = (
  samples: readonly Sample[],
  policy: Policy,
  from: Standing = unseen,
): readonly Standing[] => {
  const standings: Standing[] = [];
  for (const sample of samples) standings.push(judge(standings.at(-1) ?? from, sample, alwaysClear, policy));
  return standings;
};

const last = (samples: readonly Sample[], policy: Policy): Standing =>
  through(samples, policy).at(-1) ?? unseen;

/** Unknown is neither better nor worse. */
const badness: Readonly<Record<State, number>> = { up: 0, unknown: 0, degraded: 1, down: 2 };

test('1: a bad or slow outcome between good ones never changes the state', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('bad' as const, 'poor' as const, 'invalid' as const),
          fc.integer({ min: 1, max: 3 }),
        ),
      ),
      (blips) => {
        let at = start;
        const samples = [['good' as const, 3] as const, ...blips].flatMap(([grade, goods]) => [
          { at: (at += 5 * seconds), grade },
          ...Array.from({ length: goods }, () => ({ at: (at += 5 * seconds), grade: 'good' as const })),
        ]);
        for (const { state } of through(samples, makePolicy())) expect(state).toBe('up');
      },
    ),
  );
});

test('2: whoever goes down has failed so often, for so long, with nothing good in between, and since the first of it', () => {
  fc.assert(
    fc.property(anything, somePolicy, (samples, policy) => {
      const standings = through(samples, policy);
      standings.forEach(({ state, since }, index) => {
        if (state !== 'down' || standings[index - 1]?.state === 'down') return;
        const evidence = samples
          .slice(0, index + 1)
          .filter(({ at, grade }) => at >= since && grade !== 'invalid');
        expect(evidence[0]?.at).toBe(since);
        expect(evidence.every(({ grade }) => grade === 'bad')).toBe(true);
        expect(evidence.length).toBeGreaterThanOrEqual(policy.failuresMin);
        expect((evidence.at(-1)?.at ?? 0) - since).toBeGreaterThanOrEqual(policy.failuresSpanMs);
      });
    }),
  );
});

test('2: whoever is no longer down was good so often, for so long, and since the first of it', () => {
  fc.assert(
    fc.property(anything, somePolicy, (samples, policy) => {
      const standings = through(samples, policy);
      standings.forEach(({ state, since }, index) => {
        if (state === 'down' || standings[index - 1]?.state !== 'down') return;
        const evidence = samples
          .slice(0, index + 1)
          .filter(({ at, grade }) => at >= since && grade !== 'invalid');
        expect(evidence[0]?.at).toBe(since);
        expect(evidence.every(({ grade }) => grade !== 'bad')).toBe(true);
        expect(evidence.length).toBeGreaterThanOrEqual(policy.recoveriesMin);
        expect((evidence.at(-1)?.at ?? 0) - since).toBeGreaterThanOrEqual(policy.recoveriesSpanMs);
        expect(state).toBe(evidence.some(({ grade }) => grade === 'poor') ? 'degraded' : 'up');
      });
    }),
  );
});

test('2: every state begins at an outcome, no earlier than the one before it', () => {
  fc.assert(
    fc.property(anything, somePolicy, (samples, policy) => {
      const instants = new Set([0, ...samples.map(({ at }) => at)]);
      let before = 0;
      for (const { since } of through(samples, policy)) {
        expect(instants).toContain(since);
        expect(since).toBeGreaterThanOrEqual(before);
        before = since;
      }
    }),
  );
});

test('6: outcomes that come again or late change nothing', () => {
  fc.assert(
    fc.property(anything, somePolicy, fc.array(fc.tuple(fc.nat(), fc.nat())), (samples, policy, echoes) => {
      const noisy = [...samples];
      for (const [what, where] of echoes) {
        const echo = samples[what % samples.length];
        // Somewhere after the outcome itself.
        if (echo !== undefined) noisy.splice(noisy.indexOf(echo) + 1 + (where % noisy.length), 0, echo);
      }
      expect(last(noisy, policy)).toEqual(last(samples, policy));
    }),
  );
});

test('7: invalid outcomes might as well not have been', () => {
  fc.assert(
    fc.property(anything, somePolicy, (samples, policy) => {
      const valid = samples.filter(({ grade }) => grade !== 'invalid');
      expect(last(samples, policy)).toEqual(last(valid, policy));
    }),
  );
});

test('15: a failure never makes the state better, and a slow outcome no better than a good one would', () => {
  fc.assert(
    fc.property(anything, somePolicy, (samples, policy) => {
      samples.forEach(({ at }, index) => {
        const before = last(samples.slice(0, index), policy);
        const after = (grade: Grade) => badness[judge(before, { at, grade }, alwaysClear, policy).state];
        expect(after('bad')).toBeGreaterThanOrEqual(badness[before.state]);
        expect(after('poor')).toBeGreaterThanOrEqual(after('good'));
      });
    }),
  );
});

test('15: failures in the place of good outcomes never make any later state better', () => {
  const plain = someSamples(fc.constantFrom('good' as const, 'bad' as const));
  fc.assert(
    fc.property(
      plain,
      somePolicy,
      fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
      (samples, policy, failing) => {
        const places = new Set(failing.map((place) => place % samples.length));
        const worse = samples.map((sample, index) =>
          places.has(index) ? { ...sample, grade: 'bad' as const } : sample,
        );
        const states = through(samples, policy).map(({ state }) => badness[state]);
        through(worse, policy).forEach(({ state }, index) =>
          expect(badness[state]).toBeGreaterThanOrEqual(states[index] ?? 0),
        );
      },
    ),
  );
});

// What was slow before a series had calmed down is forgotten: from then on its life is another one.
test('15: slow outcomes in the place of good ones make no later state better, until it has calmed down', () => {
  fc.assert(
    fc.property(
      anything,
      somePolicy,
      fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
      (samples, policy, slow) => {
        const places = new Set(slow.map((place) => place % samples.length));
        const worse = samples.map((sample, index) =>
          places.has(index) && sample.grade === 'good' ? { ...sample, grade: 'poor' as const } : sample,
        );
        const states = through(samples, policy).map(({ state }) => badness[state]);
        const slowed = through(worse, policy).map(({ state }) => state);
        const calmed = slowed.findIndex((state, index) => state === 'up' && slowed[index - 1] === 'degraded');
        slowed
          .slice(0, calmed < 0 ? undefined : calmed)
          .forEach((state, index) => expect(badness[state]).toBeGreaterThanOrEqual(states[index] ?? 0));
      },
    ),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Baseline } from '../../../server/core/slowness/baseline.ts';
import type { Usual } from '../../../server/core/slowness/baseline.ts';
import { evidenceMin, gates, unsuspected, weigh } from '../../../server/core/slowness/detector.ts';
import type { Limits, Suspicion } from '../../../server/core/slowness/detector.ts';
import { bins, logOf, summarise } from '../../../server/core/slowness/histogram.ts';
import { hourMs } from '../../../server/core/slowness/season.ts';
import { minutes, seconds, start } from '../../support/watch.ts';
import { runs } from '../../support/fuzz.ts';

const someUs = fc.double({ min: 0, max: Math.log(120_000_000), noNaN: true }).map((log) => Math.exp(log));
const someUsual: fc.Arbitrary<Usual> = fc
  .record({
    medianUs: someUs,
    spread: fc.double({ min: 0, max: 2, noNaN: true }),
    above90: fc.double({ min: 0, max: 3, noNaN: true }),
    further: fc.double({ min: 0, max: 3, noNaN: true }),
    isKnown: fc.boolean(),
  })
  .map(({ medianUs, spread, above90, further, isKnown }) => {
    const median = Math.log(medianUs);
    return { median, spread, high90: median + above90, high98: median + above90 + further, isKnown };
  });
const someLimits: fc.Arbitrary<Limits> = fc.record({
  floorUs: fc.constantFrom(1, 1_000, 10_000, 400_000),
  evidenceMin: fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))
    .map(([overS, everyS]) => evidenceMin(overS * seconds, everyS * seconds)),
});
/** Runs of times near the usual, near what is slow, and anywhere. */
const someFactors = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(0.5, 1, 1.9, 2.1, 3, 4.1, 10, 1_000),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
      ),
      fc.integer({ min: 1, max: 40 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((runs) => runs.flatMap(([factor, length]) => Array.from({ length }, () => factor)));

const through = (factors: readonly number[], usual: Usual, limits: Limits): readonly Suspicion[] => {
  const all: Suspicion[] = [];
  factors.forEach((factor, index) => {
    const measured = { at: start + index * 15 * seconds, us: Math.exp(usual.median) * factor };
    all.push(weigh(all.at(-1) ?? unsuspected, measured, usual, limits));
  });
  return all;
};

test('17: nothing is found slow on fewer than seven slow ones of forty', () => {
  fc.assert(
    fc.property(someFactors, someUsual, someLimits, (factors, usual, limits) => {
      const foundAt = through(factors, usual, limits).findIndex(({ found }) => found !== undefined);
      if (foundAt < 0) return;
      const { slow } = gates(usual, limits);
      const last = factors.slice(Math.max(0, foundAt - 39), foundAt + 1);
      const slowOnes = last.filter((factor) => Math.exp(usual.median) * factor > slow);
      expect(slowOnes.length).toBeGreaterThanOrEqual(7);
    }),
    { numRuns: runs(2_000) },
  );
});

test('17: to scale all times and what is usual changes nothing, where the floors are far below', () => {
  fc.assert(
    fc.property(
      someFactors,
      someUsual,
      someLimits,
      fc.double({ min: 1, max: 100, noNaN: true }),
      (factors, usual, { evidenceMin }, scale) => {
        const up = Math.log(scale);
        const scaled = {
          ...usual,
          median: usual.median + up,
          high90: usual.high90 + up,
          high98: usual.high98 + up,
        };
        const foundIn = (usual: Usual) =>
          through(factors, usual, { floorUs: 0, evidenceMin }).map(({ found }) => found);
        // Times at the very gate may fall on either side of it when they are scaled.
        const { slow, far } = gates(usual, { floorUs: 0 });
        const median = Math.exp(usual.median);
        fc.pre(
          factors.every((factor) =>
            [slow, far].every((gate) => Math.abs((median * factor) / gate - 1) > 1e-6),
          ),
        );
        fc.pre(median > 1 && factors.every((factor) => median * factor > 1));
        expect(foundIn(scaled)).toEqual(foundIn(usual));
      },
    ),
    { numRuns: runs(1_000) },
  );
});

test('15: a longer time in the place of a shorter one is never evidence against slowness', () => {
  fc.assert(
    fc.property(someFactors, someUsual, someLimits, fc.nat(), (factors, usual, limits, at) => {
      const place = at % factors.length;
      const worse = factors.map((factor, index) => (index === place ? factor * 3 : factor));
      const [before, after] = [through(factors, usual, limits), through(worse, usual, limits)];
      before.forEach(({ shift, tail, found }, index) => {
        expect(after[index]?.shift).toBeGreaterThanOrEqual(shift);
        expect(after[index]?.tail).toBeGreaterThanOrEqual(tail);
        if (found !== undefined) expect(after[index]?.found).toBeDefined();
      });
    }),
    { numRuns: runs(1_000) },
  );
});

const monday = () => 0;

test('17: what never changes is never slow', () => {
  fc.assert(
    fc.property(someUs, fc.integer({ min: 1, max: 300 }), someLimits, (us, everyS, limits) => {
      const baseline = Baseline.empty();
      let suspicion = unsuspected;
      for (let index = 0; index < 2_000; index++) {
        const at = start + index * everyS * seconds;
        const usual = baseline.usual(at, monday);
        if (usual !== undefined) suspicion = weigh(suspicion, { at, us }, usual, limits);
        baseline.learn(logOf(us), at, monday);
        expect(suspicion.found).toBeUndefined();
      }
    }),
    { numRuns: runs(30) },
  );
});

test('what an hour was like is told within the width of a bin', () => {
  fc.assert(
    fc.property(fc.array(someUs, { minLength: 50, maxLength: 400 }), (times) => {
      const counts = Array.from({ length: bins }, () => 0);
      const inRange = times.map((us) => Math.min(100_000_000, Math.max(11, us)));
      for (const us of inRange) counts[binIndex(us)] = (counts[binIndex(us)] ?? 0) + 1;
      const sorted = inRange.map(logOf).toSorted((a, b) => a - b);
      const { median, above90, above98 } = summarise(counts);
      const near = (got: number, share: number) => {
        const rank = share * sorted.length;
        const [low = 0, high = 0] = [
          sorted[Math.max(0, Math.ceil(rank) - 1)],
          sorted[Math.min(sorted.length - 1, Math.floor(rank))],
        ];
        expect(got).toBeGreaterThanOrEqual(low - 0.11);
        expect(got).toBeLessThanOrEqual(high + 0.11);
      };
      near(median, 0.5);
      near(median + above90, 0.9);
      near(median + above98, 0.98);
    }),
  );
});
const binIndex = (us: number): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((logOf(us) - Math.log(10)) / 0.1)));

test('a baseline that comes back from its bytes goes on as the one that stayed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(someUs, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 })), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.nat(),
      (runs, cut) => {
        const stayed = Baseline.empty();
        let returned = Baseline.empty();
        let at = start;
        runs.forEach(([us, length, doubt], index) => {
          for (let probe = 0; probe < length; probe++) {
            at += hourMs / 20;
            for (const baseline of [stayed, returned]) {
              baseline.learn(logOf(us), at, monday);
              if (doubt === 0) baseline.doubt(at - 2 * hourMs);
            }
          }
          if (index === cut % runs.length) returned = Baseline.recall(returned.bytes) ?? Baseline.empty();
        });
        expect(returned.bytes).toEqual(stayed.bytes);
        expect(returned.usual(at, monday)).toEqual(stayed.usual(at, monday));
      },
    ),
  );
});

test('what was slow is not taken for usual because the clock was set back meanwhile', () => {
  const baseline = Baseline.empty();
  const hourOfWeek = (epochHour: number) => epochHour % 168;
  const live = (hour: number, us: number) => {
    for (let probe = 0; probe < 20; probe++) {
      const at = start + hour * hourMs + probe * minutes;
      baseline.learn(logOf(us), at, hourOfWeek);
      if (us > 10_000) baseline.doubt(at);
    }
  };
  for (let hour = 0; hour < 40; hour++) live(hour, 10_000);
  live(40, 120_000);
  live(39, 120_000);
  for (let hour = 41; hour < 70; hour++) live(hour, 10_000);
  expect(baseline.usual(start + 87 * hourMs, hourOfWeek)?.spread).toBeLessThan(0.2);
});

test('bytes that somebody else wrote are nothing, or usual, and never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 1_800 }), someUs, (bytes, us) => {
      const padded = new Uint8Array(Baseline.empty().bytes.byteLength);
      padded.set(bytes.subarray(0, padded.byteLength));
      padded.set([1, 0]);
      for (const one of [bytes, padded]) {
        const baseline = Baseline.recall(one);
        baseline?.learn(logOf(us), start, monday);
        baseline?.usual(start + hourMs, monday);
      }
    }),
  );
});

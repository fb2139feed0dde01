import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testify, openEyes, withWitnesses } from '../../../server/core/sight.ts';
import { tellUplink } from '../../../server/core/uplink.ts';
import { layers } from '../../../server/core/witness.ts';
import type { Witness } from '../../../server/core/witness.ts';
import { runs } from '../../support/fuzz.ts';
import { makeReport, seriesKey, start } from '../../support/watch.ts';

fc.configureGlobal({ numRuns: runs(300) });

const someWitness: fc.Arbitrary<Witness> = fc.record({
  layer: fc.constantFrom(...layers),
  network: fc.constantFrom('A', 'B', 'C', 'D'),
  lastAt: fc.integer({ min: 1, max: 1_000 }),
  failures: fc.constantFrom(0, 0, 1, 2),
  isFit: fc.boolean(),
  packets: fc.constant([]),
});
/** What cannot be asked has failed. */
const someWitnesses = fc
  .array(someWitness, { minLength: 1, maxLength: 12 })
  .map((all) => all.map((one) => (one.isFit ? one : { ...one, failures: Math.max(1, one.failures) })));

const badness = { ok: 0, warn: 1, fail: 2, invalid: 3 } as const;

describe('the verdict on an uplink', () => {
  test('is dated from the probe of a witness, and has few words', () => {
    fc.assert(
      fc.property(someWitnesses, (witnesses) => {
        const { at, outcome } = tellUplink(witnesses);
        expect(witnesses.map(({ lastAt }) => lastAt)).toContain(at);
        if (outcome.kind !== 'ok') expect(outcome.evidence.length).toBeLessThan(200);
      }),
    );
  });

  test('is never better for one reference less', () => {
    fc.assert(
      fc.property(someWitnesses, fc.nat(), (witnesses, which) => {
        const asked = witnesses.map((one) => ({ ...one, layer: 'reference' as const, isFit: true }));
        const near = { ...witnesses[0]!, layer: 'gateway' as const, isFit: true };
        const worse = asked.with(which % asked.length, { ...asked[which % asked.length]!, failures: 2 });
        const verdicts = [asked, worse].map((all) => tellUplink([near, ...all]).outcome.kind);
        expect(badness[verdicts[1]!]).toBeGreaterThanOrEqual(badness[verdicts[0]!]);
      }),
    );
  });

  test('is good when all answer, and then we see; and that we are unfit when nobody does', () => {
    const round = fc.array(fc.constantFrom('good' as const, 'bad' as const, 'invalid' as const), {
      minLength: 5,
      maxLength: 5,
    });
    const places = fc.array(
      fc.record({ layer: fc.constantFrom(...layers), network: fc.constantFrom('A', 'B', 'C') }),
      { minLength: 5, maxLength: 5 },
    );
    fc.assert(
      fc.property(places, fc.array(round, { maxLength: 8 }), (places, rounds) => {
        const keys = places.map((_, index) => `w${index}`);
        let sight = withWitnesses(openEyes(start), new Map(keys.map((key, index) => [key, places[index]!])));
        for (const [n, grades] of rounds.entries()) {
          for (const [index, key] of keys.entries())
            sight = testify(
              sight,
              key,
              makeReport(seriesKey(key), start + n * 1_000 + index, grades[index]!),
            );
          const { outcome } = tellUplink([...sight.witnesses.values()]);
          if (grades.every((grade) => grade === 'good'))
            expect([sight.blind, outcome.kind]).toEqual([false, 'ok']);
          if (!grades.includes('good')) expect(outcome.kind).toBe('invalid');
        }
      }),
    );
  });
});

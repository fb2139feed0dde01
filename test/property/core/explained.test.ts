// Whatever depends on whatever, seen from wherever: somebody is told of every outage.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Config, Dependency } from '../../../config/config.ts';
import { ancestorsOf } from '../../../server/core/consequences.ts';
import type { Grade } from '../../../server/core/result.ts';
import type { WatchedCheck } from '../../../server/core/watched.ts';
import { runs } from '../../support/fuzz.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, seconds as s } from '../../support/watch.ts';

fc.configureGlobal({ numRuns: runs(200) });

const vantages = ['paris', 'lyon', 'nantes'] as const;
const families = [4, 6] as const;
const places = vantages.flatMap((vantage) => families.map((family) => `${vantage}/${family}`));
const ids = Array.from({ length: 6 }, (_, index) => `check-${index}`);

const some = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: 1 });

interface Drawn {
  readonly vantagePoints: readonly string[];
  readonly families: readonly (4 | 6)[];
  readonly supporting: boolean;
  /** Of those before it, as a check or as its service: so there are no circles. */
  readonly on: readonly number[];
  readonly asService: boolean;
}

const someCheck: fc.Arbitrary<Drawn> = fc.record({
  vantagePoints: some(vantages),
  families: some(families),
  supporting: fc.constantFrom(false, false, false, true),
  on: fc.array(fc.nat(ids.length - 1), { maxLength: 2 }),
  asService: fc.boolean(),
});

/** Two checks a service; a check depends on services before its own, or on any check before it. */
const configOf = (drawn: readonly Drawn[]): Config => {
  const checks = drawn.map(({ on, asService, supporting, ...part }, index) => {
    const dependsOn = on
      .filter((other) => other < index)
      .flatMap((other): readonly Dependency[] => {
        if (!asService) return [{ kind: 'check', id: `check-${other}` }];
        return other >> 1 < index >> 1 ? [{ kind: 'service', id: `service-${other >> 1}` }] : [];
      });
    return makeCheck(`check-${index}`, { ...part, dependsOn, supporting: supporting && index % 2 === 1 });
  });
  const pairs = Map.groupBy(checks.entries(), ([index]) => index >> 1);
  return makeConfig(
    [...pairs].map(([n, pair]) =>
      makeService(
        `service-${n}`,
        pair.map(([, check]) => check),
      ),
    ),
  );
};

const someConfig = fc.array(someCheck, { minLength: 2, maxLength: ids.length }).map(configOf);

/** Some checks have the same grade, seen from some places; the first fault that touches a series counts. */
interface Fault {
  readonly checks: readonly string[];
  readonly places: readonly string[];
  readonly grade: Grade;
}

const someFault: fc.Arbitrary<Fault> = fc.record({
  checks: some(ids),
  places: fc.oneof(fc.constant(places), some(places)),
  grade: fc.constantFrom('bad' as const, 'bad' as const, 'bad' as const, 'poor' as const, 'invalid' as const),
});
const someChapter = fc.record({
  rounds: fc.integer({ min: 1, max: 12 }),
  faults: fc.array(someFault, { maxLength: 3 }),
  becomes: fc.option(someConfig, { freq: 4 }),
});
const someLife = fc.array(someChapter, { minLength: 1, maxLength: 6 });
type Chapter = typeof someChapter extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const live = (config: Config, life: readonly Chapter[]): Lookout => {
  const lookout = new Lookout(config);
  let at = 0;
  for (const { rounds, faults, becomes } of life) {
    for (let round = 0; round < rounds; round++) {
      at += 10 * s;
      for (const seen of seenAt(at, faults, lookout)) lookout.see(seen);
    }
    if (becomes !== null) lookout.configure(becomes, at + s);
  }
  return lookout;
};

const seenAt = (at: number, faults: readonly Fault[], { watch }: Lookout): readonly Seen[] =>
  [...watch.checks.values()]
    .flatMap(({ series }) => series)
    .map(({ key: { check, vantage, family } }, index): Seen => {
      const isTouched = ({ checks, places }: Fault) =>
        checks.includes(check) && places.includes(`${vantage}/${family}`);
      return [check, at + index, faults.find(isTouched)?.grade ?? 'good', family, vantage];
    });

const of = (lookout: Lookout, { kind, id }: Dependency): readonly WatchedCheck[] =>
  kind === 'check' ? [lookout.watch.checks.get(id)!] : lookout.watch.services.get(id)!.checks;

test('an outage is a consequence only of what it depends on and that is there', () => {
  fc.assert(
    fc.property(someConfig, someLife, (config, life) => {
      const lookout = live(config, life);
      const { checks, services } = lookout.watch;
      for (const check of checks.values()) {
        const root = check.timeline.outage?.consequenceOf;
        if (root !== undefined) expect(ancestorsOf(check, lookout.watch)).toContainEqual(root);
      }
      for (const { checks, timeline } of services.values())
        if (timeline.outage?.consequenceOf !== undefined)
          expect(checks.map((check) => check.timeline.outage?.consequenceOf)).toContainEqual(
            timeline.outage.consequenceOf,
          );
    }),
  );
});

test('when nothing has changed for long, every outage is its own, or follows from one that is', () => {
  fc.assert(
    fc.property(someConfig, someLife, someChapter, (config, life, last) => {
      // Of what is not seen any more nobody knows whether it goes on, nor why.
      const faults = last.faults.filter(({ grade }) => grade !== 'invalid');
      const lookout = live(config, [...life, { faults, rounds: 60, becomes: null }]);
      const isTold = ({ timeline: { outage } }: WatchedCheck): boolean =>
        outage !== undefined &&
        (outage.consequenceOf === undefined || of(lookout, outage.consequenceOf).some(isTold));
      for (const check of lookout.watch.checks.values())
        expect(isTold(check)).toBe(check.timeline.outage !== undefined);
    }),
  );
});

test('when all is well again nothing is open', () => {
  fc.assert(
    fc.property(someConfig, someLife, (config, life) => {
      const lookout = live(config, [...life, { faults: [], rounds: 60, becomes: null }]);
      expect(lookout.archive.outages.filter(({ end }) => end === undefined)).toEqual([]);
      expect(lookout.archive.repeated).toEqual([]);
    }),
  );
});

// How the words of a real peer are spoiled, and how often: the same for the fuzz of every check type.
import fc from 'fast-check';
import { TestRunner } from 'vitest';

const usualRuns = 100;
const fuzzRuns = Number(process.env['VIGIE_FUZZ_RUNS'] ?? usualRuns);
/** How often a property is tried that is worth `usual` tries: fewer, where there is fuzzed less than usual. */
export const runs = (usual = usualRuns): number =>
  Math.max(5, Math.round(usual * Math.min(1, fuzzRuns / usualRuns)));

const msARunMax = 300;

declare module 'vitest' {
  interface TaskMeta {
    /** How often a property was tried. */
    fuzzed?: number;
  }
}

/** Notes how many runs there were, so that the table tells what was done and not what was meant. */
const count = <Ts>(run: fc.RunDetails<Ts>): void => {
  const test = TestRunner.getCurrentTest();
  if (test) test.meta.fuzzed = (test.meta.fuzzed ?? 0) + run.numRuns;
  if (run.failed) throw new Error(fc.defaultReportMessage(run), { cause: run.errorInstance });
};

/** For `fc.assert`. */
export const fuzz = { numRuns: fuzzRuns, reporter: count };
/** The same for what takes microseconds: usually not fewer than these. */
export const fuzzAtLeast = (runsMin: number) => ({ ...fuzz, numRuns: Math.max(runs(runsMin), fuzzRuns) });
/** For the test that asserts. */
export const fuzzTimeoutMs = Math.max(60_000, fuzzRuns * msARunMax);

const place = fc.nat({ max: 4_000 });
const filling = fc.constantFrom(0x00, 0xff, 0x20, 0x0a, 0x80);
const hugeBytes = 100_000;

const at = (bytes: Buffer, where: number): number => (bytes.length === 0 ? 0 : where % bytes.length);

const flipped = fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });

/** Something else than the same bytes, as a hostile or a broken peer would say it. */
export const spoiling: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  flipped.map((flips) => (bytes: Buffer) => {
    const spoiled = Buffer.from(bytes);
    for (const [where, bits] of flips) if (spoiled.length > 0) spoiled[at(spoiled, where)]! ^= bits;
    return spoiled;
  }),
  place.map((where) => (bytes: Buffer) => bytes.subarray(0, at(bytes, where))),
  fc.tuple(place, fc.integer({ min: 1, max: 8 }), filling).map(([where, length, byte]) => (bytes: Buffer) => {
    const from = at(bytes, where);
    return Buffer.from(bytes).fill(byte, from, Math.min(bytes.length, from + length));
  }),
  fc.tuple(place, fc.constantFrom(1, 100, hugeBytes), filling).map(
    ([where, length, byte]) =>
      (bytes: Buffer) =>
        Buffer.concat([
          bytes.subarray(0, at(bytes, where)),
          Buffer.alloc(length, byte),
          bytes.subarray(at(bytes, where)),
        ]),
  ),
  fc
    .integer({ min: 2, max: 50 })
    .map((times) => (bytes: Buffer) => Buffer.concat(Array.from({ length: times }, () => bytes))),
  fc.uint8Array({ maxLength: 2_000 }).map((noise) => () => Buffer.from(noise)),
);

/** Objects that have no text and are no number are JSON too. */
const others = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ toString: 0, valueOf: 0 }));

/** Something else in the place of one value of a document, so that it stays JSON. */
export const misplacing: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .tuple(fc.nat({ max: 60 }), others)
  .map(([place, value]) => (bytes: Buffer) => {
    let index = 0;
    const document: unknown = JSON.parse(bytes.toString(), (_, found: unknown) =>
      index++ === place ? value : found,
    );
    return Buffer.from(JSON.stringify(document ?? null));
  });

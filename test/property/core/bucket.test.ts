import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket } from '../../../server/core/bucket.ts';
import { grades } from '../../../server/core/result.ts';

const results = fc.array(
  fc.record({ grade: fc.constantFrom(...grades), us: fc.oneof(fc.nat(50_000), fc.nat(3_600_000_000)) }),
  { maxLength: 100 },
);
type Results = readonly { readonly grade: (typeof grades)[number]; readonly us: number }[];

const bucketOf = (...lists: readonly Results[]): Bucket => {
  const bucket = new Bucket();
  for (const { grade, us } of lists.flat()) bucket.add(grade, us);
  return bucket;
};
const merged = (...buckets: readonly Bucket[]): Bucket => {
  const sum = new Bucket();
  for (const bucket of buckets) sum.merge(bucket);
  return sum;
};
const told = ({ counts, sumUs, minUs, maxUs, sketch }: Bucket) => ({
  counts,
  sumUs,
  minUs,
  maxUs,
  sketch: sketch.pack(),
});

test('buckets add up in any order and any grouping, to what one bucket would have seen', () => {
  fc.assert(
    fc.property(results, results, results, (a, b, c) => {
      const all = told(bucketOf(a, b, c));
      const [x, y, z] = [bucketOf(a), bucketOf(b), bucketOf(c)];
      expect(told(merged(x, y, z))).toEqual(all);
      expect(told(merged(z, y, x))).toEqual(all);
      expect(told(merged(merged(x, y), z))).toEqual(all);
      expect(told(merged(x, merged(y, z)))).toEqual(all);
    }),
  );
});

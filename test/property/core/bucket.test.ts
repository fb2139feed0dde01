import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket } from '../../../server/core/bucket.ts';
import { grades } from '../../../server/core/result.ts';
import { VarintReader } from '../../../server/core/varint.ts';

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
const packed = (bucket: Bucket): Uint8Array => {
  const bytes: number[] = [];
  bucket.pack(bytes);
  return Uint8Array.from(bytes);
};

test('buckets add up in any order and any grouping, to what one bucket would have seen', () => {
  fc.assert(
    fc.property(results, results, results, (a, b, c) => {
      const all = packed(bucketOf(a, b, c));
      const [x, y, z] = [bucketOf(a), bucketOf(b), bucketOf(c)];
      expect(packed(merged(x, y, z))).toEqual(all);
      expect(packed(merged(z, y, x))).toEqual(all);
      expect(packed(merged(merged(x, y), z))).toEqual(all);
      expect(packed(merged(x, merged(y, z)))).toEqual(all);
    }),
  );
});

test('to add what was packed is to merge', () => {
  fc.assert(
    fc.property(results, results, (a, b) => {
      const [whole, read] = [bucketOf(a, b), bucketOf(a)];
      const reader = new VarintReader(packed(bucketOf(b)));
      read.addPacked(reader);
      expect([packed(read), reader.isAtEnd]).toEqual([packed(whole), true]);
      for (const key of ['counts', 'sumUs', 'minUs', 'maxUs'] as const) expect(read[key]).toEqual(whole[key]);
    }),
  );
});

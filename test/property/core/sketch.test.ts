import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sketch } from '../../../server/core/sketch.ts';
import { VarintReader } from '../../../server/core/varint.ts';

const durationUs = fc.oneof(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 3_600_000_000 }));
const durations = fc.array(durationUs, { maxLength: 200 });
const sketchOf = (...lists: readonly (readonly number[])[]): Sketch => {
  const sketch = new Sketch();
  for (const us of lists.flat()) sketch.add(us);
  return sketch;
};
const merged = (...sketches: readonly Sketch[]): Sketch => {
  const sum = new Sketch();
  for (const sketch of sketches) sum.merge(sketch);
  return sum;
};
const packed = (sketch: Sketch): Uint8Array => {
  const bytes: number[] = [];
  sketch.pack(bytes);
  return Uint8Array.from(bytes);
};
const shares = [0, 0.1, 0.5, 0.9, 0.95, 0.99, 1];

test('a percentile is that of the durations themselves, to one part in a hundred', () => {
  fc.assert(
    fc.property(fc.array(durationUs, { minLength: 1, maxLength: 300 }), (list) => {
      const sorted = list.toSorted((a, b) => a - b);
      for (const [index, us] of sketchOf(list).quantiles(shares).entries()) {
        const exact = sorted[Math.max(1, Math.ceil(shares[index]! * sorted.length)) - 1]!;
        expect(Math.abs(us / exact - 1)).toBeLessThanOrEqual(0.010_001);
      }
    }),
  );
});

test('to merge is to have seen both: in any order, and any grouping', () => {
  fc.assert(
    fc.property(durations, durations, durations, (a, b, c) => {
      const all = packed(sketchOf(a, b, c));
      const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)];
      expect(packed(merged(x, y, z))).toEqual(all);
      expect(packed(merged(z, x, y))).toEqual(all);
      expect(packed(merged(x, merged(y, z)))).toEqual(all);
    }),
  );
});

test('what was packed comes back', () => {
  fc.assert(
    fc.property(durations, (list) => {
      const sketch = new Sketch();
      sketch.addPacked(new VarintReader(packed(sketchOf(list))));
      expect(packed(sketch)).toEqual(packed(sketchOf(list)));
      expect(sketch.count).toBe(list.length);
    }),
  );
});

test('other bytes are refused, or are those of durations that can be', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const sketch = new Sketch();
      try {
        sketch.addPacked(new VarintReader(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      const quantilesUs = sketch.quantiles(shares);
      expect(quantilesUs).toHaveLength(sketch.count > 0 ? shares.length : 0);
      expect(quantilesUs.filter((us) => !(us >= 1 && us < 3 * 3_600_000_000))).toEqual([]);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sketch } from '../../../server/core/sketch.ts';

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
      const all = sketchOf(a, b, c).pack();
      const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)];
      expect(merged(x, y, z).pack()).toEqual(all);
      expect(merged(z, x, y).pack()).toEqual(all);
      expect(merged(x, merged(y, z)).pack()).toEqual(all);
    }),
  );
});

test('what was packed comes back', () => {
  fc.assert(
    fc.property(durations, (list) => {
      const sketch = new Sketch();
      sketch.addPacked(sketchOf(list).pack());
      expect(sketch.pack()).toEqual(sketchOf(list).pack());
      expect(sketch.count).toBe(list.length);
    }),
  );
});

test('other bytes are refused, and nothing of them is counted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), durations, (bytes, list) => {
      const sketch = sketchOf(list);
      const before = sketch.pack();
      try {
        sketch.addPacked(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect(sketch.pack()).toEqual(before);
      }
    }),
  );
});

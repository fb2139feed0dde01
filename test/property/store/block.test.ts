import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitReader, BitWriter } from '../../../server/store/bits.ts';
import { packBlock, unpackBlock } from '../../../server/store/block.ts';
import type { ResultRow } from '../../../server/store/block.ts';

const hourAt = 1_772_323_200_000;
const us = fc.oneof(fc.nat(20_000), fc.nat(60_000_000));
const phases = fc.oneof(
  fc.constant([1, 2, 3]),
  fc.constant([1]),
  fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
);
const row = fc.record({
  at: fc.nat(3_599_999).map((ms) => hourAt + ms),
  grade: fc.nat(3),
  cause: fc.option(fc.constantFrom('timeout_connect', 'slow', 'refused', 'été')),
  totalUs: us,
  phases: phases.chain((ids) => fc.tuple(...ids.map((id) => us.map((took) => [id, took] as const)))),
});
const rows = fc
  .uniqueArray(row, { selector: ({ at }) => at, maxLength: 80 })
  .map((list) => list.toSorted((a, b) => a.at - b.at));

test('an hour of results comes back as it was', () => {
  fc.assert(
    fc.property(rows, (list: readonly ResultRow[]) => {
      expect(unpackBlock(hourAt, packBlock(hourAt, list))).toEqual(list);
    }),
  );
});

test('a flipped bit is found', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (list, place) => {
      const block = packBlock(hourAt, list).slice();
      const bit = place % (block.length * 8);
      block[bit >> 3]! ^= 1 << (bit & 7);
      let found: unknown;
      try {
        found = unpackBlock(hourAt, block);
      } catch {
        return;
      }
      // A bit of the frame's header that says nothing of its content.
      expect(found).toEqual(list);
    }),
  );
});

test('a column of any numbers comes back', () => {
  const number = fc.oneof(fc.nat(10), fc.nat(100_000), fc.integer(), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.array(fc.array(number.map((one) => Math.floor(one / 8)))), (columns) => {
      const writer = new BitWriter();
      for (const column of columns) writer.column(column);
      const reader = new BitReader(writer.bytes());
      for (const column of columns) expect(reader.column(column.length)).toEqual(column);
    }),
  );
});

test('what is no whole number, or too large, is refused', () => {
  for (const number of [0.5, Number.NaN, 2 ** 51, -(2 ** 51), Number.MAX_SAFE_INTEGER])
    expect(() => new BitWriter().column([number])).toThrow(RangeError);
});

test('bytes that are no columns are refused, however long they say that they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const reader = new BitReader(bytes);
      try {
        expect(reader.column(400).every((number) => Number.isFinite(number))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test('durations that scatter by a tenth take two bytes, and their times half of one', () => {
  const rows = Array.from({ length: 240 }, (_, i) => ({
    at: hourAt + 15_000 * i + ((i * 7) % 5),
    grade: 0,
    cause: null,
    totalUs: 15_000 + ((i * 7_919) % 3_000),
    phases: [],
  }));
  expect(packBlock(hourAt, rows).length / rows.length).toBeLessThan(2.5);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
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

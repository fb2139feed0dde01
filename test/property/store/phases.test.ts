import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packPairs, unpackPairs } from '../../../server/store/phases.ts';

const pair = fc.tuple(fc.maxSafeNat(), fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.nat(20_000_000)));

test('pairs come back as they were packed', () => {
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      expect(unpackPairs(packPairs(pairs))).toEqual(pairs);
    }),
  );
});

test('small numbers take few bytes', () => {
  expect(packPairs([[1, 127]])).toHaveLength(2);
  expect(packPairs([[2, 2_000_000]])).toHaveLength(4);
});

test('any bytes make a list of whole pairs', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const pair of unpackPairs(bytes)) expect(pair).toHaveLength(2);
    }),
  );
});

import { expect, test } from 'vitest';
import { learningProfileOf, profileOf, wildProfileOf } from './profile.ts';
import { simulate } from './simulate.ts';

test.for([1, 2, 3])('two days in the world of seed %d hold every invariant, and end well', async (seed) => {
  const { failure, outages, probes } = await simulate(profileOf(seed, 2));
  expect(failure, JSON.stringify(failure, null, 2)).toBeUndefined();
  expect(probes).toBeGreaterThan(1_000);
  expect(outages).toBeGreaterThan(0);
});

test('who becomes slower than usual in the world of seed 6 is called so, and nobody else', async () => {
  const { failure, outages } = await simulate(learningProfileOf(6, 6));
  expect(failure, JSON.stringify(failure, null, 2)).toBeUndefined();
  expect(outages).toBeGreaterThan(0);
});

test('a seed gives the same world again', async () => {
  const first = await simulate(wildProfileOf(4, 0.5));
  expect(await simulate(wildProfileOf(4, 0.5))).toEqual(first);
});

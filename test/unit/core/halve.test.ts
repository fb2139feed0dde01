import { expect, test } from 'vitest';
import { halve } from '../../../server/core/halve.ts';
import {
  blind,
  learned,
  noEffects,
  outage,
  recovered,
  result,
  span,
  standing,
  series4,
} from '../../support/effects.ts';

test('results are parted from what changes a state, which comes first', () => {
  const effects = {
    ...noEffects,
    results: [result(1), result(2)],
    standings: [{ series: series4, standing: standing(3) }],
    learned: [learned('commit')],
    spans: [span(4)],
    outages: [outage(5)],
    notables: [blind('a')],
    windows: [],
  };
  const { results, ...others } = effects;
  expect(halve(effects)).toEqual([
    { ...noEffects, ...others },
    { ...noEffects, results },
  ]);
});

test('an outage that ends comes before the next one of its subject', () => {
  const [ended, next] = [outage(1, { end: recovered(2) }), outage(3)];
  expect(halve({ ...noEffects, outages: [next, ended] })).toEqual([
    { ...noEffects, outages: [ended] },
    { ...noEffects, outages: [next] },
  ]);
});

test('a span comes before the outages that it may not take back', () => {
  const later = outage(6, { end: recovered(7) });
  expect(halve({ ...noEffects, spans: [span(5)], outages: [later] })).toEqual([
    { ...noEffects, spans: [span(5)] },
    { ...noEffects, outages: [later] },
  ]);
  const both = { ...noEffects, spans: [span(5)], outages: [later] };
  expect(halve({ ...both, results: [result(1)] })?.[0]).toEqual(both);
});

test('what is of one kind is parted in its middle, in its order', () => {
  const [first, second] = halve({ ...noEffects, results: [1, 2, 3, 4, 5].map((at) => result(at)) }) ?? [];
  expect(first?.results.map(({ at }) => at)).toEqual([1, 2]);
  expect(second?.results.map(({ at }) => at)).toEqual([3, 4, 5]);
});

test('one row is not parted', () => {
  expect(halve({ ...noEffects, spans: [span(1)] })).toBeUndefined();
});

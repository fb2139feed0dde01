import { expect, test } from 'vitest';
import { placesOf } from '../../../server/app/places.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Lookout } from '../../support/lookout.ts';
import { oneCheck, seconds } from '../../support/watch.ts';

const points = ['paris', 'marseille', 'lyon', 'nantes'].map((id) => ({ id, name: { fr: id, en: id } }));
const ids = points.map(({ id }) => id);
const named = (...names: readonly string[]) => names.map((name) => ({ fr: name, en: name }));

const placesWhere = (grades: readonly Grade[], families: readonly (4 | 6)[] = [4]) => {
  const vantagePoints = ids.slice(0, grades.length);
  const lookout = new Lookout(oneCheck({ vantagePoints, families }));
  for (let at = 0; at <= 20; at += 5)
    for (const family of families)
      for (const [index, id] of vantagePoints.entries())
        lookout.see(['web', at * seconds + index, (family === 4 && grades[index]) || 'good', family, id]);
  return placesOf(lookout.watch.services.get('site')!, points);
};

test.each([
  ['from one of two', ['good', 'bad'], ['paris'], ['marseille']],
  ['from two of four', ['bad', 'good', 'bad', 'good'], ['marseille', 'nantes'], ['paris', 'lyon']],
] as const)('says whence a service can be reached: %s', (_, grades, reachable, unreachable) => {
  expect(placesWhere(grades)).toEqual({
    reachableFrom: named(...reachable),
    unreachableFrom: named(...unreachable),
  });
});

test.each([
  ['all reach it', ['good', 'good']],
  ['none does', ['bad', 'bad']],
  ['it is slow from one of them', ['good', 'poor']],
  ['most of them do', ['good', 'good', 'bad']],
] as const)('says nothing of places when %s', (_, grades) => {
  expect(placesWhere(grades)).toBeUndefined();
});

test('says nothing of places when it is the family that fails', () => {
  expect(placesWhere(['bad'], [4, 6])).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { Lookout } from '../../support/lookout.ts';
import { hours, makeConfig, oneCheck, seconds } from '../../support/watch.ts';

const s = seconds;

describe('when a suspended machine wakes, and an outcome comes before time is looked at', () => {
  test('the time between two good outcomes was not seen, and is not up', () => {
    const lookout = new Lookout(oneCheck());
    lookout.seeEach([
      ['web', 10 * s, 'good'],
      ['web', 30 * s, 'good'],
      ['web', hours, 'good'],
    ]);
    expect(lookout.archive.history('check:web')).toEqual([
      ['unknown', 0],
      ['up', 10 * s],
      ['unknown', 30 * s],
      ['up', hours],
    ]);
  });

  test('failures from before and after it do not confirm each other', () => {
    const lookout = new Lookout(oneCheck());
    lookout.seeEach([
      ['web', 10 * s, 'good'],
      ['web', 30 * s, 'bad'],
      ['web', hours, 'bad'],
      ['web', hours + 5 * s, 'bad'],
    ]);
    expect(lookout.archive.outages).toEqual([]);
    lookout.see(['web', hours + 10 * s, 'bad']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', hours]);
  });

  test('nor do they when it slept for no more than the time of a probe', () => {
    const lookout = new Lookout(oneCheck());
    lookout.seeEach([
      ['web', 10 * s, 'good'],
      ['web', 30 * s, 'bad'],
      ['web', 65 * s, 'bad'],
      ['web', 70 * s, 'bad'],
    ]);
    expect(lookout.archive.outages).toEqual([]);
    lookout.see(['web', 75 * s, 'bad']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 65 * s]);
  });

  test('an outcome from before it says nothing of the time in which it slept', () => {
    const lookout = new Lookout(oneCheck());
    lookout.see(['web', 10 * s, 'good']);
    lookout.seeLate(hours, ['web', 30 * s, 'good']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['unknown', 30 * s]);
  });

  test('what another configuration drops then was not seen since before it slept', () => {
    const lookout = new Lookout(oneCheck());
    lookout.see(['web', 10 * s, 'good']);
    lookout.see(['web', 30 * s, 'good']);
    lookout.configure(makeConfig([]), hours);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['unknown', 30 * s]);
  });

  test('the time between two outcomes no further apart than usual was seen', () => {
    const lookout = new Lookout(oneCheck());
    lookout.seeEach([
      ['web', 10 * s, 'good'],
      ['web', 80 * s, 'good'],
    ]);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', 10 * s]);
  });
});

import { describe, expect, test } from 'vitest';
import { nothingRemembered } from '../../../server/core/remember.ts';
import { Watch } from '../../../server/core/watch.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { hours, makeReport, minutes, oneCheck, seconds, seriesKey, start } from '../../support/watch.ts';

const s = seconds;
const config = oneCheck();

const every = (fromS: number, toS: number, grade: Seen[2]): readonly Seen[] => {
  const seen: Seen[] = [];
  for (let at = fromS; at <= toS; at += 5) seen.push(['web', at * s, grade]);
  return seen;
};

const watched = (...seen: readonly (readonly Seen[])[]): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(seen.flat());
  return lookout;
};

test('at the very first start all is unknown, and nothing is told', () => {
  const { archive } = new Lookout(config);
  expect(archive.history('check:web')).toEqual([['unknown', 0]]);
  expect(archive.history('service:site')).toEqual([['unknown', 0]]);
  expect(archive.notables).toEqual([]);
});

describe('a restart during an outage', () => {
  const down = () => watched(every(0, 20, 'good'), every(25, 60, 'bad'));

  test('is one outage with the same start; the gap is unknown; nothing is told twice', () => {
    const lookout = down().restart(config, hours);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['unknown', 60 * s]);
    lookout.see(['web', hours, 'bad']);
    for (const subject of ['check:web', 'service:site']) {
      expect(lookout.archive.history(subject)).toEqual([
        ['up', 0],
        ['down', 25 * s],
        ['unknown', 60 * s],
        ['down', hours],
      ]);
      expect(lookout.archive.outagesOf(subject)).toMatchObject([{ startedAt: start + 25 * s }]);
      expect(lookout.archive.outagesOf(subject)[0]?.end).toBeUndefined();
    }
    expect(lookout.archive.notables).toHaveLength(2);
  });

  test('ends it with the first of the good outcomes that confirm its end', () => {
    const lookout = down().restart(config, hours);
    lookout.seeEach([0, 5, 10, 15, 20].map((after) => ['web', hours + after * s, 'good'] as const));
    expect(lookout.archive.history('check:web').slice(-2)).toEqual([
      ['unknown', 60 * s],
      ['up', hours],
    ]);
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([
      { end: { at: start + hours, how: 'recovered' } },
    ]);
    expect(lookout.archive.notables).toHaveLength(4);
  });

  test('that missed no probe leaves no gap', () => {
    const lookout = down().restart(config, 65 * s);
    lookout.see(['web', 70 * s, 'bad']);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 25 * s],
    ]);
  });
});

test('a restart that missed a probe drops a confirmation under way', () => {
  const lookout = watched(every(0, 20, 'good'), every(25, 30, 'bad')).restart(config, 5 * minutes);
  lookout.see(['web', 5 * minutes, 'bad']);
  expect(lookout.archive.notables).toEqual([]);
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['unknown', 30 * s]);
});

test('a restart that missed none goes on with it', () => {
  const lookout = watched(every(0, 20, 'good'), every(25, 30, 'bad')).restart(config, 34 * s);
  lookout.see(['web', 35 * s, 'bad']);
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 25 * s]);
});

test('a restart knows from the results how long it was away, though the standing was not written since', () => {
  const before = watched(every(0, 600, 'good'));
  expect(before.archive.standing(seriesKey('web'))?.lastAt).toBe(start);
  expect(before.restart(config, 610 * s).archive.history('check:web')).toEqual([['up', 0]]);
  expect(
    before
      .restart(config, 700 * s)
      .archive.history('check:web')
      .at(-1),
  ).toEqual(['unknown', 600 * s]);
});

test('the standing of a rare check is written with every outcome', () => {
  const rare = oneCheck({ schedule: { kind: 'every', everyMs: hours }, policy: { staleMs: 4 * hours } });
  const lookout = new Lookout(rare);
  lookout.seeEach([
    ['web', 0, 'good'],
    ['web', hours, 'good'],
  ]);
  expect(lookout.archive.standing(seriesKey('web'))?.lastAt).toBe(start + hours);
});

describe('silence', () => {
  test('becomes unknown, since the last outcome that counted', () => {
    const lookout = watched(every(0, 20, 'good'), every(25, 200, 'invalid'));
    lookout.tick(90 * s);
    expect(lookout.archive.history('check:web')).toEqual([['up', 0]]);
    lookout.tick(91 * s);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['unknown', 20 * s],
    ]);
    expect(lookout.archive.notables).toEqual([]);
  });

  test('is decided once', () => {
    const lookout = watched(every(0, 20, 'good'));
    lookout.tick(hours);
    expect(lookout.tick(2 * hours).effects.standings).toEqual([]);
    expect(lookout.archive.spans('check:web')).toHaveLength(2);
  });

  test('ends with one outcome that agrees', () => {
    const lookout = watched(every(0, 20, 'good'));
    lookout.tick(hours);
    lookout.see(['web', hours, 'good']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', hours]);
  });

  test('is never the beginning of an outage', () => {
    const lookout = watched(every(0, 20, 'good'), every(25, 30, 'bad'));
    lookout.tick(hours);
    lookout.seeEach([
      ['web', hours, 'bad'],
      ['web', hours + 5 * s, 'bad'],
    ]);
    expect(lookout.archive.notables).toEqual([]);
    lookout.see(['web', hours + 10 * s, 'bad']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', hours]);
  });

  test('of one family takes the other with it, if that should have been seen meanwhile', () => {
    const lookout = new Lookout(oneCheck({ families: [4, 6] }));
    for (let at = 0; at <= 60; at += 5)
      lookout.see(['web', at * s, 'good', 4], ['web', at * s + 4_000, 'bad', 6]);
    lookout.tick(131 * s);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 4_000],
      ['unknown', 64 * s],
    ]);
  });
});

test('a report of what we do not watch is ignored', () => {
  const { watch } = Watch.open(config, nothingRemembered, start);
  const { effects } = watch.observe([makeReport(seriesKey('other'), start, 'bad')], start);
  expect(effects.results).toEqual([]);
});

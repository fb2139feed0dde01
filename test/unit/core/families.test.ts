import { describe, expect, test } from 'vitest';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { minutes, oneCheck, seconds, start } from '../../support/watch.ts';

const s = seconds;
const config = oneCheck({ families: [4, 6] });

const kinds = (lookout: Lookout): readonly string[] =>
  lookout.archive.notables
    .filter((notable) => 'outage' in notable && notable.outage.subject.kind === 'check')
    .map((notable) => `${notable.kind} ${'outage' in notable ? notable.outage.state : ''}`);

/** Both families look every five seconds, IPv6 a little later. */
const both = (fromS: number, toS: number, four: Seen[2], six: Seen[2]): readonly Seen[] => {
  const seen: Seen[] = [];
  for (let at = fromS; at <= toS; at += 5) seen.push(['web', at * s, four, 4], ['web', at * s + 500, six, 6]);
  return seen;
};

const watched = (...seen: readonly (readonly Seen[])[]): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(seen.flat());
  return lookout;
};

describe('a check that looks over IPv4 and IPv6', () => {
  test('is degraded, not down, when one family fails', () => {
    const lookout = watched(both(0, 20, 'good', 'good'), both(25, 60, 'good', 'bad'));
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 25.5 * s],
    ]);
    expect(kinds(lookout)).toEqual(['outage-opened degraded']);
  });

  test('goes down once, without a degraded step, when both families fail', () => {
    const lookout = watched(both(0, 20, 'good', 'good'), both(25, 60, 'bad', 'bad'));
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 25 * s],
    ]);
    expect(kinds(lookout)).toEqual(['outage-opened down']);
  });

  test('comes up once, without a degraded step, when both families recover', () => {
    const lookout = watched(
      both(0, 20, 'good', 'good'),
      both(25, 60, 'bad', 'bad'),
      both(65, 90, 'good', 'good'),
    );
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 25 * s],
      ['up', 65.5 * s],
    ]);
    expect(kinds(lookout)).toEqual(['outage-opened down', 'outage-closed down']);
  });

  test('is down only since the second family failed', () => {
    const lookout = watched(
      both(0, 20, 'good', 'good'),
      both(25, 100, 'good', 'bad'),
      both(105, 150, 'bad', 'bad'),
    );
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 25.5 * s],
      ['down', 105 * s],
    ]);
  });

  test('is degraded only since the first family recovered', () => {
    const lookout = watched(
      both(0, 20, 'good', 'good'),
      both(25, 100, 'bad', 'bad'),
      both(105, 150, 'good', 'bad'),
    );
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 25 * s],
      ['degraded', 105 * s],
    ]);
  });

  test('does not wait for a family whose failures were a blip', () => {
    const lookout = watched(both(0, 20, 'good', 'good'), [
      ['web', 25 * s, 'bad', 4],
      ['web', 30 * s, 'bad', 4],
      ['web', 34 * s, 'bad', 6],
      ['web', 35 * s, 'bad', 4],
      ['web', 36 * s, 'good', 6],
    ]);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 25 * s],
    ]);
  });

  test('is down while the only family that we see is down', () => {
    const lookout = watched(both(0, 20, 'good', 'good'));
    for (let at = 25; at <= 100; at += 5)
      lookout.see(['web', at * s, 'good', 4], ['web', at * s, 'invalid', 6]);
    lookout.tick(100 * s);
    for (let at = 105; at <= 120; at += 5)
      lookout.see(['web', at * s, 'bad', 4], ['web', at * s, 'invalid', 6]);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 105 * s]);
  });

  test('is down only since we lost sight of the family that was not', () => {
    const lookout = watched(both(0, 20, 'good', 'good'), both(25, 60, 'bad', 'good'));
    for (let at = 65; at <= 140; at += 5)
      lookout.see(['web', at * s, 'bad', 4], ['web', at * s, 'invalid', 6]);
    lookout.tick(140 * s);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 25 * s],
      ['down', 60.5 * s],
    ]);
  });

  test('is unknown only when both families are', () => {
    const lookout = watched(both(0, 20, 'good', 'good'));
    for (let at = 25; at <= 100; at += 5) lookout.see(['web', at * s, 'good', 6]);
    lookout.tick(120 * s);
    expect(lookout.archive.history('check:web')).toEqual([['up', 0]]);
    lookout.tick(10 * minutes);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['unknown', 100 * s]);
  });
});

describe('a restart during an outage of one family', () => {
  const degraded = () => watched(both(0, 20, 'good', 'good'), both(25, 60, 'good', 'bad'));
  const back = 20 * minutes;

  test.for([
    [
      'the good family answers first',
      [
        ['web', back, 'good', 4],
        ['web', back + 500, 'bad', 6],
      ],
    ],
    [
      'the bad family answers first',
      [
        ['web', back, 'bad', 6],
        ['web', back + 500, 'good', 4],
      ],
    ],
  ] as const)('is the same outage when %s', ([, seen]) => {
    const lookout = degraded().restart(config, back);
    lookout.seeEach(seen);
    expect(lookout.archive.history('check:web').slice(-2)).toEqual([
      ['unknown', 60.5 * s],
      ['degraded', back + 500],
    ]);
    expect(kinds(lookout)).toEqual(['outage-opened degraded']);
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([{ startedAt: start + 25.5 * s }]);
  });

  test('ends it when both families answer well again', () => {
    const lookout = degraded().restart(config, back);
    lookout.seeEach(both(back / s, back / s + 30, 'good', 'good'));
    expect(lookout.archive.history('check:web').slice(-2)).toEqual([
      ['unknown', 60.5 * s],
      ['up', back + 500],
    ]);
    expect(kinds(lookout)).toEqual(['outage-opened degraded', 'outage-closed degraded']);
  });

  test('opens no other one, when only the good family missed a probe', () => {
    const lookout = degraded();
    lookout.see(['web', 80 * s, 'bad', 6]);
    const restarted = lookout.restart(config, 95 * s);
    expect(restarted.archive.history('check:web').at(-1)?.[0]).toBe('unknown');
    expect(kinds(restarted)).toEqual(['outage-opened degraded']);
  });

  test('leaves the gap unknown, also when another configuration drops the bad family', () => {
    const { archive } = degraded().restart(oneCheck({ families: [4] }), back);
    expect(archive.history('check:web').at(-1)).toEqual(['unknown', 60 * s]);
  });

  test('does not wait for ever for a family that is no longer seen', () => {
    const lookout = degraded().restart(config, back);
    lookout.see(['web', back, 'good', 4]);
    lookout.see(['web', back, 'invalid', 6]);
    expect(lookout.archive.history('check:web').at(-1)?.[0]).toBe('unknown');
    lookout.see(['web', back + 20 * s, 'good', 4]);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', back]);
  });
});

import { describe, expect, test } from 'vitest';
import { ledger } from '../../../server/core/uptime.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { hours, minutes, oneCheck, seconds, start } from '../../support/watch.ts';

const s = seconds;
const config = oneCheck({}, ['near']);

/** Both look every five seconds, from `from` and `length` long. */
const series = (from: number, length: number, web: Seen[2], near: Seen[2] = 'good'): readonly Seen[] => {
  const seen: Seen[] = [];
  for (let at = from; at <= from + length; at += 5 * s) seen.push(['near', at, near], ['web', at, web]);
  return seen;
};

const told = (lookout: Lookout) => lookout.archive.notables.map(({ kind, at }) => [kind, at - start]);

describe('when the clock is set back by an hour', () => {
  const ahead = hours;

  const watched = (web: Seen[2] = 'good'): Lookout => {
    const lookout = new Lookout(config, { at: ahead });
    lookout.seeEach([...series(ahead + 10 * s, 60 * s, 'good'), ...series(ahead + 75 * s, 5 * s, web)]);
    return lookout;
  };

  test('an outage is found as fast as ever, and starts when it did', () => {
    const lookout = watched();
    lookout.seeEach(series(10 * s, 60 * s, 'good'));
    lookout.seeEach(series(75 * s, 30 * s, 'bad'));
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([
      { startedAt: start + 75 * s, confirmedAt: start + 85 * s },
    ]);
  });

  test('every outage is told, with an end that is not before its start', () => {
    const lookout = watched();
    for (let round = 0; round < 3; round++) {
      lookout.seeEach(series(round * 2 * minutes + 5 * s, 30 * s, 'bad'));
      lookout.seeEach(series(round * 2 * minutes + minutes, 30 * s, 'good'));
    }
    expect(told(lookout).filter(([kind]) => kind === 'outage-opened')).toHaveLength(6);
    expect(lookout.archive.repeated).toEqual([]);
    for (const { startedAt, end } of lookout.archive.outages) expect(end?.at).toBeGreaterThan(startedAt);
  });

  test('a confirmation under way goes on', () => {
    const lookout = watched('bad');
    lookout.seeEach(series(5 * s, 15 * s, 'bad'));
    expect(lookout.archive.history('check:web').at(-1)?.[0]).toBe('down');
  });

  test('an outage that is open ends when it ends', () => {
    const lookout = watched('bad');
    lookout.seeEach(series(ahead + 85 * s, 30 * s, 'bad'));
    lookout.seeEach(series(5 * s, 10 * s, 'bad'));
    lookout.seeEach(series(20 * s, 30 * s, 'good'));
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([
      { startedAt: start + 5 * s, end: { at: start + 20 * s, how: 'recovered' } },
    ]);
  });

  test('what is left of the outages of that time ends then, and what begun in it has no length', () => {
    const lookout = watched();
    for (const fallS of [85, 155]) {
      lookout.seeEach(series(ahead + fallS * s, 30 * s, 'bad'));
      lookout.seeEach(series(ahead + (fallS + 35) * s, 30 * s, 'good'));
    }
    const told = () =>
      lookout.archive
        .outagesOf('check:web')
        .map(({ startedAt, end }) => [startedAt, end?.at ?? 0].map((at) => (at - start - ahead) / s));
    expect(told()).toEqual([
      [85, 120],
      [155, 190],
    ]);
    lookout.tick(ahead + 100 * s);
    expect(told()).toEqual([
      [85, 100],
      [100, 100],
    ]);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', ahead + 100 * s]);
  });

  test('an outage is not confirmed later than now', () => {
    const lookout = watched();
    lookout.seeEach(series(ahead + 85 * s, 30 * s, 'bad'));
    lookout.tick(ahead + 90 * s);
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([
      { startedAt: start + ahead + 85 * s, confirmedAt: start + ahead + 90 * s },
    ]);
  });

  test('we notice that we are cut off', () => {
    const lookout = watched();
    lookout.seeEach(series(5 * s, 30 * s, 'good'));
    lookout.seeEach(series(40 * s, 30 * s, 'bad', 'bad'));
    expect(lookout.watch.sight.blind).toBe(true);
    expect(lookout.archive.outages).toEqual([]);
    expect(told(lookout)).toEqual([['blind', 45 * s]]);
    lookout.seeEach(series(120 * s, 30 * s, 'good'));
    expect(lookout.watch.sight.blind).toBe(false);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', 120 * s]);
  });

  test('what was to begin in the future begins now, also after a restart', () => {
    for (const lookout of [watched(), watched().restart(config, 5 * s)]) {
      lookout.tick(5 * s);
      expect(lookout.archive.history('check:web')).toEqual([['up', 5 * s]]);
      lookout.seeEach(series(10 * s, 20 * s, 'good'));
      lookout.seeEach(series(40 * s, 20 * s, 'bad'));
      expect(lookout.archive.history('check:web')).toEqual([
        ['up', 5 * s],
        ['down', 40 * s],
      ]);
    }
  });

  test('a restart before it has caught up knows how long it was away', () => {
    for (const web of ['good', 'bad'] as const) {
      const lookout = watched(web);
      lookout.seeEach(series(5 * s, 60 * s, web));
      const { archive } = lookout.restart(config, 30 * minutes);
      expect(archive.history('check:web').at(-1)).toEqual(['unknown', 65 * s]);
    }
  });

  test('so does one that was away when it was set back', () => {
    const lookout = new Lookout(config);
    lookout.seeEach([...series(5 * s, 60 * s, 'good'), ...series(ahead, 60 * s, 'good')]);
    const { archive } = lookout.restart(config, 30 * minutes);
    expect(archive.history('check:web')).toEqual([
      ['unknown', 0],
      ['up', 5 * s],
      ['unknown', 65 * s],
      ['unknown', 30 * minutes],
    ]);
  });

  test('the ledger adds up, and the future does not come true', () => {
    const lookout = watched();
    lookout.tick(5 * s);
    lookout.seeEach(series(10 * s, 30 * s, 'bad'));
    lookout.tick(2 * hours);
    const sums = ledger(lookout.archive.spans('check:web'), start, start + 2 * hours);
    expect(sums.downMs).toBe(30 * s);
    expect(sums.upMs).toBe(5 * s);
    expect(sums.unknownMs).toBe(2 * hours - 35 * s);
  });
});

test('a report from a clock that is ahead of ours does not freeze its series', () => {
  const lookout = new Lookout(oneCheck());
  lookout.see(['web', 0, 'good']);
  lookout.seeLate(20 * s, ['web', hours, 'good']);
  lookout.seeEach([40, 45, 50].map((at) => ['web', at * s, 'bad'] as const));
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 40 * s]);
});

test('when the clock jumps ahead, the time it left out is unknown', () => {
  const lookout = new Lookout(oneCheck());
  lookout.see(['web', 0, 'good']);
  lookout.tick(hours);
  lookout.see(['web', hours + 5 * s, 'good']);
  expect(lookout.archive.history('check:web')).toEqual([
    ['unknown', 0],
    ['up', hours + 5 * s],
  ]);
  expect(lookout.archive.notables).toEqual([]);
});

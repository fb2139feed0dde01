import { describe, expect, test } from 'vitest';
import { noEffects } from '../../support/effects.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const s = seconds;
const smtp = makeCheck('smtp');
const imap = makeCheck('imap');
const both = makeConfig([makeService('mail', [smtp, imap])]);
const onlyImap = makeConfig([makeService('mail', [imap])]);

const every = (
  fromS: number,
  toS: number,
  ...checks: readonly (readonly [string, Seen[2], (4 | 6)?])[]
): readonly Seen[] => {
  const seen: Seen[] = [];
  for (let at = fromS; at <= toS; at += 5)
    for (const [check, grade, family] of checks) seen.push([check, at * s, grade, family]);
  return seen;
};

const watched = (config = both): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(every(0, 20, ['smtp', 'good'], ['imap', 'good']));
  return lookout;
};

const down = (): Lookout => {
  const lookout = watched();
  lookout.seeEach(every(25, 60, ['smtp', 'bad'], ['imap', 'good']));
  return lookout;
};

describe('a check that is taken out of the configuration', () => {
  const withdrawn = () => {
    const lookout = down();
    lookout.configure(onlyImap, 65 * s);
    return lookout;
  };

  test('leaves its outage withdrawn, not recovered, and is unknown from then on', () => {
    const lookout = withdrawn();
    expect(lookout.archive.history('check:smtp').slice(-2)).toEqual([
      ['down', 25 * s],
      ['unknown', 65 * s],
    ]);
    expect(lookout.archive.outagesOf('check:smtp')).toMatchObject([
      { end: { at: start + 65 * s, how: 'withdrawn' } },
    ]);
  });

  test('ends the outage of its service then, without a word of recovery, and leaves its past alone', () => {
    const lookout = withdrawn();
    expect(lookout.archive.history('service:mail')).toEqual([
      ['up', 0],
      ['down', 25 * s],
      ['up', 65 * s],
    ]);
    expect(lookout.archive.outagesOf('service:mail')).toMatchObject([
      { end: { at: start + 65 * s, how: 'withdrawn' } },
    ]);
  });

  test('is told once, and no result of it counts any more', () => {
    const lookout = withdrawn();
    const closed = lookout.archive.notables.filter(({ kind }) => kind === 'outage-closed');
    expect(closed).toHaveLength(2);
    expect(lookout.see(['smtp', 66 * s, 'bad']).effects.results).toEqual([]);
    lookout.configure(onlyImap, 70 * s);
    expect(lookout.restart(onlyImap, 80 * s).archive.notables).toHaveLength(4);
  });

  test.for(['reload', 'restart'] as const)('that comes back by a %s needs a fresh confirmation', (how) => {
    const before = withdrawn();
    const back = 2 * hours;
    const lookout = how === 'restart' ? before.restart(both, back) : before;
    if (how === 'reload') lookout.configure(both, back);
    lookout.see(['smtp', back + 5 * s, 'bad']);
    expect(lookout.archive.history('check:smtp').at(-1)?.[0]).toBe('unknown');
    lookout.see(['smtp', back + 10 * s, 'bad']);
    lookout.see(['smtp', back + 15 * s, 'bad']);
    expect(lookout.archive.history('check:smtp').at(-1)).toEqual(['down', back + 5 * s]);
    expect(lookout.archive.outagesOf('check:smtp')).toHaveLength(2);
  });

  test('while we did not run is withdrawn since we last saw anything, and told at the start', () => {
    const lookout = down().restart(onlyImap, 10 * minutes);
    expect(lookout.archive.outagesOf('check:smtp')).toMatchObject([
      { end: { at: start + 60 * s, how: 'withdrawn' } },
    ]);
    expect(lookout.archive.history('check:smtp').at(-1)).toEqual(['unknown', 60 * s]);
    expect(lookout.archive.history('service:mail').at(-1)).toEqual(['unknown', 60 * s]);
    expect(lookout.archive.notables.at(-1)).toMatchObject({
      kind: 'outage-closed',
      at: start + 10 * minutes,
    });
  });

  test('while we did not run, with its whole service, leaves both unknown since then', () => {
    const withWeb = makeConfig([makeService('mail', [smtp]), makeService('site', [imap])]);
    const lookout = new Lookout(withWeb);
    lookout.seeEach(every(0, 20, ['smtp', 'good'], ['imap', 'good']));
    const after = lookout.restart(makeConfig([makeService('site', [imap])]), hours);
    for (const subject of ['check:smtp', 'service:mail'])
      expect(after.archive.history(subject)).toEqual([
        ['up', 0],
        ['unknown', 20 * s],
      ]);
  });
});

describe('a reload', () => {
  test('of the same configuration changes nothing', () => {
    const lookout = down();
    const { effects } = lookout.configure(both, 65 * s);
    expect(effects).toEqual(noEffects);
  });

  test('keeps a confirmation under way', () => {
    const lookout = watched();
    lookout.seeEach(every(25, 30, ['smtp', 'bad'], ['imap', 'good']));
    lookout.configure(both, 33 * s);
    lookout.see(['smtp', 35 * s, 'bad']);
    expect(lookout.archive.history('check:smtp').at(-1)).toEqual(['down', 25 * s]);
  });

  test('that makes a check more frequent does not call unknown what was seen often enough', () => {
    const slow = {
      schedule: { kind: 'every', everyMs: 5 * minutes },
      policy: { staleMs: 16 * minutes },
    } as const;
    const config = (part: object) => makeConfig([makeService('mail', [makeCheck('smtp', part)])]);
    const lookout = new Lookout(config(slow));
    lookout.see(['smtp', 0, 'good']);
    lookout.configure(config({}), 60 * s);
    expect(lookout.archive.history('check:smtp')).toEqual([['up', 0]]);
  });

  test('that adds a check leaves the past of its service alone', () => {
    const lookout = new Lookout(onlyImap);
    lookout.seeEach(every(0, 20, ['imap', 'good']));
    lookout.configure(both, 25 * s);
    lookout.see(['smtp', 30 * s, 'good']);
    expect(lookout.archive.history('service:mail')).toEqual([
      ['up', 0],
      ['unknown', 25 * s],
      ['up', 30 * s],
    ]);
  });

  test('that takes out the family that was down says so from now on', () => {
    const config = (families: readonly (4 | 6)[]) =>
      makeConfig([makeService('mail', [makeCheck('smtp', { families })])]);
    const lookout = new Lookout(config([4, 6]));
    lookout.seeEach(every(0, 20, ['smtp', 'good', 4], ['smtp', 'good', 6]));
    lookout.seeEach(every(25, 60, ['smtp', 'good', 4], ['smtp', 'bad', 6]));
    lookout.configure(config([4]), 65 * s);
    expect(lookout.archive.history('check:smtp').slice(1)).toEqual([
      ['degraded', 25 * s],
      ['up', 65 * s],
    ]);
    expect(lookout.archive.outagesOf('check:smtp')).toMatchObject([{ end: { how: 'withdrawn' } }]);
  });

  test('that makes a check supporting changes its service from now on', () => {
    const lookout = down();
    lookout.configure(makeConfig([makeService('mail', [{ ...smtp, supporting: true }, imap])]), 65 * s);
    expect(lookout.archive.history('service:mail').slice(1)).toEqual([
      ['down', 25 * s],
      ['degraded', 65 * s],
    ]);
  });

  test('that moves a check to another service keeps the history of the check', () => {
    const lookout = down();
    lookout.configure(makeConfig([makeService('mail', [imap]), makeService('relay', [smtp])]), 65 * s);
    expect(lookout.archive.outagesOf('check:smtp')).toHaveLength(1);
    expect(lookout.archive.outagesOf('check:smtp')[0]?.end).toBeUndefined();
    expect(lookout.archive.history('service:relay')).toEqual([['down', 65 * s]]);
    expect(lookout.archive.history('service:mail').at(-1)).toEqual(['up', 65 * s]);
  });
});

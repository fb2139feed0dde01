import { describe, expect, test } from 'vitest';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import {
  hours,
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  minutes,
  oneCheck,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

const s = seconds;
const config = oneCheck({}, ['near', 'far']);

/** What each of them sees at each of these seconds. */
const rounds = (
  ats: readonly number[],
  ...checks: readonly (readonly [string, Seen[2]])[]
): readonly Seen[] => ats.flatMap((at) => checks.map(([check, grade]) => [check, at * s, grade] as const));

const watched = (...seen: readonly (readonly Seen[])[]): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(seen.flat());
  return lookout;
};

const sights = (lookout: Lookout) =>
  lookout.archive.notables.flatMap((notable) =>
    'outage' in notable ? [] : [[notable.kind, notable.since - start, notable.at - start]],
  );

const outages = (lookout: Lookout) => lookout.archive.notables.filter((notable) => 'outage' in notable);

const fine = rounds([0, 10, 20], ['near', 'good'], ['far', 'good'], ['web', 'good']);
const cut = rounds([30, 35, 40, 45], ['near', 'bad'], ['far', 'bad'], ['web', 'bad']);

test('who is new among the witnesses says nothing about the time before', () => {
  const lookout = new Lookout(oneCheck({}, ['far']));
  lookout.seeEach(rounds([0, 10, 20], ['far', 'good'], ['web', 'good']));
  lookout.seeEach(rounds([30], ['far', 'bad'], ['web', 'bad']));
  lookout.seeEach(rounds([35, 40], ['web', 'bad']));
  lookout.configure(config, 42 * s);
  lookout.seeEach(rounds([45, 50], ['near', 'good'], ['far', 'good'], ['web', 'bad']));
  expect(outages(lookout)).toEqual([]);
});

describe('when every witness fails', () => {
  test('all that we watch is unknown since a witness was last seen, and one notable says so', () => {
    const lookout = watched(fine, cut);
    expect(lookout.watch.sight.blind).toBe(true);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['unknown', 20 * s],
    ]);
    expect(lookout.archive.history('service:site').at(-1)).toEqual(['unknown', 20 * s]);
    expect(sights(lookout)).toEqual([['blind', 20 * s, 35 * s]]);
    expect(outages(lookout)).toEqual([]);
  });

  test('no outage is opened, however long it lasts', () => {
    const lookout = watched(
      fine,
      cut,
      rounds([100, 200, 300, 400, 500], ['web', 'bad'], ['near', 'bad'], ['far', 'invalid']),
    );
    expect(outages(lookout)).toEqual([]);
    expect(sights(lookout)).toHaveLength(1);
  });

  test('it is over with the first good outcome of any witness, and what was sent off before is no evidence', () => {
    const lookout = watched(fine, cut, [['far', 600 * s, 'good']]);
    expect(sights(lookout).at(-1)).toEqual(['sighted', 20 * s, 600 * s]);
    lookout.seeLate(601 * s, ['web', 599 * s, 'good']);
    expect(lookout.archive.history('check:web').at(-1)?.[0]).toBe('unknown');
    lookout.see(['web', 610 * s, 'good']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', 610 * s]);
  });

  test('failures of the blind time count towards nothing', () => {
    const lookout = watched(fine, cut, [
      ['near', 60 * s, 'good'],
      ['web', 61 * s, 'bad'],
      ['web', 66 * s, 'bad'],
      ['near', 70 * s, 'good'],
    ]);
    expect(outages(lookout)).toEqual([]);
    lookout.see(['web', 71 * s, 'bad']);
    expect(lookout.archive.outages.find(({ subject }) => subject.kind === 'check')?.startedAt).toBe(
      start + 61 * s,
    );
  });

  test('an outage that was open is the same one when we see again', () => {
    const lookout = watched(
      fine,
      rounds([30, 35, 40], ['near', 'good'], ['web', 'bad']),
      cut.map(([check, at, grade]) => [check, at + 30 * s, grade] as const),
      rounds([600], ['near', 'good'], ['web', 'bad']),
    );
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 30 * s],
      ['unknown', 40 * s],
      ['down', 600 * s],
    ]);
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([{ startedAt: start + 30 * s }]);
    expect(outages(lookout)).toHaveLength(2);
  });

  test('a result of the same batch that came before keeps its place in history', () => {
    const lookout = watched(fine, rounds([30, 35], ['web', 'bad'], ['near', 'good']));
    lookout.see(
      ['web', 40 * s, 'bad'],
      ['near', 41 * s, 'bad'],
      ['far', 41 * s, 'bad'],
      ['near', 42 * s, 'bad'],
      ['far', 42 * s, 'bad'],
    );
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 30 * s],
      ['unknown', 35 * s],
    ]);
  });
});

describe('we are not blind', () => {
  test.for<readonly [why: string, seen: readonly Seen[]]>([
    ['while one witness answers', rounds([30, 35, 40, 45], ['near', 'bad'], ['far', 'good'])],
    ['while one witness answers slowly', rounds([30, 35, 40, 45], ['near', 'bad'], ['far', 'poor'])],
    ['when each lost one packet', rounds([30], ['near', 'bad'], ['far', 'bad'])],
    [
      'when one died long ago and the other loses one packet',
      [
        ...rounds([30, 40, 50, 60, 70], ['near', 'bad'], ['far', 'good']),
        ['near', 80 * s, 'bad'],
        ['far', 80 * s, 'bad'],
      ],
    ],
    [
      'when the same failure is told twice',
      [...rounds([30], ['near', 'bad'], ['far', 'bad']), ...rounds([30], ['near', 'bad'], ['far', 'bad'])],
    ],
  ])('%s', ([, seen]) => {
    const lookout = watched(fine, seen);
    expect(lookout.watch.sight.blind).toBe(false);
    expect(sights(lookout)).toEqual([]);
  });

  test('when we stood still ourselves, so that every witness seems slow', () => {
    const lookout = watched(fine);
    for (const at of [30, 35, 40, 45])
      for (const id of ['near', 'far'])
        lookout.observe([makeReport(seriesKey(id), start + at * s, 'poor', true)], start + at * s);
    expect(lookout.watch.sight.blind).toBe(false);
  });

  test('when there is no witness: then we trust ourselves', () => {
    const lookout = new Lookout(oneCheck());
    lookout.seeEach(rounds([0, 20, 40, 45, 50], ['web', 'bad']));
    expect(outages(lookout)).toHaveLength(2);
  });
});

test('nothing is confirmed down before a witness was seen after its first failure', () => {
  const lookout = watched(fine, rounds([30, 35, 40, 45, 50], ['web', 'bad']));
  expect(outages(lookout)).toEqual([]);
  lookout.seeEach([
    ['far', 52 * s, 'good'],
    ['web', 55 * s, 'bad'],
  ]);
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 30 * s]);
});

test('failures of a dark time too short to be called blindness confirm nothing when it is over', () => {
  // The uplink was cut from 25 s to 34 s: each witness lost one packet, and a probe that hung ends late.
  const lookout = watched(
    fine,
    rounds([26], ['web', 'bad']),
    rounds([28, 33], ['web', 'bad']),
    rounds([30], ['near', 'bad'], ['far', 'bad']),
  );
  lookout.see(['near', 35 * s, 'good']);
  lookout.seeLate(42 * s, ['web', 33 * s + 1, 'bad']);
  lookout.seeLate(43 * s, ['web', 34 * s, 'bad']);
  expect(lookout.watch.sight.blind).toBe(false);
  lookout.see(['web', 43 * s, 'bad']);
  expect(outages(lookout)).toEqual([]);
  lookout.see(['web', 44 * s, 'good']);
  expect(lookout.archive.history('check:web')).toEqual([['up', 0]]);
});

test('a restart is no witness: what failed before it is not confirmed by it', () => {
  const lookout = watched(fine, rounds([30, 35], ['web', 'bad'])).restart(config, 36 * s);
  lookout.seeEach(rounds([40, 45], ['web', 'bad']));
  expect(outages(lookout)).toEqual([]);
  lookout.seeEach([
    ['near', 46 * s, 'good'],
    ['web', 47 * s, 'bad'],
  ]);
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 30 * s]);
});

test('a restart is no witness: what one said before it confirms nothing after it', () => {
  const failing = rounds([30, 35], ['web', 'bad'], ['near', 'good']);
  const lookout = watched(fine, failing).restart(config, 36 * s);
  lookout.seeEach(rounds([40, 45], ['web', 'bad']));
  expect(outages(lookout)).toEqual([]);
  lookout.seeEach(rounds([46, 50], ['near', 'good'], ['web', 'bad']));
  expect(lookout.archive.history('check:web').at(-1)).toEqual(['down', 30 * s]);
});

test('of a cut so short that no round of witnesses is lost in it nobody is down', () => {
  const lookout = watched(fine, rounds([30], ['far', 'bad']), rounds([32, 37], ['web', 'bad']));
  // It ends while the third probe and the other witness wait.
  lookout.see(['far', 43 * s, 'good']);
  lookout.seeLate(47 * s, ['near', 37 * s, 'bad'], ['web', 42 * s, 'bad']);
  lookout.seeEach(rounds([47], ['near', 'good'], ['far', 'good'], ['web', 'good']));
  expect(outages(lookout)).toEqual([]);
});

test('the witnesses are asked at once when somebody begins to fail, and again until one has answered', () => {
  const lookout = watched(fine);
  expect(lookout.see(['web', 30 * s, 'bad']).inDoubt).toBe(true);
  expect(lookout.see(['near', 30 * s, 'bad'], ['web', 35 * s, 'bad']).inDoubt).toBe(true);
  expect(lookout.see(['near', 35 * s, 'good'], ['web', 36 * s, 'bad']).inDoubt).toBe(false);
  expect(lookout.see(['web', 40 * s, 'good']).inDoubt).toBe(false);
});

test('they are asked at once when somebody begins to fail anew in clear time', () => {
  const lookout = watched(fine, rounds([30], ['web', 'bad'], ['near', 'bad'], ['far', 'bad']));
  lookout.see(['near', 33 * s, 'good']);
  expect(lookout.see(['web', 35 * s, 'bad']).inDoubt).toBe(true);
});

describe('blindness outlives', () => {
  test('a restart: it is told once, and ends with one notable', () => {
    const again = watched(fine, cut).restart(config, hours);
    expect(again.watch.sight.blind).toBe(true);
    again.seeEach([
      ['web', hours, 'bad'],
      ['near', hours, 'bad'],
      ['far', hours, 'bad'],
      ['near', hours + 10 * s, 'good'],
    ]);
    expect(sights(again)).toEqual([
      ['blind', 20 * s, 35 * s],
      ['sighted', 20 * s, hours + 10 * s],
    ]);
  });

  test('a change of the witnesses: only a good outcome ends it', () => {
    const lookout = watched(fine, cut);
    lookout.configure(oneCheck({}, ['near', 'other']), 50 * s);
    lookout.see(['other', 51 * s, 'bad']);
    expect(lookout.watch.sight.blind).toBe(true);
    lookout.see(['other', 56 * s, 'good']);
    expect(sights(lookout).at(-1)).toEqual(['sighted', 20 * s, 56 * s]);
  });

  test('but not that of the last witness', () => {
    const lookout = watched(fine, cut);
    lookout.configure(oneCheck(), 50 * s);
    expect(sights(lookout).at(-1)).toEqual(['sighted', 20 * s, 50 * s]);
    lookout.see(['web', 60 * s, 'good']);
    expect(lookout.archive.history('check:web').at(-1)).toEqual(['up', 60 * s]);
  });
});

test('a check that is looked at once a day is not unknown for a day after a minute of blindness', () => {
  const daily = makeCheck('domain', {
    schedule: { kind: 'cron', cron: '0 4 * * *', timezone: 'Europe/Paris', longestGapMs: 25 * hours },
    policy: { staleMs: 26 * hours },
  });
  const lookout = new Lookout(makeConfig([makeService('names', [daily])], [makeCheck('near')]));
  lookout.seeEach([
    ['domain', 0, 'good'],
    ['near', 10 * s, 'good'],
    ['near', 5 * minutes, 'bad'],
    ['near', 6 * minutes, 'bad'],
    ['near', 7 * minutes, 'good'],
  ]);
  expect(sights(lookout)).toHaveLength(2);
  expect(lookout.archive.history('check:domain')).toEqual([['up', 0]]);
});

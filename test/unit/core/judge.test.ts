import { describe, expect, test } from 'vitest';
import { expire, forget, isContested, judge, rewindStanding, unseen } from '../../../server/core/judge.ts';
import type { Standing } from '../../../server/core/judge.ts';
import { alwaysClear } from '../../../server/core/sight.ts';
import type { Grade } from '../../../server/core/result.ts';
import { makePolicy, minutes, seconds, start } from '../../support/watch.ts';

const s = seconds;
const policy = makePolicy();

/** `ggpb-i`: one outcome every five seconds, good, poor, bad, invalid, or none. */
const letters: Readonly<Record<string, Grade>> = { g: 'good', p: 'poor', b: 'bad', i: 'invalid' };

const after = (
  outcomes: string,
  { everyMs = 5 * s, from = unseen, at = start, clear = alwaysClear } = {},
): Standing =>
  outcomes.split('').reduce<Standing>((standing, letter, index) => {
    const grade = letters[letter];
    if (grade === undefined) return standing;
    const finding =
      grade === 'bad' || grade === 'poor'
        ? { cause: 'refused' as const, evidence: `${letter}${index}` }
        : undefined;
    return judge(standing, { at: at + index * everyMs, grade, ...(finding && { finding }) }, clear, policy);
  }, from);

const seen = ({ state, since }: Standing): string =>
  since === 0 ? state : `${state}@${(since - start) / s}`;

describe('one outcome every five seconds', () => {
  test.for([
    // The first good outcome is believed at once, the first bad ones are not.
    ['g', 'up@0'],
    ['p', 'up@0'],
    ['b', 'unknown'],
    ['bb', 'unknown'],
    ['bbb', 'down@0'],
    // Three failures that span ten seconds.
    ['ggb', 'up@0'],
    ['ggbb', 'up@0'],
    ['ggbbb', 'down@10'],
    ['ggbbbbb', 'down@10'],
    // A blip changes nothing, and is forgotten.
    ['ggbg', 'up@0'],
    ['ggbbgbbgbbg', 'up@0'],
    ['ggbbgbbb', 'down@25'],
    ['ggbbpbb', 'up@0'],
    // What is invalid moves no counter, in either direction.
    ['ggbibib', 'down@10'],
    ['ggiiiii', 'up@0'],
    ['ggbbi', 'up@0'],
    ['bbbgigigg', 'up@15'],
    ['bbbgigi', 'down@0'],
    // Two good outcomes that span twenty seconds.
    ['bbbg', 'down@0'],
    ['bbbgggg', 'down@0'],
    ['bbbggggg', 'up@15'],
    ['bbbggbggggg', 'up@30'],
    // Slow: five of eight, since the first of them.
    ['gpppp', 'up@0'],
    ['gppppp', 'degraded@5'],
    ['gpgpgpgp', 'up@0'],
    ['gpgpgpgpp', 'degraded@5'],
    ['gpgpgpggpp', 'up@0'],
    ['gpgpgpgbpp', 'degraded@5'],
    ['ppppp', 'degraded@0'],
    // Down counts, whatever was slow before.
    ['gpppppbbb', 'down@30'],
    // An end that is slow is not the end.
    ['bbbggpgg', 'degraded@15'],
    ['bbbppppp', 'degraded@15'],
    ['bbbpbggggg', 'up@25'],
    // Slow outcomes of before the outage do not count after it.
    ['gppppbbbgggggp', 'up@40'],
  ] as const)('%s: %s', ([outcomes, expected]) => {
    expect(seen(after(outcomes))).toBe(expected);
  });

  test('degraded ends when outcomes were fine for five minutes, since the first of them', () => {
    const degraded = after('gppppp');
    const calm = (outcomes: string) => seen(after(outcomes, { from: degraded, at: start + 30 * s }));
    expect(calm('g'.repeat(60))).toBe('degraded@5');
    expect(calm('g'.repeat(61))).toBe('up@30');
    expect(calm(`${'g'.repeat(60)}p${'g'.repeat(60)}`)).toBe('degraded@5');
    expect(calm(`${'g'.repeat(60)}b${'g'.repeat(60)}`)).toBe('degraded@5');
    expect(calm(`pp${'g'.repeat(61)}`)).toBe('up@40');
    expect(calm(`${'g'.repeat(61)}pppp`)).toBe('up@30');
  });
});

test('many failures within less than ten seconds confirm nothing', () => {
  expect(seen(after('gbbbbbb', { everyMs: s }))).toBe('up@0');
  expect(seen(after('gbbbbbbbbbbb', { everyMs: s }))).toBe('down@1');
});

test('two failures confirm nothing, however long they last', () => {
  expect(seen(after('gbb', { everyMs: 10 * minutes }))).toBe('up@0');
});

test('many good outcomes within less than twenty seconds are no recovery', () => {
  const down = after('bbb');
  expect(seen(after('ggggggggggg', { from: down, at: start + 20 * s, everyMs: s }))).toBe('down@0');
  expect(seen(after('gg', { from: down, at: start + 20 * s, everyMs: 20 * s }))).toBe('up@20');
});

describe('an outcome that comes late', () => {
  test.for([
    ['again', 0],
    ['out of order', -5],
  ] as const)('%s is ignored', ([, seconds]) => {
    const before = after('ggbb');
    expect(judge(before, { at: start + (15 + seconds) * s, grade: 'bad' }, alwaysClear, policy)).toBe(before);
    expect(judge(before, { at: start + (15 + seconds) * s, grade: 'good' }, alwaysClear, policy)).toBe(
      before,
    );
  });
});

const within = (from: number, askedAt: number, answeredAt = askedAt) => ({
  from: start + from * s,
  seen: { askedAt: start + askedAt * s, answeredAt: start + answeredAt * s },
});

test('failures are confirmed by none that began before a witness asked since then had answered', () => {
  const failing = after('ggbbb', { clear: within(0, 12, 21) });
  expect(seen(failing)).toBe('up@0');
  expect(seen(after('b', { from: failing, at: start + 25 * s, clear: within(0, 26, 27) }))).toBe('down@10');
});

test('failures are confirmed only when they began in clear time', () => {
  expect(seen(after('ggbbb', { clear: within(0, 10) }))).toBe('down@10');
  expect(seen(after('ggbbbbbb', { clear: within(0, 9) }))).toBe('up@0');
  expect(seen(after('ggbbb', { clear: within(10, 15) }))).toBe('down@10');
  expect(seen(after('bb', { from: after('ggbb'), at: start + 20 * s, clear: within(11, 22) }))).toBe('up@0');
  expect(seen(after('bbb', { from: after('ggbb'), at: start + 20 * s, clear: within(11, 22) }))).toBe(
    'down@20',
  );
});

describe('what was lost sight of', () => {
  const lost = (outcomes: string) => expire(after(outcomes), start + 10 * minutes, 70 * s);
  const back = (outcomes: string, then: string) =>
    after(then, { from: lost(outcomes), at: start + 10 * minutes });

  test('is unknown since the last outcome that counted', () => {
    expect(seen(lost('gggiii'))).toBe('unknown@10');
    expect(seen(lost('bbbb'))).toBe('unknown@15');
    expect(seen(lost(''))).toBe('unknown');
  });

  test.for([
    ['ggg', 'g', 'up@600'],
    ['ggg', 'p', 'up@600'],
    ['ggg', 'bb', 'unknown@10'],
    ['ggg', 'bbb', 'down@600'],
    ['bbb', 'b', 'down@600'],
    ['bbb', 'g', 'unknown@10'],
    ['bbb', 'ggggg', 'up@600'],
    ['bbb', 'gggpg', 'degraded@600'],
    ['bbb', 'ggb', 'down@610'],
    ['gppppp', 'g', 'degraded@600'],
    ['gppppp', 'p', 'degraded@600'],
    ['gppppp', 'bbb', 'down@600'],
    // Poor outcomes of before do not count, nor does a confirmation that was under way.
    ['gpppp', 'pppp', 'up@600'],
    ['ggbb', 'bb', 'unknown@15'],
    ['b', 'bb', 'unknown'],
  ] as const)('after %s, with %s, is %s', ([before, then, expected]) => {
    expect(seen(back(before, then))).toBe(expected);
  });

  test('is not lost before its time, and not twice', () => {
    const up = after('ggg');
    expect(expire(up, start + 80 * s, 70 * s)).toBe(up);
    const unknown = expire(up, start + 80 * s + 1, 70 * s);
    expect(seen(unknown)).toBe('unknown@10');
    expect(forget(unknown, start + minutes)).toBe(unknown);
  });
});

describe('the finding', () => {
  test.for([
    ['of an outage is the newest failure', 'gbbbb', 'b4'],
    ['of slowness is the newest slow outcome', 'gpppppgp', 'p7'],
    ['of a slow end is what is slow now', 'bbbggggp', 'p7'],
    ['of an end in which the last outcome was fine is what was slow before', 'bbbpgggg', 'p3'],
    ['of an outage whose end has begun slowly is still the failure', 'bbbpgg', 'b2'],
    ['is gone when all is well', 'bbbggggg', undefined],
  ] as const)('%s', ([, outcomes, expected]) => {
    expect(after(outcomes).finding?.evidence).toBe(expected);
  });
});

describe('is looked at again soon', () => {
  test.for([
    ['g', false],
    ['gb', true],
    ['gbb', true],
    ['gbbb', false],
    ['bbbg', true],
    ['bbbggggg', false],
    ['gp', true],
    ['gpg', false],
    ['gppppp', false],
    ['gpppppb', true],
    ['gpppppg', false],
    ['', false],
  ] as const)('after %s: %s', ([outcomes, expected]) => {
    expect(isContested(after(outcomes))).toBe(expected);
  });
});

test('when the clock is set back, only what lies in the future moves', () => {
  const contested = after('gpppbb');
  expect(rewindStanding(contested, start + minutes)).toBe(contested);
  const rewound = rewindStanding(contested, start + 12 * s);
  expect(rewound).toMatchObject({
    since: start,
    lastAt: start + 12 * s,
    contest: { since: start + 12 * s, count: 2 },
    recent: [0, start + 5 * s, start + 10 * s, start + 12 * s],
  });
  const cleared = rewindStanding(after('gb', { clear: within(0, 8, 12) }), start + 7 * s);
  expect(cleared.contest).toMatchObject({ since: start + 5 * s, clearAt: start + 7 * s });
  expect(rewindStanding(after('g'), start - s)).toMatchObject({ since: start - s, lastAt: start - s });
  expect(rewindStanding(unseen, start)).toBe(unseen);
});

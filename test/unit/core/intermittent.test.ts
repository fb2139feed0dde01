// What fails now and then, and is never out for long enough to be called down.
import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../checks/lib/outcome.ts';
import { forget, judge, rewindStanding, unseen } from '../../../server/core/judge.ts';
import type { Standing } from '../../../server/core/judge.ts';
import type { Grade } from '../../../server/core/result.ts';
import { alwaysClear } from '../../../server/core/sight.ts';
import { Alerting } from '../../support/alerting.ts';
import {
  makeCheck,
  makeConfig,
  makePolicy,
  makeService,
  minutes,
  seconds,
  start,
} from '../../support/watch.ts';

const grades: Readonly<Record<string, Grade>> = { g: 'good', b: 'bad', i: 'invalid' };

const failure = (cause: Cause) => ({ cause, evidence: '502 Bad Gateway' });

/** One outcome every ten seconds. */
const after = (
  outcomes: string,
  {
    cause = 'bad_status',
    from = unseen,
    at = start,
  }: { readonly cause?: Cause; readonly from?: Standing; readonly at?: number } = {},
): Standing =>
  outcomes.split('').reduce<Standing>((standing, letter, index) => {
    const grade = grades[letter] ?? 'good';
    const finding = grade === 'bad' ? { finding: failure(cause) } : {};
    return judge(standing, { at: at + index * 10 * seconds, grade, ...finding }, alwaysClear, makePolicy());
  }, from);

const seen = ({ state, since }: Standing): string => `${state}@${(since - start) / seconds}`;

test.for([
  // Every second one: at the sixth, once the next is answered, since the first.
  ['g bg bg bg bg bg', 'up@0'],
  ['g bg bg bg bg bg b', 'up@0'],
  ['g bg bg bg bg bg bg', 'degraded@10'],
  // Two in a row are no outage either.
  ['g bbg bbg bbg', 'degraded@10'],
  // Six of the last twenty, and no fewer.
  ['g bggg bggg bggg bggg bggg', 'up@0'],
  ['g bggg bggg bggg bggg bgg bg', 'up@0'],
  ['g bgg bgg bgg bgg bgg bg', 'degraded@10'],
  ['g bggg bggg bggg bggg bggg bggg bggg bggg', 'up@0'],
  ['bbbggg bg bg bg bg bg', 'up@30'],
  ['bbbggg bg bg bg bg bg bg', 'degraded@60'],
  // What is invalid is none of them.
  ['g big big big big big big', 'degraded@10'],
  // Out is out.
  ['g bg bg bg bg bg bbb', 'down@110'],
] as const)('%s: %s', ([outcomes, expected]) => {
  expect(seen(after(outcomes.replaceAll(' ', '')))).toBe(expected);
});

describe('what fails now and then', () => {
  const often = after(`g${'bg'.repeat(6)}`);

  test('is told with how often, and how', () => {
    expect(often.finding).toEqual({
      cause: 'bad_status',
      evidence: '6 of the last 12 probes failed, the last one thus: 502 Bad Gateway',
    });
  });

  test('is so until it has been well for five minutes', () => {
    const later = (outcomes: string) => seen(after(outcomes, { from: often, at: start + 130 * seconds }));
    expect(later('g'.repeat(29))).toBe('degraded@10');
    expect(later(`${'g'.repeat(20)}b${'g'.repeat(30)}`)).toBe('degraded@10');
    expect(later('g'.repeat(31))).toBe('up@130');
  });

  test('may have done so before it was well, or out of sight', () => {
    const five = after(`g${'bg'.repeat(5)}`);
    const lost = forget(five, start + 2 * minutes);
    expect(seen(after('gbg', { from: lost, at: start + 5 * minutes }))).toMatch(/^up/);
    expect(seen(after('bg', { from: five, at: start + 2 * minutes }))).toBe('degraded@10');
  });

  test('does so as well when the clock is set back', () => {
    const five = rewindStanding(after(`g${'bg'.repeat(5)}`), start);
    const more = after('bg'.repeat(6), { from: five, at: start + 10 * seconds });
    expect(more.state).toBe('degraded');
    expect(more.since).toBe(start);
  });
});

test.for(['timeout_connect', 'timeout_reply', 'dns_timeout', 'loss', 'unreachable'] as const)(
  'one at a time, %s may be our own',
  (cause) => {
    expect(after(`g${'bg'.repeat(12)}`, { cause }).state).toBe('up');
  },
);

test('six failures within a minute are a stumble', () => {
  const hasty = 'gbgbgbgbgbgbg'
    .split('')
    .reduce<Standing>(
      (standing, letter, index) =>
        judge(
          standing,
          letter === 'b'
            ? { at: start + index * 5 * seconds, grade: 'bad', finding: failure('refused') }
            : { at: start + index * 5 * seconds, grade: 'good' },
          alwaysClear,
          makePolicy(),
        ),
      unseen,
    );
  expect(hasty.state).toBe('up');
});

test('who is told of it is told once, and of its end', () => {
  const post = new Alerting(makeConfig([makeService('mail', [makeCheck('smtp')])]));
  post.live(minutes, { smtp: 'good' });
  for (let times = 0; times < 40; times++) {
    post.live(5 * seconds, { smtp: 'bad' });
    post.live(5 * seconds, { smtp: 'good' });
  }
  post.live(6 * minutes, { smtp: 'good' });
  expect(post.told).toEqual(['130 admins alert mail', '760 admins recovery mail']);
});

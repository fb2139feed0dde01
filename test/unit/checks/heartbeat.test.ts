import { describe, expect, test } from 'vitest';
import heartbeat from '../../../checks/heartbeat.ts';
import type { Ping } from '../../../checks/lib/contract.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import { Secret } from '../../../config/secret.ts';

const token = new Secret('a-token-of-a-test');
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

/** Pings as `06:00 done, 07:00 start`, on 2 June 2026 in UTC unless they have a date. */
const pingsOf = (text: string): Ping[] =>
  text
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [time = '', signal] = part.split(' ');
      return { at: instant(time), signal: signal as Ping['signal'] };
    });
const instant = (time: string): number => at(`${time.includes('T') ? time : `2026-06-02T${time}`}Z`);

const assess = (written: object, pings: string, now: string, watchingSince = '2026-01-01T00:00') => {
  const options = heartbeat.options.parse({ token, ...written });
  const seen = heartbeat.assess(options, {
    pings: pingsOf(pings),
    now: instant(now),
    watchingSince: instant(watchingSince),
  });
  if (seen instanceof Failure) return `fail ${seen.cause}`;
  return seen.warning === undefined ? 'ok' : `warn ${seen.warning.cause}`;
};

describe('a job that is heard every hour', () => {
  const hourly = { expect: { every: '1h' } };

  test.for([
    ['at once', '06:00 done', '06:00', 'ok'],
    ['within the hour', '06:00 done', '06:59', 'ok'],
    ['late, but with grace', '06:00 done', '07:06', 'ok'],
    ['late', '06:00 done', '07:07', 'warn stale'],
    ['late by one with its grace', '06:00 done', '08:12', 'warn stale'],
    ['silent for two', '06:00 done', '08:13', 'fail stale'],
    ['silent for a day', '2026-06-01T06:00 done', '06:00', 'fail stale'],
    ['heard again', '2026-06-01T06:00 done, 05:30 done', '06:00', 'ok'],
    ['heard twice', '06:00 done, 06:00 done', '06:30', 'ok'],
    ['failed', '06:00 done, 06:30 fail', '06:31', 'fail job_failed'],
    ['failed and silent since', '06:00 fail', '20:00', 'fail job_failed'],
    ['failed and then done', '06:00 fail, 06:10 done', '06:30', 'ok'],
    ['failed and started again', '06:00 fail, 06:10 start', '06:30', 'fail job_failed'],
    ['never heard, for an hour', '', '01:00', 'ok', '00:00'],
    ['never heard, for longer', '', '01:07', 'warn stale', '00:00'],
    ['never heard, for two', '', '02:13', 'fail stale', '00:00'],
    ['started only', '06:00 done, 07:00 start', '07:07', 'warn stale'],
  ] as const)('%s (%s; now %s) is %s', ([, pings, now, expected, since]) => {
    expect(assess(hourly, pings, now, since)).toBe(expected);
  });

  test.for([
    ['5m', '06:00 done', '07:05', 'ok'],
    ['30m', '06:00 done', '07:30', 'ok'],
    ['30m', '06:00 done', '07:31', 'warn stale'],
  ] as const)('a grace of %s is the one that counts', ([grace, pings, now, expected]) => {
    expect(assess({ ...hourly, grace }, pings, now)).toBe(expected);
  });

  test.for([
    ['a run that was due while we were away is excused', '06:00 done', '08:00', '07:30', 'ok'],
    ['the next one is not', '06:00 done', '08:13', '07:30', 'warn stale'],
    ['nor are two', '06:00 done', '09:19', '07:30', 'fail stale'],
    ['a short absence between two runs moves nothing', '06:00 done', '07:07', '06:30', 'warn stale'],
    ['after a long absence nothing is held against it', '2026-06-01T06:00 done', '06:00', '05:50', 'ok'],
  ] as const)('%s', ([, pings, now, since, expected]) => {
    expect(assess(hourly, pings, now, since)).toBe(expected);
  });
});

describe('a job of a crontab, every night at four in Paris', () => {
  const nightly = { expect: { cron: '0 4 * * *', timezone: 'Europe/Paris' } };

  test.for([
    ['done after a while', '02:40 done', '03:00', 'ok'],
    ['on time, before it is done', '2026-06-01T02:40 done', '03:00', 'ok'],
    ['within a tenth of a day', '2026-06-01T02:40 done', '04:24', 'ok'],
    ['late', '2026-06-01T02:40 done', '04:25', 'warn stale'],
    ['late until the next night and its grace', '2026-06-01T02:40 done', '2026-06-03T04:24', 'warn stale'],
    ['silent for two nights', '2026-06-01T02:40 done', '2026-06-03T04:25', 'fail stale'],
    ['with a clock that is an hour fast', '01:00 done', '05:00', 'ok'],
    ['heard at noon, which is the run of the night before', '2026-06-01T12:00 done', '04:25', 'warn stale'],
    ['never heard', '', '04:25', 'warn stale', '01:00'],
    ['never heard, and no run since we listen', '', '04:25', 'ok', '02:01'],
    ['whose ping may have come while we were away', '2026-06-01T02:40 done', '05:00', 'ok', '02:50'],
    [
      'not heard the night before either, when we were away',
      '2026-05-31T02:40 done',
      '05:00',
      'warn stale',
      '01:50',
    ],
  ] as const)('%s (%s; now %s) is %s', ([, pings, now, expected, since]) => {
    expect(assess(nightly, pings, now, since)).toBe(expected);
  });

  test('a grace longer than the time between two runs lets one ping answer for one run only', () => {
    const hourly = { expect: { cron: '0 * * * *', timezone: 'UTC' }, grace: '3h' };
    expect(assess(hourly, '06:00 done', '09:59')).toBe('ok');
    expect(assess(hourly, '06:00 done', '10:01')).toBe('warn stale');
  });

  test('on working days only, the weekend is not missed', () => {
    const weekdays = { expect: { cron: '0 4 * * 1-5', timezone: 'Europe/Paris' } };
    const friday = '2026-06-05T02:10 done';
    expect(assess(weekdays, friday, '2026-06-08T02:05')).toBe('ok');
    expect(assess(weekdays, friday, '2026-06-08T04:25')).toBe('warn stale');
  });
});

describe('a job that may last two hours', () => {
  const long = { expect: { cron: '0 4 * * *', timezone: 'UTC' }, grace: '10m', lasts: '2h' };
  const before = '2026-06-01T05:00 done';

  test.for([
    ['is running', `${before}, 04:01 start`, '05:59', 'ok'],
    ['takes too long', `${before}, 04:01 start`, '06:02', 'warn stale'],
    ['does not end', `${before}, 04:01 start`, '08:02', 'fail stale'],
    ['is done', `${before}, 04:01 start, 05:30 done`, '12:00', 'ok'],
    ['fails', `${before}, 04:01 start, 04:02 fail`, '04:03', 'fail job_failed'],
    [
      'starts again and again',
      `${before}, 04:01 start, 05:01 start, 06:01 start, 07:01 start`,
      '08:02',
      'fail stale',
    ],
    ['does not start', before, '04:11', 'warn stale'],
    ['ends before its start arrives', `${before}, 05:00:01 done, 05:00:02 start`, '12:00', 'ok'],
    ['ends and starts anew', `${before}, 04:30 done, 04:31 start`, '06:32', 'warn stale'],
  ] as const)('%s (%s; now %s): %s', ([, pings, now, expected]) => {
    expect(assess(long, pings, now)).toBe(expected);
  });
});

describe('on the nights on which the clock changes', () => {
  test.for([
    // 02:30 does not exist on 29 March 2026 in Paris, and exists twice on 25 October.
    ['30 2 * * *', '2026-03-28T01:35 done', '2026-03-29T12:00', 'ok'],
    ['30 2 * * *', '2026-03-28T01:35 done', '2026-03-30T03:00', 'warn stale'],
    ['30 2 * * *', '2026-10-25T00:35 done', '2026-10-25T12:00', 'ok'],
    ['30 2 * * *', '2026-10-24T00:35 done', '2026-10-25T02:55', 'warn stale'],
    ['30 * * * *', '2026-10-25T00:35 done', '2026-10-25T01:40', 'warn stale'],
    ['0 4 * * *', '2026-03-28T03:05 done', '2026-03-29T02:10', 'ok'],
  ] as const)('%s, with %s, at %s is %s', ([cron, pings, now, expected]) => {
    expect(assess({ expect: { cron, timezone: 'Europe/Paris' } }, pings, now)).toBe(expected);
  });

  test.for([
    ['30 3 * * *', '2026-03-28T02:31 done', '2026-03-29T01:30'],
    ['0 3 * * *', '2026-03-28T02:01 done', '2026-03-29T01:00'],
    ['59 1 * * *', '2026-03-28T01:00 done', '2026-03-29T00:59'],
    ['30 2 * * *', '2026-10-24T00:31 done', '2026-10-25T00:30'],
    ['30 * * * *', '2026-10-25T00:31 done', '2026-10-25T01:30'],
    ['0 3 * * *', '2026-10-24T01:01 done', '2026-10-25T02:00'],
  ] as const)('%s, with %s, is due at %s, to the second', ([cron, pings, due]) => {
    const options = { expect: { cron, timezone: 'Europe/Paris' }, grace: '5m' };
    const late = (ms: number) =>
      Temporal.Instant.from(`${due}Z`)
        .add({ minutes: 5, milliseconds: ms })
        .toString()
        .slice(0, 23)
        .replace(/Z$/, '');
    expect(assess(options, pings, late(0))).toBe('ok');
    expect(assess(options, pings, late(1_000))).toBe('warn stale');
  });
});

test('facts tell when it was last done, how long it took, and how late it is', () => {
  const options = heartbeat.options.parse({ token, expect: { every: '1h' } });
  const pings = pingsOf('04:00 done, 05:50 start, 05:55 start, 06:00 done');
  const seen = heartbeat.assess(options, { pings, watchingSince: instant('00:00'), now: instant('07:10') });
  expect(seen).toMatchObject({
    facts: { lastDoneAt: instant('06:00'), durationMs: 600_000, overdueMs: 600_000 },
    warning: { message: 'not heard since 2026-06-02T06:00:00Z, due at 2026-06-02T07:00:00Z' },
  });
});

test.for([
  [{ token: 'a-token-that-is-written' }, 'a secret as { env: NAME } or { file: PATH }'],
  [{ token: new Secret('too-short') }, 'a token of at least 16 letters, digits, hyphens and underscores'],
  [
    { token: new Secret('sixteen/or/more/letters') },
    'a token of at least 16 letters, digits, hyphens and underscores',
  ],
  [{ expect: { cron: '61 * * * *', timezone: 'UTC' } }, /minute/],
  [{ expect: { cron: '0 4 1 * 1', timezone: 'UTC' } }, 'days of the month or weekdays, not both'],
  [{ expect: { cron: '0 4 * * *', timezone: 'Europe/Globenet' } }, 'a time zone such as Europe/Paris'],
  [{ expect: { every: '10s' } }, /a duration from 1m/],
] as const)('options %o are refused', ([written, message]) => {
  const parsed = heartbeat.options.safeParse({ token, expect: { every: '1h' }, ...written });
  expect(JSON.stringify(parsed.error?.issues)).toMatch(message);
  expect(JSON.stringify(parsed.error)).not.toContain('too-short');
});

test('the token is that of the options', () => {
  expect(heartbeat.token(heartbeat.options.parse({ token, expect: { every: '1h' } }))).toBe(token.expose());
});

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import value from '../../../checks/value.ts';
import { runCheck } from '../../support/probe.ts';
import type { Written } from '../../support/web.ts';
import { answerOf, inShort, serveAnswers } from '../../support/web.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const minutesAgo = (minutes: number) => now - minutes * 60_000;

const see = async (answer: string | Buffer, written: Written): Promise<Outcome> => {
  await using server = await serveAnswers(() =>
    typeof answer === 'string' ? answerOf(200, answer) : answer,
  );
  const outcome = await runCheck(value, { url: `http://127.0.0.1:${server.port}/`, ...written }, { now });
  await server.allClosed();
  return outcome;
};

describe('a number in JSON', () => {
  const read = { json: '/waiting' };
  test.for<[string, string, number | undefined]>([
    ['{"waiting":12}', 'ok', 12],
    ['{"waiting":0}', 'ok', 0],
    ['{"waiting":-1.5e3}', 'ok', -1_500],
    ['{"waiting":"12"}', 'ok', 12],
    ['{"waiting":"NaN"}', 'warn bad_value', undefined],
    ['{"waiting":1e999}', 'warn bad_value', undefined],
    ['{"waiting":null}', 'warn bad_value', undefined],
    ['{"queue":12}', 'warn bad_value', undefined],
    ['12', 'warn bad_value', undefined],
    ['{"waiting":""}', 'fail protocol', undefined],
    ['{"waiting":"many"}', 'fail protocol', undefined],
    ['{"waiting":true}', 'fail protocol', undefined],
    ['{"waiting":[12]}', 'fail protocol', undefined],
    ['{"waiting":{}}', 'fail protocol', undefined],
    ['<html>Welcome</html>', 'fail protocol', undefined],
    ['', 'fail protocol', undefined],
  ])('%s: %s', async ([body, seen, number]) => {
    const outcome = await see(body, { read });
    expect(inShort(outcome)).toBe(seen);
    expect(outcome.facts['value']).toBe(number);
  });

  test('is found a hundred thousand levels deep in what is not asked for', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(inShort(await see(`{"deep":${deep},"waiting":1}`, { read }))).toBe('ok');
  });

  test.for<[number, Written, string]>([
    [30, {}, 'ok'],
    [30, { warn: { above: 30 } }, 'ok'],
    [31, { warn: { above: 30 } }, 'warn bad_value'],
    [29, { warn: { below: 30 } }, 'warn bad_value'],
    [31, { warn: { above: 30 }, fail: { above: 40 } }, 'warn bad_value'],
    [41, { warn: { above: 30 }, fail: { above: 40 } }, 'fail bad_value'],
    [-1, { fail: { below: 0 } }, 'fail bad_value'],
    [0, { warn: { above: -1, below: -2 } }, 'warn bad_value'],
  ])('%s within %j: %s', async ([number, bounds, seen]) => {
    const outcome = await see(`{"waiting":${number}}`, { read, ...bounds });
    expect(inShort(outcome)).toBe(seen);
    expect(outcome.facts['value']).toBe(number);
  });

  const ages = { warn: { 'older-than': '10m' }, fail: { 'older-than': '1h' } };
  test.for<[unknown, string]>([
    [minutesAgo(10), 'ok'],
    [minutesAgo(10) / 1_000, 'ok'],
    [minutesAgo(11), 'warn stale'],
    [minutesAgo(61), 'fail stale'],
    [minutesAgo(61) / 1_000, 'fail stale'],
    [minutesAgo(-5), 'ok'],
    ['2026-11-22T11:00:00+01:00', 'ok'],
    ['2026-11-22T11:00:00Z', 'ok'],
    ['2026-11-21', 'fail stale'],
    [null, 'warn bad_value'],
    ['yesterday', 'fail protocol'],
    [{}, 'fail protocol'],
  ])('dated %j: %s', async ([date, seen]) => {
    const body = JSON.stringify({ waiting: 1, at: date });
    expect(inShort(await see(body, { read: { ...read, timestamp: '/at' }, ...ages }))).toBe(seen);
  });

  test('that failed its bounds is told so before its age', async () => {
    const body = JSON.stringify({ waiting: 100, at: minutesAgo(20) });
    const written = { read: { ...read, timestamp: '/at' }, ...ages, fail: { above: 50 } };
    expect(inShort(await see(body, written))).toBe('fail bad_value');
  });
});

describe('a metric of Prometheus', () => {
  const read = { prometheus: { metric: 'queue', labels: { name: 'a' } } };
  const page = (line: string) => `# TYPE queue gauge\nqueue{name="b"} 1\n${line}\n`;
  test.for<[string, Written, string, number | undefined]>([
    ['queue{name="a"} 12', { read }, 'ok', 12],
    ['queue{name="a",host="x"} 12', { read }, 'ok', 12],
    ['queue{name="a",host="x"} 12\nqueue{name="a"} 13', { read }, 'warn bad_value', undefined],
    ['queue{name="c"} 12', { read }, 'warn bad_value', undefined],
    ['queue{name="a"} NaN', { read }, 'warn bad_value', undefined],
    ['queue{name="a"} +Inf', { read, fail: { above: 1 } }, 'warn bad_value', undefined],
    ['queue{name="a"} twelve', { read }, 'fail protocol', undefined],
    ['queue{name="a"} 12', { read, warn: { above: 11 } }, 'warn bad_value', 12],
    [`queue{name="a"} 12 ${minutesAgo(11)}`, { read, warn: { 'older-than': '10m' } }, 'warn stale', 12],
    [`queue{name="a"} 12 ${minutesAgo(9)}`, { read, warn: { 'older-than': '10m' } }, 'ok', 12],
    ['queue{name="a"} 12', { read, fail: { 'older-than': '10m' } }, 'warn bad_value', 12],
    [
      `queue{name="a"} 12\nran ${minutesAgo(11) / 1_000}`,
      { read: { ...read, timestamp: { metric: 'ran' } }, fail: { 'older-than': '10m' } },
      'fail stale',
      12,
    ],
  ])('%j with %j: %s', async ([line, written, seen, number]) => {
    const outcome = await see(page(line), written);
    expect(inShort(outcome)).toBe(seen);
    expect(outcome.facts['value']).toBe(number);
  });
});

describe('what answers', () => {
  const read = { json: '/waiting' };
  test.for<[string, Buffer, string]>([
    ['429', answerOf(429, '{"waiting":1}'), 'fail bad_status'],
    ['a redirect', answerOf(302, '', ['Location: /login']), 'fail bad_status'],
    ['2 MB', answerOf(200, `{"waiting":1,"text":"${'a'.repeat(2_000_000)}"}`), 'fail bad_body'],
    [
      'a bomb',
      answerOf(200, gzipSync(Buffer.alloc(50_000_000)), ['Content-Encoding: gzip']),
      'fail bad_body',
    ],
    ['gzip', answerOf(200, gzipSync('{"waiting":1}'), ['Content-Encoding: gzip']), 'ok'],
  ])('%s', async ([, answer, seen]) => {
    expect(inShort(await see(answer, { read }))).toBe(seen);
  });

  test('a page of metrics of which only a part was read', async () => {
    const outcome = await see(`queue 1\n${'# comment\n'.repeat(200_000)}`, {
      read: { prometheus: { metric: 'queue' } },
    });
    expect(inShort(outcome)).toBe('fail bad_body');
  });
});

test.for<[Written, boolean]>([
  [{ read: { json: '/a' } }, true],
  [{ read: { prometheus: { metric: 'a' } } }, true],
  [{}, false],
  [{ read: { json: '/a', prometheus: { metric: 'a' } } }, false],
  [{ read: { json: '/a', timestamp: { metric: 'a' } } }, false],
  [{ read: { prometheus: { metric: 'a b' } } }, false],
  [{ read: { prometheus: { metric: 'a', labels: { b: 1 } } } }, false],
  [{ read: { json: '/a' }, warn: { over: 1 } }, false],
  [{ read: { json: '/a' }, warn: { above: 8, below: 5 } }, true],
  [{ read: { json: '/a' }, warn: { above: 5, below: 8 } }, false],
])('options %j: %s', ([written, isRight]) => {
  expect(value.options.safeParse({ url: 'http://a/', ...written }).success).toBe(isRight);
});

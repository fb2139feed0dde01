import { expect, test } from 'vitest';
import type { Written } from '../../../support/web.ts';
import { answerOf, inShort, seeHttp, serveAnswers } from '../../../support/web.ts';

test.for<[number, Written, string]>([
  [200, {}, 'ok'],
  [399, {}, 'ok'],
  [404, {}, 'fail bad_status'],
  [503, {}, 'fail bad_status'],
  [404, { expect: { status: [200, '400-404'] } }, 'ok'],
  [405, { expect: { status: [200, '400-404'] } }, 'fail bad_status'],
  [204, { expect: { status: 200 } }, 'fail bad_status'],
  [429, { warn: { status: [403, 429] } }, 'warn bad_status'],
  [428, { warn: { status: [403, 429] } }, 'fail bad_status'],
])('status %s with %j: %s', async ([status, written, seen]) => {
  await using server = await serveAnswers(() => answerOf(status));
  const outcome = await seeHttp(server, written);
  expect(inShort(outcome)).toBe(seen);
  expect(outcome.facts['status']).toBe(status);
});

test.for<[Written, string]>([
  [{ headers: { 'X-Cache': 'HIT' } }, 'ok'],
  [{ headers: { 'x-cache': 'MISS' } }, 'fail bad_answer'],
  [{ headers: { 'x-cache': { contains: 'HI', lacks: 'MISS', matches: '^H.T$' } } }, 'ok'],
  [{ headers: { 'x-cache': { matches: '^I' } } }, 'fail bad_answer'],
  [{ headers: { 'x-other': { contains: 'a' } } }, 'fail bad_answer'],
  [{ body: { contains: ['Bien', 'Café'], lacks: 'Fatal error' } }, 'ok'],
  [{ body: { contains: ['Bien', 'The'] } }, 'fail bad_body'],
  [{ body: { lacks: ['Fatal', 'Café'] } }, 'fail bad_body'],
  [{ body: { matches: '(?i)bienvenue\\s+au' } }, 'ok'],
  [{ body: { matches: '^Café' } }, 'fail bad_body'],
  [{ json: [{ pointer: '/status' }] }, 'fail protocol'],
])('%j: %s', async ([expectation, seen]) => {
  await using server = await serveAnswers(() => answerOf(200, 'Bienvenue au Café', ['X-Cache: HIT']));
  expect(inShort(await seeHttp(server, { expect: expectation }))).toBe(seen);
});

test.for<[Written, string]>([
  [{ pointer: '/status', equals: 'ok' }, 'ok'],
  [{ pointer: '/status', equals: 'OK' }, 'fail bad_body'],
  [{ pointer: '/status', matches: '^o' }, 'ok'],
  [{ pointer: '/queue/0/size', above: 3, below: 5 }, 'ok'],
  [{ pointer: '/queue/0/size', above: 4 }, 'fail bad_body'],
  [{ pointer: '/queue/0/size', below: 4 }, 'fail bad_body'],
  [{ pointer: '/status', above: 0 }, 'fail bad_body'],
  [{ pointer: '/queue/0/size', matches: '4' }, 'fail bad_body'],
  [{ pointer: '/nothing', equals: null }, 'ok'],
  [{ pointer: '/absent', equals: null }, 'fail bad_body'],
  [{ pointer: '/absent' }, 'fail bad_body'],
  [{ pointer: '' }, 'ok'],
])('JSON %j: %s', async ([rule, seen]) => {
  const document = { status: 'ok', queue: [{ size: 4 }], nothing: null };
  await using server = await serveAnswers(() => answerOf(200, JSON.stringify(document)));
  expect(inShort(await seeHttp(server, { expect: { json: [rule] } }))).toBe(seen);
});

test('JSON a hundred thousand levels deep is read, and only as deep as asked', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  await using server = await serveAnswers(() => answerOf(200, deep));
  expect(inShort(await seeHttp(server, { expect: { json: [{ pointer: '/0/0' }] } }))).toBe('ok');
});

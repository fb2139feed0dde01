import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Written } from '../../../support/web.ts';
import { answerOf, inShort, seeHttp, serveAnswers, serveOnce } from '../../../support/web.ts';

const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'));
const contains = { expect: { body: { contains: 'Bienvenue' } } };
test.for<[string, Buffer, readonly string[], Written, string]>([
  ['gzip', gzipSync('Bienvenue'), ['Content-Encoding: gzip'], contains, 'ok'],
  ['gzip in name only', Buffer.from('Bienvenue'), ['Content-Encoding: gzip'], contains, 'fail bad_body'],
  [
    'twice gzip',
    gzipSync(gzipSync('Bienvenue')),
    ['Content-Encoding: gzip, gzip'],
    contains,
    'fail bad_body',
  ],
  ['a bomb', bomb, ['Content-Encoding: gzip'], contains, 'fail bad_body'],
  ['a bomb that nobody opens', bomb, ['Content-Encoding: gzip'], {}, 'ok'],
  [
    'a coding that nobody knows',
    Buffer.from('Bienvenue'),
    ['Content-Encoding: toString'],
    contains,
    'fail bad_body',
  ],
  [
    'Latin-1',
    Buffer.from('Café', 'latin1'),
    ['Content-Type: text/html; charset=iso-8859-1'],
    { expect: { body: { contains: 'Café' } } },
    'ok',
  ],
  [
    'Latin-1 unsaid',
    Buffer.from('Café', 'latin1'),
    [],
    { expect: { body: { contains: 'Café' } } },
    'fail bad_body',
  ],
  [
    'an unknown character set',
    Buffer.from('Café'),
    ['Content-Type: text/html; charset=klingon'],
    { expect: { body: { contains: 'Café' } } },
    'ok',
  ],
])('%s: %5$s', async ([, body, headers, written, seen]) => {
  await using server = await serveAnswers(() => answerOf(200, body, headers));
  expect(inShort(await seeHttp(server, written))).toBe(seen);
});

test('of 200 MB only the first part is read', async () => {
  let bytesWritten = 0;
  await using server = await serveOnce((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n');
    const chunk = Buffer.alloc(100_000, 'a');
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk)) bytesWritten += chunk.length;
    };
    socket.on('drain', pour);
    pour();
  });
  const outcome = await seeHttp(server, { 'body-max': '100kB', expect: { body: { contains: 'aaa' } } });
  expect(outcome).toMatchObject({ kind: 'ok' });
  expect(outcome.facts['bodyBytes']).toBeLessThan(400_000);
  expect(bytesWritten).toBeLessThan(20_000_000);
});

test('what lies beyond the limit is not found', async () => {
  await using server = await serveAnswers(() => answerOf(200, `${'a'.repeat(1_000)}Bienvenue`));
  expect(inShort(await seeHttp(server, { 'body-max': '1kB', ...contains }))).toBe('fail bad_body');
});

import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import http from '../../../../checks/http.ts';
import { runCheck } from '../../../support/probe.ts';
import { until } from '../../../support/turns.ts';
import { inShort, seeHttp, serveAnswers, serveOnce } from '../../../support/web.ts';

describe('a server that misbehaves', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
  test.for<[string, string, string]>([
    ['speaks HTTP/0.9', '<html>hello</html>', 'fail protocol'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', 'ok'],
    ['speaks HTTP/2', '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80', 'fail protocol'],
    ['speaks SMTP', '220 mail.example.org ESMTP\r\n', 'fail protocol'],
    ['says nothing', '', 'fail reset'],
    ['announces more than it sends', `${ok}Content-Length: 20\r\n\r\nhello`, 'fail reset'],
    ['announces more, and an end', `${ok}Connection: close\r\nContent-Length: 20\r\n\r\nhello`, 'fail reset'],
    ['sends more than it announces', `${ok}Content-Length: 2\r\n\r\nhello`, 'ok'],
    ['announces two lengths', `${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhel`, 'fail protocol'],
    [
      'announces length and chunks',
      `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'fail protocol',
    ],
    ['sends a bad chunk', `${chunked}zz\r\nhello\r\n0\r\n\r\n`, 'fail protocol'],
    ['sends an endless chunk', `${chunked}fffffffffffffffffff\r\nhello`, 'fail protocol'],
    ['says endless things of a chunk', `${chunked}5;${'a'.repeat(6_000_000)}`, 'fail protocol'],
    ['never ends its chunks', `${chunked}5\r\nhello\r\n`, 'fail reset'],
    [
      'ends within its chunks',
      `${ok}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe`,
      'fail reset',
    ],
    ['hints first', `HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, 'ok'],
    [
      'hints a thousand times',
      `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)}${ok}\r\n`,
      'fail protocol',
    ],
    ['lets us continue a thousand times', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000), 'fail protocol'],
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'fail protocol',
    ],
    ['switches without saying to what', 'HTTP/1.1 101 Switching Protocols\r\n\r\nhello', 'fail protocol'],
    ['answers 000', 'HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n', 'fail protocol'],
    ['answers 999', 'HTTP/1.1 999 None\r\nContent-Length: 0\r\n\r\n', 'fail bad_status'],
    ['sends a cookie of 1 MB', `${ok}Set-Cookie: ${'a'.repeat(1_000_000)}\r\n\r\n`, 'fail protocol'],
    ['folds a header', `${ok}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`, 'fail protocol'],
    ['hides a NUL in a header', `${ok}X-A: b\0\r\nContent-Length: 0\r\n\r\n`, 'fail protocol'],
  ])('that %s: %3$s', async ([, answer, seen]) => {
    await using server = await serveAnswers(() => Buffer.from(answer, 'latin1'));
    const outcome = await seeHttp(server);
    expect(inShort(outcome)).toBe(seen);
    // What an administrator reads tells of the server, not of the library.
    expect(JSON.stringify(outcome)).not.toMatch(/assert|undici/i);
  });

  test.for([
    ['before the answer', ''],
    ['within the status', 'HTTP/1.1 2'],
    ['within the headers', `${ok}Content-`],
    ['within a body of known length', `${ok}Content-Length: 20\r\n\r\nhello`],
    [
      'within a body of known length, after which it ends',
      `${ok}Connection: close\r\nContent-Length: 20\r\n\r\nhello`,
    ],
    ['within a body that ends with the connection', `${ok}\r\nhello`],
    ['within a chunk', `${chunked}5\r\nhel`],
    ['within a last chunk', `${ok}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel`],
  ] as const)('that resets %s', async ([, answer]) => {
    await using server = await serveOnce((socket) => {
      socket.write(answer);
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    expect(inShort(await seeHttp(server))).toBe('fail reset');
  });

  const drip = (first: string, drops: string) => (socket: Socket) => {
    socket.write(first);
    let next = 0;
    const tap = setInterval(() => socket.write(drops.charAt(next++ % drops.length)), 5);
    socket.on('close', () => clearInterval(tap));
  };
  test.for<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['drips its status', drip('', `HTTP/1.1 200 ${'O'.repeat(1_000)}`)],
    ['drips its headers', drip(ok, 'X-A: b\r\n')],
    ['drips its body', drip(`${ok}Content-Length: 1000000\r\n\r\n`, 'a')],
    ['drips a body of no announced length', drip(`${ok}\r\n`, 'a')],
    ['drips its chunks', drip(chunked, '1\r\na\r\n')],
    ['drips its hints', drip('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('that %s ends at the deadline', async ([, act]) => {
    await using server = await serveOnce(act);
    expect(inShort(await seeHttp(server, {}, 200))).toBe('fail timeout_reply');
  });

  test('that sends headers without end is left at the limit', async () => {
    await using server = await serveOnce((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(`X-A: ${'a'.repeat(1_000)}\r\n`));
      };
      socket.on('drain', pour).write(ok);
      pour();
    });
    expect(inShort(await seeHttp(server))).toBe('fail protocol');
  });

  test('is no outcome when we stop meanwhile', async () => {
    const stopping = new AbortController();
    await using server = await serveOnce(() => stopping.abort(new Error('we stop')));
    const written = { url: `http://127.0.0.1:${server.port}/` };
    await expect(runCheck(http, written, { stopping: stopping.signal })).rejects.toThrow('we stop');
    await server.allClosed();
  });
});

test('no socket and no timer of ours outlives its probe, however it ended', async () => {
  const handles = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;
  const before = handles();
  const page = (head: string) => (socket: Socket) => socket.write(`${head}\r\n\r\nhello`);
  for (const [act, timeoutMs] of [
    [page('HTTP/1.1 200 OK\r\nContent-Length: 5'), undefined],
    [page('HTTP/1.1 200 OK\r\nContent-Length: 50'), 100],
    [page(`HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(300_000)}`), undefined],
    [page('220 Hello'), undefined],
    [(socket: Socket) => socket.resetAndDestroy(), undefined],
  ] as const) {
    // The server keeps its end open: only ours can close the connection.
    await using server = await serveOnce(act);
    await seeHttp(server, {}, timeoutMs);
  }
  await until(() => handles() <= before);
  expect(handles()).toBeLessThanOrEqual(before);
});

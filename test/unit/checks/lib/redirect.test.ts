import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../config/secret.ts';
import http from '../../../../checks/http.ts';
import { exchange } from '../../../../checks/lib/exchange.ts';
import { redirected } from '../../../../checks/lib/redirect.ts';
import { requestOf } from '../../../../checks/lib/request.ts';
import { serveTcp } from '../../../support/loopback.ts';
import { makeProbe } from '../../../support/probe.ts';
import { answerOf, inShort, seeHttp, serveAnswers } from '../../../support/web.ts';

describe('redirects', () => {
  /** Answers by path; notes every request. */
  const site = async (answers: (origin: string) => Readonly<Record<string, Buffer>>) => {
    const requests: string[] = [];
    let port = 0;
    const server = await serveAnswers((request) => {
      requests.push(request);
      const [, path = ''] = request.split(' ');
      return answers(`http://127.0.0.1:${port}`)[path] ?? answerOf(404);
    });
    port = server.port;
    return { server, requests, paths: () => requests.map((request) => request.split(' ')[1]) };
  };
  const to = (location: string, status = 302) => answerOf(status, '', [`Location: ${location}`]);

  test('are followed, each over a connection of its own, and counted', async () => {
    const { server, paths } = await site((origin) => ({
      '/': to('/a'),
      '/a': to(`${origin}/b?c#d`),
      '/b?c': to('../e'),
      '/e': answerOf(200, 'here'),
    }));
    await using _ = server;
    const outcome = await seeHttp(server, { expect: { body: { contains: 'here' } } });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { redirects: 3, status: 200 } });
    expect(paths()).toEqual(['/', '/a', '/b?c', '/e']);
  });

  test('of which there is a fourth are too many', async () => {
    const { server } = await site(() => ({
      '/': to('/1'),
      '/1': to('/2'),
      '/2': to('/3'),
      '/3': to('/4'),
      '/4': answerOf(200),
    }));
    await using _ = server;
    expect(inShort(await seeHttp(server))).toBe('fail bad_answer');
  });

  test.for<[string, string, string]>([
    ['itself', '/', 'fail bad_answer'],
    ['a file', 'file:///etc/passwd', 'fail bad_answer'],
    ['a script', 'javascript:alert(1)', 'fail bad_answer'],
    ['no address', 'http://[:::', 'fail bad_answer'],
    ['no port', 'http://127.0.0.1:0/', 'fail bad_answer'],
    ['no port of itself', '//127.0.0.1:0/', 'fail bad_answer'],
    ['a port where nobody listens', 'http://127.0.0.1:1/', 'fail refused'],
  ])('to %s', async ([, location, seen]) => {
    const { server } = await site(() => ({ '/': to(location) }));
    await using _ = server;
    const outcome = await seeHttp(server);
    expect(inShort(outcome)).toBe(seen);
  });

  test.for<[unknown, Buffer, string]>([
    ['refuse', to('/a'), 'fail bad_answer'],
    ['refuse', answerOf(200), 'ok'],
    ['follow', answerOf(304), 'ok'],
    [{ to: 'https://www.example.org/' }, to('https://www.example.org', 301), 'ok'],
    [{ to: 'https://www.example.org/' }, to('https://www.example.net', 301), 'fail bad_answer'],
    [{ to: 'https://www.example.org/' }, answerOf(200), 'fail bad_answer'],
  ])('policy %j', async ([redirects, answer, seen]) => {
    const { server, requests } = await site(() => ({ '/': answer }));
    await using _ = server;
    expect(inShort(await seeHttp(server, { redirects }))).toBe(seen);
    expect(requests).toHaveLength(1);
  });

  const everything = {
    method: 'POST',
    body: 'c4nary',
    bearer: new Secret('c4nary'),
    headers: { 'X-Token': new Secret('c4nary'), Cookie: 'c4nary' },
  };

  test('to another origin carry nothing of ours', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const other = await site(() => ({ '/': answerOf(200) }));
      await using _ = other.server;
      const { server, requests } = await site(() => ({
        '/': to(`http://127.0.0.1:${other.server.port}/`, status),
      }));
      await using __ = server;
      expect(inShort(await seeHttp(server, everything))).toBe('ok');
      expect(requests.join('').match(/c4nary/g)).toHaveLength(4);
      expect(other.requests.join('')).toMatch(/^GET /);
      expect(other.requests.join('')).not.toContain('c4nary');
    }
  });

  test('back to the first origin do not carry it either', async () => {
    const first = await site(() => ({
      '/': to(`http://127.0.0.1:${other.server.port}/`),
      '/back': answerOf(200),
    }));
    await using _ = first.server;
    const other = await site(() => ({ '/': to(`http://127.0.0.1:${first.server.port}/back`) }));
    await using __ = other.server;
    expect(inShort(await seeHttp(first.server, everything))).toBe('ok');
    expect(first.paths()).toEqual(['/', '/back']);
    expect(first.requests[1]).not.toContain('c4nary');
  });

  test.for([
    [302, 'GET', 3],
    [307, 'POST', 4],
  ] as const)('%s within the origin repeats the credentials, as a %s', async ([status, method, canaries]) => {
    const { server, requests } = await site(() => ({ '/': to('/a', status), '/a': answerOf(200) }));
    await using _ = server;
    expect(inShort(await seeHttp(server, everything))).toBe('ok');
    expect(requests[1]).toMatch(new RegExp(`^${method} `));
    expect(requests[1]?.match(/c4nary/g)).toHaveLength(canaries);
  });
});

describe('from a public host', () => {
  const request = requestOf(http.options.parse({ url: 'http://www.example.org/' }));
  const leadFrom = (address: string, from = request) =>
    redirected(from, { ...answerOf302, address }, new URL('http://intranet/'));
  const answerOf302 = { status: 302, headers: {}, body: Buffer.of(), bodyBytes: 0, isWhole: true, tls: {} };

  test('must not lead into a private network, not even over a third host', () => {
    expect(leadFrom('80.67.169.12').publicOnly).toBe(true);
    expect(leadFrom('10.0.0.1').publicOnly).toBe(false);
    expect(leadFrom('10.0.0.1', leadFrom('80.67.169.12')).publicOnly).toBe(true);
  });

  test('nothing is connected there', async () => {
    let connections = 0;
    await using server = await serveTcp(() => connections++);
    const url = new URL(`http://127.0.0.1:${server.port}/`);
    const inward = { ...request, url, tls: { ...request.tls, host: 'localhost' }, publicOnly: true };
    const reading = { bodyBytesMax: 1_000, keepsBody: false };
    await expect(exchange(inward, reading, makeProbe())).rejects.toMatchObject({ cause: 'bad_answer' });
    expect(connections).toBe(0);
  });
});

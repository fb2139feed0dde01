// The check `http` against nginx, with what goes wrong in real life.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import http from '../../checks/http.ts';
import { Secret } from '../../config/secret.ts';
import { Authority } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { serveTcp } from '../support/loopback.ts';
import type { Nginx } from '../support/nginx.ts';
import { startNginx } from '../support/nginx.ts';
import { runCheck } from '../support/probe.ts';
import { inShort } from '../support/web.ts';
import type { Written } from '../support/web.ts';

const home = `<!doctype html><title>Globenet</title><h1>Bienvenue chez Globenet</h1>${'<p>Hébergement</p>'.repeat(200)}`;

// The password is `good`.
const files = {
  'html/index.html': home,
  'html/large.bin': 'a'.repeat(1_000_000),
  htpasswd: 'vigie:{PLAIN}good\n',
};

const site = (port: number) => `
  absolute_redirect off;
  gzip on;
  gzip_types *;
  limit_req_zone $server_name zone=visitors:32k rate=1r/m;
  server {
    listen 127.0.0.1:${port} default_server;
    return 200 "Welcome to nginx!";
  }
  server {
    listen 127.0.0.1:${port};
    server_name www.lab.test;
    root html;
    default_type text/html;
    location = /drip { limit_rate 10; alias html/large.bin; }
    location = /narrow { limit_rate 100k; alias html/large.bin; }
    location = /out { return 301 https://www.example.org/; }
    location = /old { return 301 /; }
    location = /private { auth_basic lab; auth_basic_user_file htpasswd; alias html/index.html; }
    location = /crowded { limit_req zone=visitors; limit_req_status 429; alias html/index.html; }
    location = /api { default_type application/json; return 200 '{"status":"degraded","jobs":[3]}'; }
  }
`;

describe.skipIf(!installed('nginx'))('nginx', () => {
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx({ http: site, files });
  });
  afterAll(() => nginx.stop());

  const see = (path: string, written: Written = {}, { port = nginx.port, timeoutMs = 10_000 } = {}) =>
    runCheck(
      http,
      {
        url: `http://127.0.0.1:${port}${path}`,
        ...written,
        headers: { host: 'www.lab.test', ...(written['headers'] as object) },
      },
      { timeoutMs },
    );
  const welcomed = { expect: { body: { contains: 'Bienvenue chez Globenet', lacks: 'nginx' } } };

  test('a page that is well', async () => {
    const outcome = await see('/', welcomed);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { status: 200, bodyBytes: Buffer.byteLength(home) } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'first-byte', 'transfer']);
  });

  test('a page that comes compressed is read, and counted as it came', async () => {
    const outcome = await see('/', { ...welcomed, headers: { 'accept-encoding': 'gzip' } });
    expect(inShort(outcome)).toBe('ok');
    expect(outcome.facts['bodyBytes']).toBeLessThan(Buffer.byteLength(home) / 4);
  });

  test.for<[string, string, Written, string]>([
    ['a page that is gone', '/gone', {}, 'fail bad_status'],
    ['the site of another', '/', { ...welcomed, headers: { host: 'other.lab.test' } }, 'fail bad_body'],
    ['the site of another, though it answers 200', '/', { headers: { host: 'other.lab.test' } }, 'ok'],
    ['a redirect home', '/old', welcomed, 'ok'],
    ['a redirect that should be', '/out', { redirects: { to: 'https://www.example.org/' } }, 'ok'],
    ['a redirect that should not be', '/old', { redirects: 'refuse' }, 'fail bad_answer'],
    ['a door that is closed', '/private', {}, 'fail bad_status'],
    [
      'the right key',
      '/private',
      { ...welcomed, basic: { user: 'vigie', password: new Secret('good') } },
      'ok',
    ],
    ['a wrong key', '/private', { basic: { user: 'vigie', password: new Secret('bad') } }, 'fail bad_status'],
    ['an API that is well', '/api', { expect: { json: [{ pointer: '/jobs/0', below: 10 }] } }, 'ok'],
    [
      'an API that is not',
      '/api',
      { expect: { json: [{ pointer: '/status', equals: 'ok' }] } },
      'fail bad_body',
    ],
    [
      'a header that is missing',
      '/',
      { expect: { headers: { 'strict-transport-security': { contains: 'max-age' } } } },
      'fail bad_answer',
    ],
  ])('%s', async ([, path, written, seen]) => {
    expect(inShort(await see(path, written))).toBe(seen);
  });

  test('a limit on our own requests is a warning for whoever says so', async () => {
    expect(inShort(await see('/crowded'))).toBe('ok');
    expect(inShort(await see('/crowded', { warn: { status: 429 } }))).toBe('warn bad_status');
    expect(inShort(await see('/crowded'))).toBe('fail bad_status');
  });

  test('a body that drips ends at the deadline', async () => {
    const outcome = await see('/drip', {}, { timeoutMs: 1_500 });
    expect(inShort(outcome)).toBe('fail timeout_reply');
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'first-byte']);
  });

  test('a narrow line is slow in its transfer, and nowhere else', async () => {
    const { phasesUs, kind } = await see('/narrow');
    expect(kind).toBe('ok');
    expect(phasesUs['transfer']).toBeGreaterThan(3 * (phasesUs['first-byte'] ?? 0));
  });

  test('a frozen server accepts the connection and is silent; it recovers', async () => {
    nginx.pause();
    const outcome = await see('/', {}, { timeoutMs: 700 });
    nginx.resume();
    expect(inShort(outcome)).toBe('fail timeout_reply');
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect']);
    expect(inShort(await see('/'))).toBe('ok');
  });

  test('a server that comes back to life in time is slow, not down', async () => {
    nginx.pause();
    setTimeout(nginx.resume, 1_500);
    const outcome = await see('/', welcomed);
    expect(inShort(outcome)).toBe('ok');
    expect(outcome.phasesUs['first-byte']).toBeGreaterThan(outcome.totalUs / 2);
  });

  test.for([0, 1, 17, 200, 3_000])(
    'a connection that is reset after %i bytes of the answer',
    async (bytes) => {
      await using proxy = await serveTcp((socket) => {
        const upstream = connect(nginx.port, '127.0.0.1').on('error', () => {});
        socket.on('data', (data) => upstream.write(data)).on('close', () => upstream.destroy());
        let left = bytes;
        upstream.on('data', (data: Buffer) => {
          socket.write(data.subarray(0, left));
          left -= Math.min(left, data.length);
          if (left === 0) setImmediate(() => socket.resetAndDestroy());
        });
      });
      expect(inShort(await see('/', {}, { port: proxy.port }))).toBe('fail reset');
      await proxy.allClosed();
    },
  );

  test('IPv6 is dead where only IPv4 listens', async () => {
    const url = `http://localhost:${nginx.port}/`;
    expect(inShort(await runCheck(http, { url }, { family: 4 }))).toBe('ok');
    expect(inShort(await runCheck(http, { url }, { family: 6 }))).toBe('fail refused');
  });
});

describe.skipIf(!installed('nginx') || !installed('openssl'))('nginx over TLS', () => {
  test.for([
    ['in force', { toDays: 60 }, 'ok'],
    ['about to expire', { fromDays: -80, toDays: 9 }, 'warn tls_expiring'],
  ] as const)('a certificate %s', async ([, order, seen]) => {
    using lab = new Authority();
    const { key, chain } = lab.issue({ names: ['DNS:www.lab.test'], ...order });
    await using nginx = await startNginx({
      http: (port) => `server {
        listen 127.0.0.1:${port} ssl http2;
        ssl_certificate site.pem;
        ssl_certificate_key site.key;
        location / { return 200 "Bienvenue over $server_protocol"; }
      }`,
      files: { 'site.pem': chain, 'site.key': key },
    });
    const outcome = await runCheck(http, {
      url: `https://127.0.0.1:${nginx.port}/`,
      servername: 'www.lab.test',
      ca: lab.root.certificate,
      expect: { body: { contains: 'Bienvenue over HTTP/1.1' } },
    });
    expect(inShort(outcome)).toBe(seen);
    if (outcome.kind !== 'fail')
      expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'tls', 'first-byte', 'transfer']);
  });
});

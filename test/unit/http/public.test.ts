import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { publishedStatus } from '../../../server/app/publish.ts';
import { description, serviceAnswer } from '../../../server/http/api.ts';
import { securityHeaders } from '../../../server/http/headers.ts';
import { json } from '../../../server/http/render.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const app = serve(() => status);
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

/** One address of every route, and some that do not exist. */
const addresses = [
  '/',
  '/fr',
  '/en',
  '/api/v1',
  '/api/v1/status',
  '/api/v1/services/databases',
  '/api/v1/services/canary-id',
  '/api/v1/services/databases/history',
  '/api/v1/services/canary-id/history',
  '/services/databases',
  '/fr/services/databases/7d',
  '/fr/services/canary-id',
  '/api/v1/services/databases/times/24h',
  '/api/v1/services/canary-id/times/24h/csv',
  '/api/v1/nothing',
  '/assets/main-1.js',
  '/assets/../package.json',
  '/healthz',
  '/live',
  '/robots.txt',
  '/heartbeat/canary-token',
  '/heartbeat/canary-token/start',
  '/nothing',
] as const;

describe('the public listener', () => {
  test('has these routes and no others', () => {
    expect([...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))]).toEqual([
      'GET /',
      'OPTIONS /',
      'GET /healthz',
      'GET /live',
      'GET /robots.txt',
      'GET /assets/:file',
      'GET /api/v1/services/:id/history',
      'GET /heartbeat/:token',
      'POST /heartbeat/:token',
      'GET /heartbeat/:token/:signal{start|done|fail}',
      'POST /heartbeat/:token/:signal{start|done|fail}',
      'GET /services/:id',
      'GET /:language{(?:fr|en)}/services/:id/:window{(?:24h|7d|30d|90d|13m)}?',
      'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}',
      'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}/csv',
      'GET /*',
    ]);
  });

  test.for(addresses.map((path) => [path] as const))(
    'leaves no trace of what is private, sets no cookie and is secured at %s',
    async ([path]) => {
      const response = await get(path);
      const said = `${JSON.stringify([...response.headers])} ${await response.text()}`;
      expect(said).not.toContain('canary');
      expect(response.headers.get('Set-Cookie')).toBeNull();
      for (const [name, value] of Object.entries(securityHeaders))
        expect(response.headers.get(name)).toBe(value);
    },
  );

  test('allows nothing inline and nobody else', () => {
    const policy = securityHeaders['Content-Security-Policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
  });

  test.for([
    ['/nothing', 404, 'text/plain; charset=utf-8'],
    ['/api/v1/services/nothing', 404, 'application/json'],
    ['/assets/main-2.js', 404, 'text/plain; charset=utf-8'],
    ['/metrics', 404, 'text/plain; charset=utf-8'],
    ['/robots.txt', 200, 'text/plain; charset=utf-8'],
    ['/fr', 200, 'text/html; charset=utf-8'],
    ['/api/v1/status', 200, 'application/json'],
    ['/assets/main-1.js', 200, 'text/javascript; charset=utf-8'],
  ] as const)('answers %s with %d', async ([path, expected, type]) => {
    const response = await get(path);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([expected, type]);
  });

  test('answers only to who reads', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await app.request('/api/v1/status', { method })).status).toBe(404);
    expect((await app.request('/fr', { method: 'HEAD' })).status).toBe(200);
  });

  test('tells a load balancer that it is there', async () => {
    const response = await app.request('/', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('Allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await app.request('/fr', { method: 'OPTIONS' })).status).toBe(404);
  });

  test('says nothing of a bug of ours but that there is one', async () => {
    const told: unknown[] = [];
    const broken = serve(() => status, {
      pages: () => {
        throw new Error('canary');
      },
      log: (event, fields) => told.push([event, fields]),
    });
    const response = await broken.request('/fr?canary');
    expect([response.status, await response.text()]).toEqual([500, 'Internal error\n']);
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(told).toEqual([
      ['http.failed', { route: '/*', method: 'GET', error: expect.any(Error) as Error }],
    ]);
  });

  test.for([
    ['fresh pages', 119_999, 200],
    ['pages that nobody makes anew', 120_000, 503],
  ] as const)('tells a watcher of %s', async ([, age, expected]) => {
    const watched = serve(() => status, { now: () => status.generatedAt + age });
    expect((await watched.request('/healthz')).status).toBe(expected);
  });
});

describe('what was read before', () => {
  test.for(['/', '/fr', '/api/v1/status', '/assets/main-1.js'])('is not sent again: %s', async (path) => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const first = await get(path, { 'Accept-Encoding': encoding });
      const etag = first.headers.get('ETag') ?? '';
      expect(etag).toMatch(/^"[\w-]{22}-(br|gzip|identity)"$/);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await get(path, { 'Accept-Encoding': encoding, 'If-None-Match': known });
        expect([again.status, await again.text(), again.headers.get('ETag')]).toEqual([304, '', etag]);
      }
      expect((await get(path, { 'If-None-Match': '"other"' })).status).toBe(200);
    }
  });

  test('has a tag of its own in each encoding', async () => {
    const tags = ['br', 'gzip', 'identity'].map(async (encoding) =>
      (await get('/fr', { 'Accept-Encoding': encoding })).headers.get('ETag'),
    );
    expect(new Set(await Promise.all(tags)).size).toBe(3);
  });

  test('is sent again when something has changed', async () => {
    let current = status;
    const changing = serve(() => current);
    const etag = (await changing.request('/fr')).headers.get('ETag') ?? '';
    current = { ...status, generatedAt: status.generatedAt + 60_000 };
    const again = await changing.request('/fr', { headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(200);
    expect(again.headers.get('ETag')).not.toBe(etag);
  });

  test.for([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['BR;Q=0, GZIP', 'gzip'],
    ['br;q=0.0, gzip;q=0', null],
    ['deflate', null],
    ['', null],
  ] as const)('is encoded as the reader can read it: %s', async ([accepted, encoding]) => {
    const response = await get('/fr', { 'Accept-Encoding': accepted });
    expect(response.headers.get('Content-Encoding')).toBe(encoding);
    expect(response.headers.get('Vary')).toBe('Accept-Encoding');
  });

  test('is as small as a page should be', async () => {
    const response = await get('/fr', { 'Accept-Encoding': 'br' });
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(4_000);
  });
});

describe('the front page', () => {
  test.for([
    ['', 'fr'],
    ['en', 'en'],
    ['en-GB,en;q=0.9,fr;q=0.8', 'en'],
    ['fr;q=0.8, en;q=0.9', 'en'],
    ['de, es', 'fr'],
    ['en;q=0, fr;q=0.1', 'fr'],
    ['*', 'fr'],
    ['en;q=x', 'fr'],
    [`${'x,'.repeat(300)}en`, 'fr'],
  ] as const)('speaks the language that "%s" asks for', async ([accepted, language]) => {
    const response = await get('/', { 'Accept-Language': accepted });
    expect(response.headers.get('Content-Language')).toBe(language);
    expect(response.headers.get('Vary')).toBe('Accept-Encoding, Accept-Language');
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  test('is not there in a language that the organisation does not speak', async () => {
    const english = serve(() => ({
      ...status,
      organisation: { ...status.organisation, languages: ['en'] as const },
    }));
    expect((await english.request('/fr')).status).toBe(404);
    const response = await english.request('/', { headers: { 'Accept-Language': 'fr' } });
    expect(response.headers.get('Content-Language')).toBe('en');
    expect(await response.text()).not.toContain('hreflang="fr"');
  });
});

describe('the API', () => {
  test('gives what is published', async () => {
    const answer: unknown = await (await get('/api/v1/status')).json();
    expect(answer).toEqual(status);
    expect(publishedStatus.parse(answer)).toEqual(status);
  });

  test('gives one service, and its outages', async () => {
    const answer = serviceAnswer.parse(await (await get('/api/v1/services/mail')).json());
    expect(answer.service.id).toBe('mail');
    expect(answer.outages.map(({ service }) => service)).toEqual(['mail']);
  });

  test('says what it does not have in words that a program can read', async () => {
    expect(await (await get('/api/v1/services/canary')).json()).toEqual({
      error: { code: 'not-found', message: 'There is nothing here. /api/v1 says what there is.' },
    });
  });

  test('describes all it has, and every field', async () => {
    expect(await (await get('/api/v1')).json()).toEqual(JSON.parse(JSON.stringify(description)));
    expect(Object.keys(description.paths)).toEqual([
      '/api/v1/status',
      '/api/v1/services/{id}',
      '/api/v1/services/{id}/history',
      '/api/v1/services/{id}/times/{window}',
    ]);
    const schema = z.toJSONSchema(publishedStatus);
    expect(Object.keys(schema.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(status)));
  });
});

test('the history of a service is what was made beforehand, and of others nothing is known', async () => {
  const asked: string[] = [];
  const told = { service: 'databases' };
  const app = serve(() => status, {
    history: (service) => {
      asked.push(service);
      return service === 'databases' ? json(told) : undefined;
    },
  });
  const response = await app.request('/api/v1/services/databases/history');
  expect([response.status, await response.json()]).toEqual([200, told]);
  const headers = { 'If-None-Match': response.headers.get('ETag') ?? '' };
  expect((await app.request('/api/v1/services/databases/history', { headers })).status).toBe(304);
  expect((await app.request('/api/v1/services/none/history')).status).toBe(404);
  expect(asked).toEqual(['databases', 'databases', 'none']);
});

describe('somebody who reads', () => {
  const reader = { Accept: 'text/html,*/*;q=0.8', 'Accept-Language': 'en', 'If-None-Match': '*' };
  const ask = async (path: string) => {
    const response = await serve(() => status, { past: () => 'unready' }).request(path, { headers: reader });
    const page = await response.text();
    return [
      response.status,
      response.headers.get('Retry-After'),
      response.headers.get('Cache-Control'),
      /<html lang="(..)"/.exec(page)?.[1],
      /<h1>(.*?)<\/h1>/.exec(page)?.[1],
    ];
  };

  test.for([
    ['/fr/nothing', 'fr', 'Cette page n’existe pas.'],
    ['/nothing', 'en', 'There is no such page.'],
    ['/en/services/nothing', 'en', 'There is no such page.'],
  ] as const)('is told of %s, in %s, that it is not there', async ([path, language, said]) => {
    expect(await ask(path)).toEqual([404, null, 'no-store', language, said]);
  });

  test.for([
    ['/fr/history', 'fr', 'L’historique se prépare.'],
    ['/en/history/2026-01', 'en', 'The history is being prepared.'],
    ['/en/incidents/7', 'en', 'The history is being prepared.'],
  ] as const)('is told of %s, in %s, that it will soon be there', async ([path, language, said]) => {
    expect(await ask(path)).toEqual([503, '5', 'no-store', language, said]);
  });
});

test('a program that asks for a history too early is told to ask again', async () => {
  const app = serve(() => status, { past: () => 'unready' });
  for (const path of ['/api/v1/services/databases/history', '/fr/history']) {
    const response = await app.request(path);
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  }
  expect((await app.request('/fr/nothing')).status).toBe(404);
});

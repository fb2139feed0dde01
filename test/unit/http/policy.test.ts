import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { allow, seal, text } from '../../../server/http/policy.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();

const hello = () => text(200, 'hello');

test('an app whose routes all say who may call them starts', () => {
  const app = new Hono().get('/', allow('snapshot', hello)).get('/x', allow('asset', hello));
  expect(seal(app, ['snapshot', 'asset'])).toBe(app);
});

test.for([
  ['a bare handler', () => new Hono().get('/', (c) => c.text('hello')), 'GET /'],
  [
    'a second handler on a path',
    () => new Hono().get('/', allow('snapshot', hello), (c) => c.text('')),
    'GET /',
  ],
  ['a bare middleware', () => new Hono().use((_, next) => next()), 'ALL /*'],
  [
    'a mounted app',
    () =>
      new Hono().route(
        '/sub',
        new Hono().post('/x', (c) => c.text('')),
      ),
    'POST /sub/x',
  ],
  [
    'a policy of the other listener',
    () => new Hono().get('/metrics', allow('operator', hello)),
    'GET /metrics',
  ],
] as const)('%s keeps it from starting', ([, make, route]) => {
  expect(() => seal(make(), ['snapshot'])).toThrow(
    `${route} is a route without a policy that this listener serves`,
  );
});

test('only what was found may be kept by a cache', async () => {
  const app = new Hono().get('/found', allow('asset', hello)).get(
    '/missing',
    allow('asset', () => text(404, '404')),
  );
  expect((await app.request('/found')).headers.get('Cache-Control')).toContain('immutable');
  expect((await app.request('/missing')).headers.get('Cache-Control')).toBe('no-store');
});

test.for([
  ['/fr', 'public, max-age=1, stale-while-revalidate=15'],
  ['/', 'public, max-age=1, stale-while-revalidate=15'],
  ['/api/v1/status', 'public, max-age=1, stale-while-revalidate=15'],
  ['/fr/services/databases', 'public, max-age=1, stale-while-revalidate=15'],
  ['/assets/main-1.js', 'public, max-age=31536000, immutable'],
  ['/nothing', 'no-store'],
  ['/healthz', 'no-store'],
  ['/heartbeat/canary-token', 'no-store'],
] as const)('lets caches keep %s for no longer than it holds: %s', async ([path, expected]) => {
  const app = serve(() => status);
  expect((await app.request(path)).headers.get('Cache-Control')).toBe(expected);
});

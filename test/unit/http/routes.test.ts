// Every route there is, and who may call it: a new one fails here until it is written down, and tried as a stranger.
import type { Hono } from 'hono';
import { expect, test } from 'vitest';
import { eventful } from './network.ts';
import { serve } from './serve.ts';
import { servePrivate } from './serve-private.ts';

const everybody = [
  'GET /',
  'GET /*',
  'GET /:language{(?:fr|en)}/services/:id/:window{(?:24h|7d|30d|90d|13m)}?',
  'GET /api/v1/services/:id/history',
  'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}',
  'GET /api/v1/services/:id/times/:window{(?:24h|7d|30d|90d|13m)}/csv',
  'GET /assets/:file',
  'GET /healthz',
  'GET /heartbeat/:token',
  'GET /heartbeat/:token/:signal{start|done|fail}',
  'GET /robots.txt',
  'GET /services/:id',
  'OPTIONS /',
  'POST /heartbeat/:token',
  'POST /heartbeat/:token/:signal{start|done|fail}',
];
const administrators = [
  'GET /alerts',
  'GET /alerts/events',
  'GET /api/v1/alerts',
  'GET /api/v1/checks/:id/explanations',
  'GET /api/v1/checks/:id/latency',
  'GET /api/v1/checks/:id/results',
  'GET /api/v1/incidents',
  'GET /api/v1/incidents/:id',
  'GET /api/v1/maintenance',
  'GET /api/v1/reports/:month',
  'GET /api/v1/services/:id/history',
  'GET /api/v1/subscribers',
  'GET /assets/:file',
  'GET /healthz',
  'GET /metrics',
  'GET /reports/:month',
  'OPTIONS /',
];
const tokenHolders = [
  'POST /api/v1/alerts/:id/acknowledgement',
  'POST /api/v1/incidents',
  'POST /api/v1/incidents/:id/entries',
  'POST /api/v1/maintenance',
  'POST /api/v1/maintenance/:id/cancel',
  'POST /api/v1/maintenance/:id/end',
  'POST /api/v1/silences',
  'POST /api/v1/silences/:id/end',
  'POST /api/v1/subscribers/bounced',
  'POST /api/v1/subscribers/erased',
];

const routesOf = (app: Hono) => app.routes.map(({ method, path }) => `${method} ${path}`).toSorted();

test('everybody may call these of the public listener, and there are no others', () => {
  expect(routesOf(serve(() => eventful().publish()))).toEqual(everybody);
});

test('who reaches the private listener may read these, and there are no others', () => {
  expect(routesOf(servePrivate())).toEqual([...administrators, ...tokenHolders].toSorted());
});

test('what changes something is none of those that may be read', () => {
  for (const route of administrators) expect(route).toMatch(/^(?:GET|OPTIONS) /);
});

test.for(tokenHolders)('a stranger may not %s', async (route) => {
  const [method = '', path = ''] = route.split(' ');
  const headers = { 'Content-Type': 'application/json' };
  const response = await servePrivate().request(path.replaceAll(/:\w+/g, '1'), {
    method,
    headers,
    body: '{}',
  });
  expect(response.status).toBe(401);
});

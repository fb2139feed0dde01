// Every route there is, and who may call it: a new one fails here until it is written down, and tried as a stranger.
import type { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createPrivate } from '../../../server/http/private.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const everybody = [
  'GET /',
  'GET /*',
  'GET /assets/:file',
  'GET /healthz',
  'GET /heartbeat/:token',
  'GET /heartbeat/:token/:signal{start|done|fail}',
  'GET /robots.txt',
  'OPTIONS /',
  'POST /heartbeat/:token',
  'POST /heartbeat/:token/:signal{start|done|fail}',
];
const administrators = [
  'GET /api/v1/checks/:id/explanations',
  'GET /api/v1/checks/:id/latency',
  'GET /api/v1/incidents',
  'GET /api/v1/incidents/:id',
  'GET /healthz',
  'GET /metrics',
  'OPTIONS /',
];
const tokenHolders = ['POST /api/v1/incidents', 'POST /api/v1/incidents/:id/entries'];

const routesOf = (app: Hono) => app.routes.map(({ method, path }) => `${method} ${path}`).toSorted();

const unused = () => Promise.reject(new Error('nothing was to be done'));

const privateApp = (): Hono =>
  createPrivate({
    metrics: { text: unused },
    explanations: unused,
    latency: { history: unused, checks: () => new Map(), now: () => 0 },
    incidents: { all: new Map(), write: unused },
    holderOf: () => undefined,
    clock: { monotonicMs: () => 0 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });

test('everybody may call these of the public listener, and there are no others', () => {
  expect(routesOf(serve(() => eventful().publish()))).toEqual(everybody);
});

test('who reaches the private listener may read these, and there are no others', () => {
  expect(routesOf(privateApp())).toEqual([...administrators, ...tokenHolders].toSorted());
});

test('what changes something is none of those that may be read', () => {
  for (const route of administrators) expect(route).toMatch(/^(?:GET|OPTIONS) /);
});

test.for(tokenHolders)('a stranger may not %s', async (route) => {
  const [method = '', path = ''] = route.split(' ');
  const headers = { 'Content-Type': 'application/json' };
  const response = await privateApp().request(path.replaceAll(/:\w+/g, '1'), { method, headers, body: '{}' });
  expect(response.status).toBe(401);
});

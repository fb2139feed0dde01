// Every route there is, and who may call it: a new one fails here until it is written down, and tried as a stranger.
import type { Hono } from 'hono';
import { expect, test } from 'vitest';
import { administrators, everybody, tokenHolders } from '../../support/routes.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';
import { servePrivate } from './serve-private.ts';

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

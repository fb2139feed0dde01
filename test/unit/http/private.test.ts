import { expect, test } from 'vitest';
import { securityHeaders } from '../../../server/http/headers.ts';
import type { Explained } from '../../../server/app/ports.ts';
import { createPrivate } from '../../../server/http/private.ts';

const explained: Explained = {
  sentence: 'connection 5 of user shop holds the lock',
  outage: 'check:db1@3',
  explanation: { engine: 'mariadb', at: 7, bundle: { wishes: [] } },
};

const serve = (text: (accept?: string) => Promise<{ type: string; body: string }>) => {
  const logged: unknown[] = [];
  const log = (event: string, fields: object = {}) => logged.push([event, fields]);
  const explanations = async (check: string, limit: number) =>
    check === 'db1' && limit === 100 ? [explained] : [];
  const app = createPrivate({ metrics: { text }, explanations, log: { info: log, warn: log, error: log } });
  return { app, logged };
};

test('Prometheus gets its text in the format that it asks for', async () => {
  const { app } = serve((accept) => Promise.resolve({ type: `text/${accept}`, body: 'up 1\n' }));
  const response = await app.request('/metrics', { headers: { Accept: 'x' } });
  expect(response.headers.get('Content-Type')).toBe('text/x');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(await response.text()).toBe('up 1\n');
});

test.for([
  ['GET', '/healthz', 200],
  ['OPTIONS', '/', 204],
  ['GET', '/', 404],
  ['GET', '/fr', 404],
  ['GET', '/metrics/', 404],
] as const)('the private listener answers %s %s with %d', async ([method, path, status]) => {
  const { app } = serve(() => Promise.resolve({ type: 'text/plain', body: '' }));
  const response = await app.request(path, { method });
  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Security-Policy')).toBe(securityHeaders['Content-Security-Policy']);
});

test('why a check was as it was is told to administrators, and kept by nobody on the way', async () => {
  const { app } = serve(() => Promise.resolve({ type: 'text/plain', body: '' }));
  const response = await app.request('/api/v1/checks/db1/explanations');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(await response.json()).toEqual({ check: 'db1', explanations: [explained] });
  expect(await (await app.request('/api/v1/checks/site/explanations')).json()).toEqual({
    check: 'site',
    explanations: [],
  });
});

test('a failure to count is told in the log, not to who asks', async () => {
  const { app, logged } = serve(() => Promise.reject(new Error('canary')));
  const response = await app.request('/metrics');
  expect([response.status, await response.text()]).toEqual([500, 'Internal error\n']);
  expect(logged).toEqual([
    ['http.failed', { route: '/metrics', method: 'GET', error: expect.any(Error) as Error }],
  ]);
});

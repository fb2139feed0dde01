import { expect, test } from 'vitest';
import { securityHeaders } from '../../../server/http/headers.ts';
import type { Explained, Store } from '../../../server/app/ports.ts';
import { series4, standing } from '../../support/effects.ts';
import { servePrivate } from './serve-private.ts';

const explained: Explained = {
  sentence: 'connection 5 of user shop holds the lock',
  outage: 'check:db1@3',
  explanation: { engine: 'mariadb', at: 7, bundle: { wishes: [] } },
};

const now = Date.UTC(2026, 2, 1);
const watched = { key: series4, standing: standing(0) };
const figures = { good: 3, poor: 0, bad: 1, invalid: 0 };
/** Says what it was asked. */
const history: Store['history'] = async (_, { from, to, phase }) => ({
  widthMs: to - from,
  all: figures,
  buckets: phase === 'connect' ? [] : [{ at: from, ...figures }],
});

const serve = (text: (accept?: string) => Promise<{ type: string; body: string }>) => {
  const logged: unknown[] = [];
  const log = (event: string, fields: object = {}) => logged.push([event, fields]);
  const explanations = async (check: string, limit: number) =>
    check === 'db1' && limit === 100 ? [explained] : [];
  const app = servePrivate({
    metrics: { text },
    explanations,
    latency: { history, checks: () => new Map([['db1', { series: [watched] }]]), now: () => now },
    log: { info: log, warn: log, error: log },
  });
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

const askLatency = async (query: string) => {
  const { app } = serve(() => Promise.resolve({ type: 'text/plain', body: '' }));
  const response = await app.request(`/api/v1/checks/${query}`);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
};

test('how long probes took is told of the last day, or of any window, as a whole or of a phase', async () => {
  const day = 86_400_000;
  expect(await askLatency('db1/latency')).toMatchObject({
    status: 200,
    answer: {
      from: now - day,
      to: now,
      shares: expect.arrayContaining([0.5, 0.95]) as unknown,
      series: [{ ...series4, widthMs: day, all: figures, buckets: [{ at: now - day }] }],
    },
  });
  expect(
    await askLatency('db1/latency?from=2026-02-01T00:00:00Z&to=2026-02-01T01:00:00%2B01:00&phase=connect'),
  ).toMatchObject({ status: 400 });
  expect(
    await askLatency('db1/latency?from=2026-02-01T00:00:00Z&to=2026-02-01T02:00:00%2B01:00&phase=connect'),
  ).toMatchObject({ status: 200, answer: { series: [{ widthMs: 3_600_000, buckets: [] }] } });
});

test.for([
  ['site/latency', 404, 'no check has the id site'],
  ['db1/latency?from=yesterday', 400, 'from: an instant such as 2026-11-22T09:00:00Z'],
  ['db1/latency?from=2036-01-01T00:00:00Z', 400, 'to: an instant after "from", and at most five years'],
  ['db1/latency?from=1999-01-01T00:00:00Z', 400, 'to: an instant after "from", and at most five years'],
  ['db1/latency?form=1', 400, 'Unrecognized key: "form"'],
] as const)('a question that has no answer is told why: %s', async ([query, status, problem]) => {
  expect(await askLatency(query)).toEqual({ status, answer: { problem } });
});

import { expect, test } from 'vitest';
import { securityHeaders } from '../../../server/http/headers.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Explained, Store } from '../../../server/app/ports.ts';
import type { HistoryDeps } from '../../../server/http/history.ts';
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

const hourMs = 3_600_000;
/** Of the last half day, one in every page. */
const results: Store['results'] = async (series, { from, to }) => {
  const evidence = '=1+1, he said "no"';
  const measured = { totalUs: 7, phasesUs: { connect: 5, query: to - from }, facts: {} };
  return from < now - 12 * hourMs
    ? []
    : [{ series, at: from, grade: 'bad', cause: 'refused', evidence, ...measured }];
};
const sums = { upMs: 5, degradedMs: 0, downMs: 3, unknownMs: 2, maintenanceMs: 0 };
const past: HistoryDeps['past'] = async (service, { from, to: until }) => {
  const month = { month: '2026-02', from, until, ...sums, availability: 0.625, memberMinutesLost: 9 };
  return service === 'mail' ? { service, from, until, ...sums, outages: [], months: [month] } : undefined;
};

const serve = (
  text: (accept?: string) => Promise<{ type: string; body: string }>,
  told: Store['history'] = history,
) => {
  const logged: unknown[] = [];
  const log = (event: string, fields: object = {}) => logged.push([event, fields]);
  const explanations = async (check: string, limit: number) =>
    check === 'db1' && limit === 100 ? [explained] : [];
  const app = servePrivate({
    metrics: { text },
    explanations,
    history: {
      history: told,
      results,
      past,
      checks: () => new Map([['db1', { series: [watched] }]]),
      now: () => now,
      log: { error: log },
    },
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

test('how long probes took is compared with another window of the same length', async () => {
  const { answer } = await askLatency('db1/latency?against=2026-02-01T00:00:00Z');
  const from = Date.UTC(2026, 1, 1);
  expect(answer).toMatchObject({
    against: { from, to: from + 24 * hourMs },
    series: [{ all: figures, against: figures }],
  });
});

test('times of which what was kept is damaged are named, and told in the log', async () => {
  const damaged = [{ from: now - 12 * hourMs, to: now - 6 * hourMs }];
  const { app, logged } = serve(
    () => Promise.resolve({ type: 'text/plain', body: '' }),
    async (...asked) => ({ ...(await history(...asked)), damaged }),
  );
  const answer = (await (await app.request('/api/v1/checks/db1/latency')).json()) as { series: unknown };
  expect(answer.series).toMatchObject([{ all: figures, damaged }]);
  const [from, to] = ['2026-02-28T12:00:00.000Z', '2026-02-28T18:00:00.000Z'];
  expect(logged).toEqual([['history.damaged', { check: 'db1', vantage: 'local', family: 4, from, to }]]);
});

const read = async (path: string) => {
  const { app } = serve(() => Promise.resolve({ type: 'text/plain', body: '' }));
  const response = await app.request(`/api/v1/${path}`);
  return { type: response.headers.get('Content-Type'), body: await response.text() };
};

test('results of any window are a table, in which no text is a formula', async () => {
  const { type, body } = await read('checks/db1/results?format=csv');
  expect(type).toBe('text/csv; charset=utf-8');
  const rest = `bad,refused,7,connect=5 query=21600000,"'=1+1, he said ""no"""`;
  expect(body.split('\r\n')).toEqual([
    'check,vantage,family,at,grade,cause,total_us,phases_us,evidence',
    `db1,local,4,2026-02-28T12:00:00.000Z,${rest}`,
    `db1,local,4,2026-02-28T18:00:00.000Z,${rest}`,
    '',
  ]);
});

test('results of any window are a list, which may be empty', async () => {
  const { type, body } = await read('checks/db1/results');
  expect(type).toBe('application/json');
  expect(JSON.parse(body)).toEqual([
    expect.objectContaining({ at: now - 12 * hourMs, evidence: '=1+1, he said "no"' }),
    expect.objectContaining({ at: now - 6 * hourMs }),
  ]);
  const old = 'checks/db1/results?from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z';
  expect((await read(old)).body).toBe('[]\n');
});

test('no more results are read than somebody takes, and none once nobody does', async () => {
  const asked: number[] = [];
  const app = servePrivate({
    history: {
      history,
      past,
      results: (series, window) => {
        asked.push(window.from);
        return results(series, window);
      },
      checks: () => new Map([['db1', { series: [watched] }]]),
      now: () => now,
      log: { error: () => {} },
    },
  });
  const { body } = await app.request('/api/v1/checks/db1/results?from=2026-02-01T00:00:00Z');
  const reader = body!.getReader();
  await new Promise(setImmediate);
  expect(asked).toHaveLength(0);
  expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^\[/);
  const taken = asked.length;
  await new Promise(setImmediate);
  expect(asked).toHaveLength(taken);
  await reader.cancel();
  await new Promise(setImmediate);
  expect(asked).toHaveLength(taken);
  expect(asked.at(-1)).toBe(now - 12 * hourMs);
});

test('how long probes took is a table, too', async () => {
  const { body } = await read('checks/db1/latency?format=csv');
  const quantiles = 'p10_us,p25_us,p50_us,p75_us,p90_us,p95_us,p99_us';
  expect(body.split('\r\n')).toEqual([
    `check,vantage,family,phase,from,good,poor,bad,invalid,min_us,mean_us,max_us,${quantiles}`,
    'db1,local,4,,2026-02-28T00:00:00.000Z,3,0,1,0,,,,,,,,,,',
    '',
  ]);
});

test('the past of a service is told of any window, whole and month by month', async () => {
  const { body } = await read('services/mail/history?from=2026-01-01T00:00:00Z');
  expect(JSON.parse(body)).toMatchObject({ from: Date.UTC(2026, 0, 1), until: now, ...sums });
  expect((await read('services/mail/history?format=csv')).body.split('\r\n')).toEqual([
    'service,month,from,until,up_ms,degraded_ms,down_ms,unknown_ms,maintenance_ms,availability,member_minutes_lost',
    'mail,2026-02,2026-02-28T00:00:00.000Z,2026-03-01T00:00:00.000Z,5,0,3,2,0,0.625,9',
    '',
  ]);
  const both = 'services/mail/history?from=2026-02-01T00:00:00Z&against=2025-02-01T00:00:00Z';
  const [from, until] = [Date.UTC(2025, 1, 1), Date.UTC(2025, 2, 1)];
  expect(JSON.parse((await read(both)).body)).toMatchObject({
    until: now,
    against: { from, until, ...sums },
  });
  expect((await read(`${both}&format=csv`)).body.split('\r\n').slice(1, 3)).toEqual([
    'mail,2026-02,2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,5,0,3,2,0,0.625,9',
    'mail,2026-02,2025-02-01T00:00:00.000Z,2025-03-01T00:00:00.000Z,5,0,3,2,0,0.625,9',
  ]);
  const { body: nothing } = await read('services/none/history');
  expect(JSON.parse(nothing)).toEqual({ problem: 'no service has the id none' });
});

test('an hour that is damaged is told, and left out; what is before and after it is not', async () => {
  const lines: unknown[] = [];
  const damagedAt = now - 5 * hourMs;
  const app = servePrivate({
    history: {
      history,
      past,
      results: async (series, { from, to }) => {
        if (from < damagedAt + hourMs && to > damagedAt)
          throw new StoreError('store.corrupt', 'The results of that hour are damaged.');
        return [{ series, at: from, grade: 'good', totalUs: to - from, phasesUs: {}, facts: {} }];
      },
      checks: () => new Map([['db1', { series: [watched] }]]),
      now: () => now,
      log: { error: (event, fields) => lines.push([event, fields?.['check']]) },
    },
  });
  const window = 'from=2026-02-28T12:00:00Z&to=2026-02-28T21:30:00Z';
  const told = (await (await app.request(`/api/v1/checks/db1/results?${window}`)).json()) as {
    at: number;
    totalUs: number;
  }[];
  const read = told.map(({ at, totalUs }) => [(at - now) / hourMs, totalUs / hourMs]);
  expect(read).toEqual([
    [-12, 6],
    [-6, 1],
    [-4, 1.5],
  ]);
  expect(lines).toEqual([['history.damaged', 'db1']]);
});

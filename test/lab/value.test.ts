// The check `value` against Prometheus: its own metrics, and the answers of its API.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import value from '../../checks/value.ts';
import { installed } from '../support/installed.ts';
import { runCheck } from '../support/probe.ts';
import type { Prometheus } from '../support/prometheus.ts';
import { startPrometheus } from '../support/prometheus.ts';
import type { Written } from '../support/web.ts';
import { inShort } from '../support/web.ts';

describe.skipIf(!installed('prometheus'))('Prometheus', () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus();
  });
  afterAll(() => prometheus[Symbol.asyncDispose]());

  const see = (url: string, written: Written, timeoutMs = 10_000) =>
    runCheck(value, { url, ...written }, { timeoutMs });
  const seeMetric = (metric: string, labels: object, written: Written = {}, timeoutMs = 10_000) =>
    see(`${prometheus.url}/metrics`, { read: { prometheus: { metric, labels } }, ...written }, timeoutMs);
  const first = { json: '/data/result/0/value/1', timestamp: '/data/result/0/value/0' };
  const seeQuery = (expression: string, written: Written = {}, at?: number) =>
    see(prometheus.query(expression, at), { read: first, ...written });

  test('the page of metrics', async () => {
    const outcome = await seeMetric('prometheus_ready', {});
    expect(outcome).toMatchObject({ kind: 'ok', facts: { status: 200, value: 1 } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'first-byte', 'transfer']);
  });

  test.for<[string, object, Written, string]>([
    ['prometheus_tsdb_head_series', {}, { fail: { below: 1 } }, 'ok'],
    ['prometheus_tsdb_head_series', {}, { warn: { above: 1 } }, 'warn bad_value'],
    ['prometheus_tsdb_head_series', {}, { fail: { above: 1 } }, 'fail bad_value'],
    ['prometheus_http_requests_total', { handler: '/api/v1/query', code: '200' }, {}, 'ok'],
    ['prometheus_http_requests_total', { handler: '/nowhere' }, {}, 'warn bad_value'],
    ['prometheus_engine_query_duration_seconds', {}, {}, 'warn bad_value'],
    ['prometheus_engine_query_duration_seconds_count', { slice: 'inner_eval' }, { fail: { below: 1 } }, 'ok'],
    ['no_such_metric', {}, {}, 'warn bad_value'],
    ['process_start_time_seconds', {}, { warn: { 'older-than': '1h' } }, 'warn bad_value'],
  ])('the metric %s %j with %j: %s', async ([metric, labels, written, seen]) => {
    expect(inShort(await seeMetric(metric, labels, written))).toBe(seen);
  });

  test('a metric dated by another', async () => {
    const selected = (metric: string) => ({ metric });
    const read = {
      prometheus: selected('prometheus_config_last_reload_successful'),
      timestamp: selected('prometheus_config_last_reload_success_timestamp_seconds'),
    };
    const url = `${prometheus.url}/metrics`;
    expect(inShort(await see(url, { read, fail: { 'older-than': '1h' } }))).toBe('ok');
    expect(inShort(await see(url, { read, fail: { 'older-than': '1ms' } }))).toBe('fail stale');
  });

  const anHourAgo = () => Math.round(Date.now() / 1_000) - 3_600;
  test.for<[string, Written, string]>([
    ['up', { fail: { below: 1 } }, 'ok'],
    ['vector(42)', { warn: { above: 40 }, fail: { above: 50 } }, 'warn bad_value'],
    ['vector(51)', { warn: { above: 40 }, fail: { above: 50 } }, 'fail bad_value'],
    ['vector(0) / 0', { fail: { below: 1 } }, 'warn bad_value'],
    ['vector(1) / 0', { fail: { above: 1 } }, 'warn bad_value'],
    ['no_such_metric', { fail: { below: 1 } }, 'warn bad_value'],
    ['vector(1)', { warn: { 'older-than': '5m' } }, 'ok'],
    ['not a query', {}, 'fail bad_status'],
  ])('the query %s with %j: %s', async ([expression, written, seen]) => {
    expect(inShort(await seeQuery(expression, written))).toBe(seen);
  });

  test('an answer of an hour ago is stale', async () => {
    const outcome = await seeQuery('vector(1)', { fail: { 'older-than': '5m' } }, anHourAgo());
    expect(inShort(outcome)).toBe('fail stale');
    expect(outcome.facts['value']).toBe(1);
  });

  test('a page of HTML where JSON or metrics were', async () => {
    const url = `${prometheus.url}/debug/pprof/`;
    expect(inShort(await see(url, { read: first }))).toBe('fail protocol');
    expect(inShort(await see(url, { read: { prometheus: { metric: 'up' } } }))).toBe('fail protocol');
  });

  test('a pointer to what is no number', async () => {
    expect(inShort(await seeQuery('up', { read: { json: '/data/result' } }))).toBe('fail protocol');
    expect(inShort(await seeQuery('up', { read: { json: '/status' } }))).toBe('fail protocol');
  });

  test('a redirect is not a number', async () => {
    expect(inShort(await see(`${prometheus.url}/`, { read: first }))).toBe('fail bad_status');
  });
});

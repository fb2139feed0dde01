// What was seen, for administrators: the results of a check, and the past of a service, over any window.
import type { Hono } from 'hono';
import type { Store } from '../app/ports.ts';
import type { ServicePast } from '../app/service-past.ts';
import type { Result } from '../core/result.ts';
import { csv, jsonArray, streamed } from './export.ts';
import { isoOf, latency } from './latency.ts';
import type { LatencyDeps } from './latency.ts';
import { allow, json } from './policy.ts';
import type { Answer } from './policy.ts';
import { asked, format } from './window.ts';
import type { Window } from './window.ts';

export interface HistoryDeps extends LatencyDeps {
  readonly results: Store['results'];
  /** Nothing, when there is no such service. */
  readonly past: (service: string, window: Window) => Promise<ServicePast | undefined>;
}

/** So much is read at a time. */
const pageMs = 6 * 3_600_000;
/** Of one series in that time: more than one a second. */
const pageResultsMax = 25_000;

export const serveHistory = (app: Hono, deps: HistoryDeps): void => {
  app.get(
    '/api/v1/checks/:id/latency',
    allow('operator', (c) => latency(c.req.param('id') ?? '', c.req.query(), deps)),
  );
  app.get(
    '/api/v1/checks/:id/results',
    allow('operator', (c) => results(c.req.param('id') ?? '', c.req.query(), deps)),
  );
  app.get(
    '/api/v1/services/:id/history',
    allow('operator', (c) => serviceHistory(c.req.param('id') ?? '', c.req.query(), deps)),
  );
};

/** Every result in `[from, to)`, oldest first, series after series. */
const results = (id: string, query: Readonly<Record<string, string>>, deps: HistoryDeps): Answer => {
  const check = deps.checks().get(id);
  if (check === undefined) return json(404, { problem: `no check has the id ${id}` });
  const question = asked(query, deps.now(), { format: format() });
  if ('problem' in question) return question.problem;
  const pages = pagesOf(check, question, deps);
  return question.format === 'csv'
    ? streamed('csv', csv(columns, rowsOf(pages)))
    : streamed('json', jsonArray(pages));
};

async function* pagesOf(
  { series }: { readonly series: readonly { readonly key: Result['series'] }[] },
  { from, to }: Window,
  deps: HistoryDeps,
): AsyncGenerator<readonly Result[]> {
  for (const { key } of series)
    for (let at = from; at < to; at += pageMs)
      yield await deps.results(key, { from: at, to: Math.min(to, at + pageMs), limit: pageResultsMax });
}

const columns = 'check vantage family at grade cause total_us phases_us evidence'.split(' ');

async function* rowsOf(pages: AsyncIterable<readonly Result[]>) {
  for await (const page of pages)
    yield page.map(({ series, at, grade, cause = '', totalUs, phasesUs, evidence = '' }) => {
      const phases = Object.entries(phasesUs).map(([phase, us]) => `${phase}=${us}`);
      const measured = [grade, cause, totalUs, phases.join(' '), evidence];
      return [series.check, series.vantage, series.family, isoOf(at), ...measured];
    });
}

/** Its ledger in whole milliseconds, month by month, its outages, and member-minutes lost. */
const serviceHistory = async (
  id: string,
  query: Readonly<Record<string, string>>,
  deps: HistoryDeps,
): Promise<Answer> => {
  const question = asked(query, deps.now(), { format: format() });
  if ('problem' in question) return question.problem;
  const past = await deps.past(id, question);
  if (past === undefined) return json(404, { problem: `no service has the id ${id}` });
  if (question.format === 'json') return json(200, past);
  const rows = past.months.map((month) => {
    const { upMs, degradedMs, downMs, unknownMs, maintenanceMs } = month;
    const { availability = '', memberMinutesLost = '' } = month;
    const sums = [upMs, degradedMs, downMs, unknownMs, maintenanceMs, availability, memberMinutesLost];
    return [id, month.month, isoOf(month.from), isoOf(month.until), ...sums];
  });
  return streamed('csv', csv(monthColumns, [rows]));
};

const monthColumns =
  'service month from until up_ms degraded_ms down_ms unknown_ms maintenance_ms availability member_minutes_lost'.split(
    ' ',
  );

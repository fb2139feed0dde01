// What was seen, for administrators: the results of a check, and the past of a service, over any window.
import type { Hono } from 'hono';
import { StoreError } from '../app/ports.ts';
import type { Store } from '../app/ports.ts';
import { resultCells, resultColumns } from '../app/result-row.ts';
import type { ServicePast } from '../app/service-past.ts';
import type { Result } from '../core/result.ts';
import type { SeriesKey } from '../core/series.ts';
import { csv, jsonArray, streamed } from './export.ts';
import { isoOf, latency } from './latency.ts';
import type { LatencyDeps } from './latency.ts';
import { allow, json } from './policy.ts';
import type { Answer } from './policy.ts';
import { asked, format, instant } from './window.ts';
import type { Window } from './window.ts';

export interface HistoryDeps extends LatencyDeps {
  readonly results: Store['results'];
  /** Nothing, when there is no such service. */
  readonly past: (service: string, window: Window) => Promise<ServicePast | undefined>;
}

const hourMs = 3_600_000;
/** So much is read at a time. */
const pageMs = 6 * hourMs;
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
    ? streamed('csv', csv(resultColumns, rowsOf(pages)))
    : streamed('json', jsonArray(pages));
};

async function* pagesOf(
  { series }: { readonly series: readonly { readonly key: SeriesKey }[] },
  { from, to }: Window,
  deps: HistoryDeps,
): AsyncGenerator<readonly Result[]> {
  for (const { key } of series)
    for (let at = Math.floor(from / pageMs) * pageMs; at < to; at += pageMs)
      yield* pageOf(key, { from: Math.max(from, at), to: Math.min(to, at + pageMs) }, deps);
}

// What is damaged is told, and takes nothing else with it: hours are sealed one by one.
async function* pageOf(
  key: SeriesKey,
  { from, to }: Window,
  deps: HistoryDeps,
): AsyncGenerator<readonly Result[]> {
  try {
    yield await deps.results(key, { from, to, limit: pageResultsMax });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'store.corrupt') throw error;
    const hourEndsAt = Math.floor(from / hourMs) * hourMs + hourMs;
    if (to <= hourEndsAt) return deps.log.error('history.damaged', { check: key.check, error });
    yield* pageOf(key, { from, to: hourEndsAt }, deps);
    yield* pageOf(key, { from: hourEndsAt, to }, deps);
  }
}

async function* rowsOf(pages: AsyncIterable<readonly Result[]>) {
  for await (const page of pages) yield page.map(resultCells);
}

/**
 * Its ledger in whole milliseconds, month by month, its outages, and member-minutes lost; and beside it the same of the
 * window of the same length that begins at `against`.
 */
const serviceHistory = async (
  id: string,
  query: Readonly<Record<string, string>>,
  deps: HistoryDeps,
): Promise<Answer> => {
  const question = asked(query, deps.now(), { against: instant().optional(), format: format() });
  if ('problem' in question) return question.problem;
  const { against } = question;
  const past = await deps.past(id, question);
  if (past === undefined) return json(404, { problem: `no service has the id ${id}` });
  // As long as what has passed of the window.
  const lengthMs = past.until - past.from;
  const other =
    against === undefined ? undefined : await deps.past(id, { from: against, to: against + lengthMs });
  if (question.format === 'json') return json(200, { ...past, ...(other && { against: other }) });
  const rows = [...past.months, ...(other?.months ?? [])].map((month) => {
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

// What the administrators' side can reach: the listener that no reverse proxy points at.
import { Hono } from 'hono';
import type { Log, Store } from '../app/ports.ts';
import { serveHistory } from './history.ts';
import type { HistoryDeps } from './history.ts';
import type { Incidents } from '../app/incidents.ts';
import { serveAlertActs } from './alert-acts.ts';
import type { AlertActsDeps } from './alert-acts.ts';
import { serveAlerts } from './alerts.ts';
import type { AlertsDeps } from './alerts.ts';
import { createActing } from './acting.ts';
import type { ActingDeps } from './acting.ts';
import { serveIncidents } from './incidents.ts';
import { serveMaintenance } from './maintenance.ts';
import type { MaintenanceDeps } from './maintenance.ts';
import type { Metrics } from './metrics.ts';
import { serveReport } from './report.ts';
import type { ReportDeps } from './report.ts';
import { serveSubscribers } from './subscribers.ts';
import type { SubscribersDeps } from './subscribers.ts';
import { allow, json, present, respond, seal, text } from './policy.ts';

export interface PrivateDeps extends ActingDeps, AlertsDeps, AlertActsDeps, ReportDeps {
  readonly metrics: Pick<Metrics, 'text'>;
  readonly explanations: Store['explanations'];
  readonly history: HistoryDeps;
  readonly incidents: Pick<Incidents, 'page' | 'find' | 'write'>;
  readonly maintenance: MaintenanceDeps;
  readonly subscribers: SubscribersDeps;
  readonly log: Log;
}

/** An hour of them, and all outages in it. */
const explanationsMax = 100;

export const createPrivate = (deps: PrivateDeps): Hono => {
  const { metrics, explanations, incidents, log } = deps;
  const app = new Hono();
  const acting = createActing(deps);
  serveIncidents(app, incidents, acting);
  serveAlertActs(app, deps, acting);
  serveAlerts(app, deps);
  serveMaintenance(app, deps.maintenance, acting);
  serveSubscribers(app, deps.subscribers, acting);
  serveHistory(app, deps.history);
  serveReport(app, deps);
  app.get(
    '/metrics',
    allow('operator', async (c) => {
      const { type, body } = await metrics.text(c.req.header('Accept'));
      return { status: 200, body, headers: { 'Content-Type': type } };
    }),
  );
  // Why a database was as it was, newest first; of a check that nobody asks, an empty list.
  app.get(
    '/api/v1/checks/:id/explanations',
    allow('operator', async (c) => {
      const check = c.req.param('id') ?? '';
      return json(200, { check, explanations: await explanations(check, explanationsMax) });
    }),
  );
  app.options('/', allow('operator', present));
  app.get(
    '/healthz',
    allow('operator', () => json(200, { status: 'ok' })),
  );
  app.notFound(() => respond(text(404, '404'), 'operator'));
  app.onError((error, c) => {
    log.error('http.failed', { route: c.req.routePath, method: c.req.method, error });
    return respond(text(500, 'Internal error'), 'operator');
  });
  return seal(app, ['operator', 'acting', 'asset']);
};

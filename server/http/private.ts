// What the administrators' side can reach: the listener that no reverse proxy points at.
import { Hono } from 'hono';
import type { Log } from '../app/ports.ts';
import type { Metrics } from './metrics.ts';
import { allow, json, present, respond, seal, text } from './policy.ts';

export interface PrivateDeps {
  readonly metrics: Pick<Metrics, 'text'>;
  readonly log: Log;
}

export const createPrivate = ({ metrics, log }: PrivateDeps): Hono => {
  const app = new Hono();
  app.get(
    '/metrics',
    allow('operator', async (c) => {
      const { type, body } = await metrics.text(c.req.header('Accept'));
      return { status: 200, body, headers: { 'Content-Type': type } };
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
  return seal(app, ['operator']);
};

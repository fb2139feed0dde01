// Windows of maintenance on the private listener: read by administrators, made and ended by those of them who show a token.
import type { Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Words } from '../../config/config.ts';
import type { Window } from '../core/maintenance.ts';
import type { Plan, Refusal } from '../core/planning.ts';
import { problem } from './acting.ts';
import type { Acting } from './acting.ts';
import { line, told, words } from './incident-bodies.ts';
import { allow, json } from './policy.ts';
import type { Answer } from './policy.ts';

export interface MaintenanceDeps {
  /** Those that are known, by their beginnings. */
  readonly windows: () => readonly Window[];
  /** Rejects with a `StoreError`, and then nothing has changed. */
  readonly plan: (plan: Plan) => Promise<Window | Refusal>;
}

const instant = z.int().min(0).max(8_640_000_000_000_000);
const ids = z.array(z.string().min(1).max(64)).max(500).default([]);
const window = z.strictObject({
  title: told(line),
  text: told(words(1_000)).exactOptional(),
  services: ids,
  checks: ids,
  from: instant,
  until: instant,
});
const nothing = z.strictObject({});

export const serveMaintenance = (app: Hono, { windows, plan }: MaintenanceDeps, acting: Acting): void => {
  const done = async (asked: Plan, status: StatusCode): Promise<Answer> => {
    const planned = await plan(asked);
    return typeof planned === 'string' ? refused(planned) : json(status, { window: planned });
  };
  app.get(
    '/api/v1/maintenance',
    allow('operator', () => json(200, { windows: windows() })),
  );
  app.post(
    '/api/v1/maintenance',
    acting(window, ({ body: { title, text, ...times } }) => {
      const window = { title: inBoth(title), ...(text && { text: inBoth(text) }), ...times };
      return done({ kind: 'add', window }, 201);
    }),
  );
  for (const kind of ['end', 'cancel'] as const)
    app.post(
      `/api/v1/maintenance/:id/${kind}`,
      acting(nothing, ({ c }) => done({ kind, id: c.req.param('id') ?? '' }, 200)),
    );
};

/** Who reads the other language reads what there is. */
const inBoth = ({ fr, en }: { readonly fr?: string; readonly en?: string }): Words => ({
  fr: fr ?? en ?? '',
  en: en ?? fr ?? '',
});

const refusals: Readonly<Record<Refusal, readonly [StatusCode, string]>> = {
  'no-such-window': [404, 'There is no such window.'],
  'no-such-service': [422, 'There is no service of that name in the configuration.'],
  'no-such-check': [422, 'There is no check of that name in the configuration.'],
  'nothing-touched': [422, 'It touches neither a service nor a check.'],
  'no-end': [422, 'Its end does not come after its beginning.'],
  'too-long': [422, 'It may take thirty days at most.'],
  'not-running': [409, 'It does not run now: what is to come, or is over, can be taken back.'],
  full: [409, 'There are too many windows already.'],
};

const refused = (refusal: Refusal): Answer => problem(refusals[refusal][0], refusal, refusals[refusal][1]);

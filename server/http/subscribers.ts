// Who subscribes, on the private listener: how many, and never who. What an administrator is told of an address is acted upon.
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Subscriptions } from '../app/subscriptions/subscriptions.ts';
import type { Acting } from './acting.ts';
import { allow, json } from './policy.ts';

const told = z.strictObject({ address: z.string().min(1).max(400) });

export type SubscribersDeps = Pick<Subscriptions, 'counts' | 'report'>;

export const serveSubscribers = (app: Hono, subscriptions: SubscribersDeps, acting: Acting): void => {
  app.get(
    '/api/v1/subscribers',
    allow('operator', async () => json(200, await subscriptions.counts())),
  );
  for (const kind of ['bounced', 'erased'] as const)
    app.post(
      `/api/v1/subscribers/${kind}`,
      // Whether anybody has this address is nobody's business, either.
      acting(told, async ({ body: { address } }) => {
        await subscriptions.report(kind, address);
        return json(200, { noted: true });
      }),
    );
};

// The public app of a page to which members can subscribe, on a store in memory; the time is that of the test.
import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { letterOf } from '../../server/app/subscriptions/letters.ts';
import type { SubscriberMail } from '../../server/app/subscriptions/mailings.ts';
import { Subscriptions } from '../../server/app/subscriptions/subscriptions.ts';
import { createTokens } from '../../server/app/subscriptions/tokens.ts';
import type { Assets } from '../../server/http/assets.ts';
import { render } from '../../server/http/render.ts';
import { eventful } from '../unit/http/network.ts';
import { serve } from '../unit/http/serve.ts';
import { openInMemory } from './in-process-store.ts';
import { PassingTime } from './passing-time.ts';
import { makeConfig } from './watch.ts';

export const pageUrl = 'https://status.example';
const past = eventful().publish();
const status = { ...past, subscriptions: true as const };
const empty = makeConfig([]);
const config = {
  ...empty,
  organisation: { ...empty.organisation, page: pageUrl },
  subscriptions: { perMinute: 60, askedPerHour: 8, most: 100, options: {} },
};

export const subscribable = (assets?: Assets) => {
  const time = new PassingTime(past.generatedAt);
  const store = openInMemory();
  const tokens = createTokens(() => new Uint8Array(32).fill(7));
  const calls: number[] = [];
  const subscriptions = new Subscriptions({
    store,
    config: () => config,
    tokens,
    clock: time.clock,
    cron: () => () => {},
    log: { info: () => {}, error: () => {} },
    randomBytes,
    called: () => calls.push(1),
    counted: () => {},
  });
  const routes = { subscriptions, tokens, clock: time.clock, config: () => config };
  const built = assets && { assets, pages: () => render(status, assets.links) };
  const app: Hono = serve(() => status, { subscriptions: routes, ...built });
  /** What would be sent now, and has been sent then. */
  const sent = async (): Promise<readonly SubscriberMail[]> => {
    const mails: SubscriberMail[] = [];
    for (;;) {
      const { mailing } = await store.nextMailing(time.clock.now());
      if (mailing === undefined) return mails;
      mails.push(letterOf(mailing, config, tokens));
      await store.noteMailing(mailing.id, { kind: 'delivered', at: time.clock.now() });
    }
  };
  return { app, status, routes, store, tokens, time, subscriptions, sent };
};

/** The path of the link in a mail that holds `part`. */
export const pathIn = (mail: SubscriberMail | undefined, part: string): string =>
  mail?.text
    .split(/\s/)
    .find((word) => word.startsWith(pageUrl) && word.includes(part))
    ?.slice(pageUrl.length) ?? '';

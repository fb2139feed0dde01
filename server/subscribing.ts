// What tells subscribers by mail, wired to the world.
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { subscribersRoute } from '../config/subscriptions.ts';
import type { HandOver, Log } from './app/ports.ts';
import { letterOf } from './app/subscriptions/letters.ts';
import { Mailings } from './app/subscriptions/mailings.ts';
import type { SubscriberStore } from './app/subscriptions/ports.ts';
import { Subscriptions } from './app/subscriptions/subscriptions.ts';
import { createTokens } from './app/subscriptions/tokens.ts';
import type { Tokens } from './app/subscriptions/tokens.ts';
import type { Metrics } from './http/metrics.ts';
import { sendSubscriberMail } from './notify/lib/subscriber-mail.ts';
import { subscriptionKey } from './subscription-key.ts';
import { cron, random, systemClock as clock, systemTimers as timers } from './system.ts';

export interface SubscribingDeps {
  readonly config: () => Config;
  readonly store: SubscriberStore;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'delivered' | 'undelivered' | 'subscribers'>;
  /** Whether an administrator is being told something. */
  readonly isTelling: () => boolean;
}

export interface Subscribing {
  readonly subscriptions: Subscriptions;
  readonly tokens: Tokens;
  /** Something may wait to be sent. */
  readonly call: () => void;
  readonly stop: () => Promise<void>;
}

export const startSubscribing = ({
  config,
  store,
  log,
  metrics,
  isTelling,
}: SubscribingDeps): Subscribing => {
  const { data } = config();
  let key: Uint8Array | undefined;
  // Where nobody subscribes, no file is made.
  const tokens = createTokens(() => (key ??= subscriptionKey(data)));
  const mailings = new Mailings({
    store,
    clock,
    timers,
    log,
    random,
    perMinute: () => config().subscriptions?.perMinute,
    compose: (mailing) => letterOf(mailing, config(), tokens),
    send: sendSubscriberMail(config, clock),
    isBusy: isTelling,
    happened: (event) => metrics.delivered(subscribersRoute, event),
    waiting: (mails) => metrics.undelivered(subscribersRoute, mails),
  });
  const call = () => mailings.call();
  const subscriptions = new Subscriptions({
    store,
    config,
    tokens,
    clock,
    cron,
    log,
    randomBytes,
    called: call,
    counted: metrics.subscribers,
  });
  subscriptions.start();
  return {
    subscriptions,
    tokens,
    call,
    stop: async () => {
      subscriptions.stop();
      await mailings.stop();
    },
  };
};

/** The same way to tell, and whether anybody is just being told by it. */
export const observed = (
  handOver: HandOver,
): { readonly handOver: HandOver; readonly isTelling: () => boolean } => {
  let underWay = 0;
  return {
    handOver: async (message, signal) => {
      underWay += 1;
      try {
        return await handOver(message, signal);
      } finally {
        underWay -= 1;
      }
    },
    isTelling: () => underWay > 0,
  };
};

// What an operator writes so that members can be told by mail: how it is sent, and how much of it.
import { z } from 'zod';
import type { SubscriptionsConfig } from './config.ts';
import type { LocalFiles } from './local-files.ts';
import type { KnownNotifiers } from './routes.ts';
import type { Review } from './review.ts';

/** The route that metrics name for mails to subscribers; no other may have this name. */
export const subscribersRoute = 'subscribers';

const own = {
  'per-minute': z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe(
      'How many mails to subscribers are sent in a minute at most; administrators never wait for them.',
    ),
  'asked-per-hour': z
    .int()
    .min(1)
    .max(10_000)
    .default(60)
    .describe('How often all readers together may ask in an hour for the mail with the link.'),
  most: z
    .int()
    .min(1)
    .max(20_000)
    .default(2_000)
    .describe(
      'How many addresses are told at most, and how many more may wait to be confirmed: of those, the newest stay.',
    ),
};

/** With the options of the notifier that can tell subscribers, too. */
export const subscriptionsSchema = (notifiers: KnownNotifiers): z.ZodObject | undefined => {
  const { subscribers } = Object.values(notifiers).find((notifier) => notifier.subscribers) ?? {};
  return subscribers?.safeExtend(own);
};

/** Nothing, where there is none; says what does not fit together. */
export const readSubscriptions = (
  notifiers: KnownNotifiers,
  localFiles: LocalFiles,
  review: Review,
): { readonly subscriptions?: SubscriptionsConfig } => {
  const path = ['subscriptions'];
  const schema = subscriptionsSchema(notifiers);
  if (review.at(path) === undefined || schema === undefined) return {};
  if (review.at(['organisation', 'page']) === undefined)
    review.say(['organisation', 'page'], 'the address of the public page, to which the links in mails lead');
  const routes = review.at(['notify']);
  const ids = Array.isArray(routes) ? routes.map((_, index) => review.at(['notify', index, 'id'])) : [];
  const taken = ids.indexOf(subscribersRoute);
  if (taken !== -1)
    review.say(['notify', taken, 'id'], 'another id, for metrics name the mails to subscribers so');
  const parsed = review.parse(schema, path);
  if (parsed === undefined) return {};
  const { 'per-minute': perMinute, 'asked-per-hour': askedPerHour, most, ...written } = parsed;
  return {
    subscriptions: {
      perMinute: Number(perMinute),
      askedPerHour: Number(askedPerHour),
      most: Number(most),
      options: localFiles.settle(schema, written, path),
    },
  };
};

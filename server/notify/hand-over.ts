// From the name of a route to its notifier, with the options that the configuration gives it now.
import { createResolver } from '../../checks/lib/resolver.ts';
import type { Config } from '../../config/config.ts';
import type { Clock, HandOver } from '../app/ports.ts';
import type { Notifier } from './contract.ts';
import { notifiers } from './index.ts';

/** A name that is not found by then is tried again with the message. */
const resolveTimeoutMs = 5_000;

export const handOver =
  (config: () => Config, clock: Clock): HandOver =>
  async (message, signal) => {
    const { routes, organisation, resolvers } = config();
    const route = routes.find(({ id }) => id === message.route);
    const known: Readonly<Record<string, Notifier>> = notifiers;
    const notifier = known[route?.type ?? ''];
    if (route === undefined || notifier === undefined)
      return { kind: 'refused', evidence: 'The route is not in the configuration.' };
    return notifier.send(message, route.options, {
      organisation: organisation.name,
      languages: route.languages,
      resolver: createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs }),
      clock,
      signal,
    });
  };

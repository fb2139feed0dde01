// From the name of a route to its notifier, with the options that the configuration gives it now.
import { createResolver } from '../../checks/lib/resolver.ts';
import type { Config, Language, RouteConfig } from '../../config/config.ts';
import type { Secret } from '../../config/secret.ts';
import type { Clock, HandOver } from '../app/ports.ts';
import type { Delivery } from '../core/alerts/message.ts';
import { attempt } from './contract.ts';
import type { Errand, Notifier } from './contract.ts';
import { notifiers } from './index.ts';
import { post } from './lib/post.ts';

/** A name that is not found by then is tried again with the message. */
const resolveTimeoutMs = 5_000;

export const handOver =
  (config: () => Config, clock: Clock): HandOver =>
  async (message, signal) => {
    const { routes } = config();
    const route = routes.find(({ id }) => id === message.route);
    const notifier = route && notifierOf(route);
    if (route === undefined || notifier === undefined)
      return { kind: 'refused', evidence: 'The route is not in the configuration.' };
    return notifier.send(message, route.options, errandOf(config(), route.languages, clock, signal));
  };

/** Gives a sign of life: whoever is asked takes it as one. */
export const giveSign =
  (config: () => Config, clock: Clock) =>
  (url: Secret, signal: AbortSignal): Promise<Delivery> => {
    const errand = errandOf(config(), config().organisation.languages, clock, signal);
    return attempt(() => post({ url: new URL(url.expose()), method: 'GET' }, errand), url, signal);
  };

const errandOf = (
  { organisation, resolvers }: Config,
  languages: readonly Language[],
  clock: Clock,
  signal: AbortSignal,
): Errand => ({
  organisation: organisation.name,
  languages,
  resolver: createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs }),
  clock,
  signal,
});

/** Hosts and mail domains on which a route depends. */
export const hostsOf = (route: RouteConfig): readonly string[] =>
  notifierOf(route)?.hosts(route.options) ?? [];

const notifierOf = ({ type }: RouteConfig): Notifier | undefined => {
  const known: Readonly<Record<string, Notifier>> = notifiers;
  return known[type];
};

// Looks at a hosted site from the outside, as a browser would meet it: its name, its addresses, its pages, its mail.
import { performance } from 'node:perf_hooks';
import { Deadline } from '../../../checks/lib/contract.ts';
import type { Probe } from '../../../checks/lib/contract.ts';
import { Stopwatch } from '../../../checks/lib/timing.ts';
import type { Site } from '../../app/self-check.ts';
import type { Host, SiteFacts, Visit } from '../../core/self-check/facts.ts';
import { locate, networks, pinnedResolver } from './addresses.ts';
import type { Pinned } from './addresses.ts';
import { asking, mailFacts, nameFacts } from './names.ts';
import type { Asking } from './names.ts';
import { visit, worldWideWeb } from './visit.ts';
import type { Web } from './visit.ts';

/** Nothing, when we cannot see: no resolver answers. */
export const examine = async (
  site: Site,
  now: () => number,
  web: Web = worldWideWeb,
): Promise<SiteFacts | undefined> => {
  const { timeoutMs } = web;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Deadline(timeoutMs)), timeoutMs);
  const probe = { signal: controller.signal, timeoutMs, now };
  try {
    return await look(site, web, probe);
  } finally {
    clearTimeout(timer);
    // What is still under way has come too late.
    controller.abort(new Deadline(timeoutMs));
  }
};

type Bounds = Pick<Probe, 'signal' | 'timeoutMs' | 'now'>;

const look = async (site: Site, web: Web, bounds: Bounds): Promise<SiteFacts | undefined> => {
  const { domain, resolvers, nameServers, mailServers } = site;
  const ask = asking(resolvers, probeOf(bounds, new Map(), 4));
  const [{ isZone, ...name }, bare, www, mail, root] = await Promise.all([
    nameFacts(domain, nameServers, ask),
    locate('bare', domain, networks(site.prefixes), ask),
    locate('www', `www.${domain}`, networks(site.prefixes), ask),
    mailFacts(domain, mailServers, ask),
    canSee(ask),
  ]);
  if (!root) return undefined;
  // Only of a domain that is a zone of its own does everybody expect a site at www.
  const hasWww = isZone || www.facts.four !== 'none' || www.facts.six !== 'none';
  const located = hasWww ? [bare, www] : [bare];
  const pinned = new Map(located.map(({ facts, ours }) => [nameOf(facts.host, domain), ours]));
  const visits = await Promise.all(
    located.flatMap(({ facts: { host } }) => visitsOf(host, domain, pinned, web, bounds)),
  );
  return {
    name,
    hosts: located.map(({ facts }) => facts),
    visits: visits.filter((visit) => visit !== undefined),
    ...(mail && { mail }),
  };
};

/** Whatever it says of the root, the resolver speaks. */
const canSee = async (ask: Asking): Promise<boolean> =>
  (await ask({ name: '.', record: 'SOA', recursion: false })) !== undefined;

const nameOf = (host: Host, domain: string): string => (host === 'bare' ? domain : `www.${domain}`);

const visitsOf = (
  host: Host,
  domain: string,
  pinned: Pinned,
  web: Web,
  bounds: Bounds,
): readonly Promise<Visit | undefined>[] => {
  const name = nameOf(host, domain);
  return ([4, 6] as const)
    .filter((family) => (pinned.get(name)?.[family].length ?? 0) > 0)
    .flatMap((family) =>
      (['http:', 'https:'] as const).map(async (scheme) => {
        const url = new URL(`${scheme}//${name}${web.ports[scheme] && `:${web.ports[scheme]}`}/`);
        const end = await visit({ url, family, pinned, web }, probeOf(bounds, pinned, family));
        return end && { host, family, isSecure: scheme === 'https:', end };
      }),
    );
};

const probeOf = (bounds: Bounds, pinned: Pinned, family: 4 | 6): Probe => ({
  ...bounds,
  family,
  timing: new Stopwatch(() => performance.now()),
  resolver: pinnedResolver(pinned),
  turn: 0,
  before: {},
});

// Would anybody be told if what is watched went down? Not if every way to tell them goes through it.
import { isIP } from 'node:net';

export interface Way {
  readonly route: string;
  readonly type: string;
  /** Hosts and mail domains on which it depends. */
  readonly hosts: readonly string[];
}

export interface Watched {
  readonly check: string;
  readonly host: string;
}

/**
 * The sentence, when all ways share the fate of what is watched; nothing as long as one of them does not. `resolvers`: the addresses
 * of those that are asked for names.
 */
export const sharedFate = (
  ways: readonly Way[],
  watched: readonly Watched[],
  resolvers: readonly string[] = [],
): string | undefined => {
  const ties = ways.map((way) => tieOf(way, watched) ?? tieByName(way, watched, resolvers));
  if (ties.length === 0 || ties.includes(undefined)) return undefined;
  return `every route shares the fate of what is watched: ${ties.join('; ')}. When that is down, nobody is told. Add a route that needs nothing of yours, such as an SMS or the server of somebody else.`;
};

/** The same of what tells members, who have no other way. */
export const mailsSharedFate = (
  way: Way,
  watched: readonly Watched[],
  resolvers: readonly string[] = [],
): string | undefined => {
  const tie = tieOf(way, watched) ?? tieByName(way, watched, resolvers);
  return (
    tie &&
    `mails to subscribers share the fate of what is watched: ${tie}. When that is down, members hear of it when it is over.`
  );
};

const tieOf = ({ route, type, hosts }: Way, watched: readonly Watched[]): string | undefined => {
  for (const host of hosts)
    for (const { check, host: target } of watched)
      if (isTied(host, target)) return `${route} (${type}) needs ${host}, and ${check} watches ${target}`;
  return undefined;
};

/** Whoever is asked for names is watched, too. */
const tieByName = (
  { route, type, hosts }: Way,
  watched: readonly Watched[],
  resolvers: readonly string[],
): string | undefined => {
  const name = hosts.find((host) => isIP(host) === 0);
  const [tie, ...others] = resolvers.map((resolver) => watched.find(({ host }) => isTied(resolver, host)));
  if (name === undefined || tie === undefined || others.includes(undefined)) return undefined;
  return `${route} (${type}) finds ${name} only by ${tie.host}, and ${tie.check} watches that`;
};

/** The same machine, or a name of the same domain: its DNS, and mostly its network, are one. */
const isTied = (host: string, target: string): boolean => {
  const [one, other] = [plain(host), plain(target)];
  if (one === other) return true;
  if (isIP(one) > 0 || isIP(other) > 0) return false;
  return domainOf(one) === domainOf(other);
};

const plain = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** Labels under which registries sell names: what stands before them is one label more of somebody's own. */
const shared = /^(?:ac|asso|co|com|edu|gouv|gov|net|org)$/;

/** The part of a name that somebody has registered, as well as one can tell without asking. */
const domainOf = (name: string): string => {
  const labels = name.split('.');
  const own = labels.length > 2 && shared.test(labels.at(-2) ?? '') ? 3 : 2;
  return labels.slice(-own).join('.');
};

// Are our mail servers on a block list, so that others refuse what they send?
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { z } from 'zod';
import { host, port } from '../config/fields.ts';
import { Unreliable, askList, reasonOf } from './lib/block-list.ts';
import type { Judged } from './lib/block-list.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { resolveOne } from './lib/dial.ts';
import type { Server } from './lib/dns-exchange.ts';
import { Failure, Unfit } from './lib/outcome.ts';
import { Stopwatch } from './lib/timing.ts';

const hostsMax = 20;
const listsMax = 20;

const options = z.strictObject({
  hosts: z
    .array(host(), { error: 'names or addresses of mail servers' })
    .min(1)
    .max(hostsMax)
    .describe(
      'Names or addresses of the servers that send our mail; of a name, all addresses are looked for.',
    ),
  lists: z
    .array(host(), { error: 'zones of block lists' })
    .min(1)
    .max(listsMax)
    .describe('Zones of the lists, such as zen.spamhaus.org. Each has terms of use.'),
  server: host()
    .optional()
    .describe(
      'Resolver to ask, best one of our own: lists refuse public ones. Without it, the first of the system.',
    ),
  port: port().default(53).describe('Port of the resolver.'),
});
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'Block lists',
  summary: 'Looks for the addresses of mail servers in block lists, once each list has shown that it works.',
  options,
  // Lists do not change by the minute, and count who asks.
  defaults: { everyMs: 1_800_000, timeoutMs: 20_000 },
  phases: ['resolve', 'lists'],
  slowMs: {},
  target: (options) => serverOf(options),
  run: async (options, probe) => {
    const server = { host: await resolveOne(serverOf(options), probe), port: options.port };
    const addresses = await addressesOf(options.hosts, probe);
    if (options.hosts.some((name) => isIP(name) === 0)) probe.timing.lap('resolve');
    // Lists are asked side by side: their times are not laps of one watch.
    const quiet = { ...probe, timing: new Stopwatch(() => 0) };
    const answers = await Promise.all(options.lists.map((list) => answerOf(list, addresses, server, quiet)));
    probe.timing.lap('lists');
    return judge(answers, addresses, server, quiet);
  },
});

const serverOf = ({ server }: Options): string => server ?? getServers()[0] ?? '127.0.0.1';

/** Both families, whichever the resolver is asked over. Fails as the resolver does when a host has neither. */
const addressesOf = async (hosts: readonly string[], { resolver }: Probe): Promise<readonly string[]> => {
  const found = await Promise.all(
    hosts.map(async (name) => {
      if (isIP(name) !== 0) return [name];
      const families = await Promise.allSettled([resolver.addresses(name, 4), resolver.addresses(name, 6)]);
      const addresses = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
      const [refused] = families.filter((family) => family.status === 'rejected');
      if (addresses.length === 0 && refused !== undefined) throw refused.reason;
      return addresses;
    }),
  );
  return [...new Set(found.flat())];
};

type Answer = { readonly list: string } & (Judged | { readonly trouble: Unreliable });

const answerOf = async (
  list: string,
  addresses: readonly string[],
  server: Server,
  probe: Probe,
): Promise<Answer> => {
  try {
    return { list, ...(await askList(list, addresses, server, probe)) };
  } catch (trouble) {
    if (!(trouble instanceof Unreliable)) throw trouble;
    return { list, trouble };
  }
};

/** A listing is degraded: most still take our mail. Lists that cannot be believed are told, and judge nothing. */
const judge = async (
  answers: readonly Answer[],
  addresses: readonly string[],
  server: Server,
  probe: Probe,
): Promise<Seen> => {
  const troubles = answers.flatMap((answer) => ('trouble' in answer ? [answer] : []));
  const judged = answers.flatMap((answer) => ('trouble' in answer ? [] : [answer]));
  const words = troubles.map(({ list, trouble }) => `${list} ${trouble.message}`).join('; ');
  if (judged.length === 0) {
    const isDeaf = troubles.every(({ trouble }) => trouble.isSilent);
    throw new Unfit(isDeaf ? 'self_no_resolver' : 'self_misconfigured', `no list can be believed: ${words}`);
  }
  const listings = judged.flatMap(({ listings }) => listings);
  const withoutIpv6 = judged
    .filter(({ unknownFamilies }) => unknownFamilies.includes(6))
    .map(({ list }) => list);
  const facts = {
    addresses: addresses.length,
    listings: listings.length,
    listsBelieved: judged.length,
    ...(troubles.length > 0 && { listsNotBelieved: words }),
    ...(withoutIpv6.length > 0 && { listsWithoutIpv6: withoutIpv6.join(', ') }),
  };
  const [first] = listings;
  if (first === undefined) return { facts };
  const { address, list, codes } = first;
  const others = listings.length > 1 ? `, and ${listings.length - 1} more` : '';
  const reason = await reasonOf(address, list, server, probe);
  const evidence = `${address} is listed in ${list} (${codes.join(', ')})${others}: ${reason}`;
  return { facts, warning: new Failure('listed', evidence, { kind: 'warn' }) };
};

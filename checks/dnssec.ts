// Is a zone signed, do its signatures hold, and for how long still? By our own verdict, and by that of a resolver.
import { getServers } from 'node:dns';
import { z } from 'zod';
import { domain, duration, host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { resolveOne } from './lib/dial.ts';
import { askWhole } from './lib/dns-exchange.ts';
import { causeOf } from './lib/dns-message.ts';
import type { Question, Reply } from './lib/dns-message.ts';
import { followChain } from './lib/dnssec.ts';
import type { Chain } from './lib/dnssec.ts';
import { algorithmName } from './lib/dnssec-key.ts';
import { Failure, Unfit, orFailure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';

const options = z.strictObject({
  zone: domain().describe('Name of the zone.'),
  resolver: host()
    .optional()
    .describe(
      'Name or address of a resolver, best one that validates; without it, the first resolver of the system.',
    ),
  port: port().default(53).describe('Port of the resolver.'),
  expires: z
    .strictObject({
      warn: duration().describe(
        'Warn when a signature has less left than this. Without it: three days, or a tenth of its time if it lasts less than thirty days.',
      ),
    })
    .optional()
    .describe('When signatures are about to expire.'),
});
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'DNSSEC',
  summary:
    'Verifies the signatures of a zone, from the keys that the zone above means to its SOA and NS, and asks a resolver whether it comes to the same verdict.',
  options,
  defaults: { everyMs: 300_000, timeoutMs: 10_000 },
  phases: ['resolve', 'reply'],
  slowMs: {},
  target: (options) => resolverOf(options),
  run: async (options, probe) => {
    const replies = await askAll(options, probe);
    probe.timing.lap('reply');
    refuseUnanswered(options, replies);
    const { DS, DNSKEY, SOA, NS } = replies.unchecked;
    const answers = { DS: DS.received, DNSKEY: DNSKEY.received, SOA: SOA.received, NS: NS.received };
    const chain = followChain(options.zone, answers, probe.now());
    return judge(chain, replies.checked, options, probe.now());
  },
});

const resolverOf = ({ resolver }: Options): string => resolver ?? getServers()[0] ?? '127.0.0.1';

interface Replies {
  /** What the resolver tells everybody of the zone. */
  readonly checked: Reply;
  /** What it has, whatever it thinks of the signatures. */
  readonly unchecked: Readonly<Record<'DS' | 'DNSKEY' | 'SOA' | 'NS', Reply>>;
}

const askAll = async (options: Options, probe: Probe): Promise<Replies> => {
  const server = { host: await addressOf(options, probe), port: options.port };
  const ask = (question: Question) =>
    orFailure(askWhole(server, question, { ...probe, timing: probe.timing.beside() }));
  const about = { name: options.zone, recursion: true } as const;
  const unchecked = { ...about, signatures: 'unchecked' } as const;
  const [root, checked, DS, DNSKEY, SOA, NS] = await Promise.all([
    // Whatever it says of the root, it speaks.
    ask({ name: '.', record: 'SOA', recursion: false }),
    ask({ ...about, record: 'SOA', signatures: 'checked' }),
    ask({ ...unchecked, record: 'DS' }),
    ask({ ...unchecked, record: 'DNSKEY' }),
    ask({ ...unchecked, record: 'SOA' }),
    ask({ ...unchecked, record: 'NS' }),
  ]);
  const answered = (reply: Reply | Failure): Reply => {
    if (!(reply instanceof Failure)) return reply;
    if (root instanceof Failure) throw new Unfit('self_no_resolver', reply.message);
    throw new Failure('dns_timeout', `the resolver finds out nothing of ${options.zone}: ${reply.message}`);
  };
  return {
    checked: answered(checked),
    unchecked: { DS: answered(DS), DNSKEY: answered(DNSKEY), SOA: answered(SOA), NS: answered(NS) },
  };
};

const addressOf = async (options: Options, probe: Probe): Promise<string> => {
  const address = await orFailure(resolveOne(resolverOf(options), probe));
  if (address instanceof Failure) throw new Unfit('self_no_resolver', address.message);
  return address;
};

/** That nobody tells us of the zone is no matter of its signatures. */
const refuseUnanswered = ({ zone }: Options, { unchecked }: Replies): void => {
  for (const [record, { rcode }] of Object.entries(unchecked)) {
    if (rcode === 'REFUSED') throw new Unfit('self_no_resolver', 'the resolver refuses to find out for us');
    if (rcode !== 'NOERROR')
      throw new Failure(
        causeOf(rcode),
        `${rcode} for ${zone} ${record}, whether signatures are checked or not`,
      );
  }
};

const judge = (chain: Chain, checked: Reply, { expires }: Options, now: number): Seen => {
  const isRejected = checked.rcode === 'SERVFAIL';
  const facts = {
    secure: chain.state === 'secure',
    resolverVouches: checked.authentic,
    ...factsOf(chain, now),
  };
  if (chain.state === 'bogus') {
    if (!checked.authentic) throw new Failure('dnssec_bogus', chain.why, { facts });
    // One of the two is wrong: it may be our clock.
    return { facts, warning: new Failure('dnssec_bogus', `${chain.why}; but the resolver vouches for it`) };
  }
  if (isRejected) {
    const why = chain.state === 'secure' ? 'the signatures of the zone itself hold' : chain.why;
    throw new Failure('dnssec_bogus', `the resolver rejects the zone, though ${why}`, { facts });
  }
  if (chain.state === 'insecure') return { facts, warning: new Failure('dnssec_insecure', chain.why) };
  const { expiresAt, lifetimeMs } = chain;
  const warnMs = expires?.warn ?? Math.min(warnMsMax, lifetimeMs / 10);
  if (expiresAt - now >= warnMs) return { facts };
  const text = `a signature expires in ${((expiresAt - now) / hourMs).toFixed(1)} h and was not renewed`;
  return { facts, warning: new Failure('dnssec_expiring', text) };
};

const hourMs = 3_600_000;
/** Whoever signs anew does so well before a tenth of the time is left. */
const warnMsMax = 72 * hourMs;

const factsOf = (chain: Chain, now: number): Facts => {
  if (chain.state !== 'secure') return {};
  const { keys, expiresAt } = chain;
  return {
    signaturesExpireAt: expiresAt,
    secondsToExpiry: Math.floor((expiresAt - now) / 1_000),
    keyTags: keys.map(({ keyTag }) => keyTag).join(', '),
    algorithms: [...new Set(keys.map(({ data }) => algorithmName(data.algorithm)))].join(', '),
  };
};

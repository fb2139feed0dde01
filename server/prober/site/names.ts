// What the DNS says of a hosted domain, asked of our resolvers and of nobody else.
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import type { Probe } from '../../../checks/lib/contract.ts';
import { askWhole } from '../../../checks/lib/dns-exchange.ts';
import type { Question, Reply } from '../../../checks/lib/dns-message.ts';
import { Failure, Unfit } from '../../../checks/lib/outcome.ts';
import { parseSocket } from '../../../config/texts.ts';
import type { MailFacts, NameFacts } from '../../core/self-check/facts.ts';

export type Asking = (
  question: Omit<Question, 'recursion'> & Partial<Pick<Question, 'recursion'>>,
) => Promise<Reply | undefined>;

const dnsPort = 53;

/** Asks one resolver after the other, first the one that answered last; nothing, when none does. */
export const asking = (resolvers: readonly string[], probe: Probe): Asking => {
  const servers = (resolvers.length > 0 ? resolvers : getServers()).flatMap(
    (written) => parseSocket(written) ?? [],
  );
  let first = 0;
  return async (question) => {
    let refusal: Reply | undefined;
    for (let tries = 0, at = first; tries < servers.length; tries += 1, at += 1) {
      const { address, port = dnsPort } = servers[at % servers.length] ?? { address: '' };
      const family = isIP(address) === 6 ? 6 : 4;
      const own = { ...probe, family, timing: probe.timing.beside() } as const;
      try {
        const reply = await askWhole({ host: address, port }, { recursion: true, ...question }, own);
        if (reply.rcode !== 'REFUSED') return reply;
        refusal = reply;
      } catch (error) {
        if (!(error instanceof Failure || error instanceof Unfit)) throw error;
      }
      first = at + 1;
    }
    return refusal;
  };
};

const labelsMax = 6;

/** Whether a domain is found, and whose servers answer for the zone it is in; `isZone`: it is one itself. */
export const nameFacts = async (
  domain: string,
  nameServers: readonly string[],
  ask: Asking,
): Promise<NameFacts & { readonly isZone: boolean }> => {
  const [own, found] = await Promise.all([
    ask({ name: domain, record: 'NS', signatures: 'unchecked' }),
    ask({ name: domain, record: 'A' }),
  ]);
  const standing = await standingOf(domain, own, found, ask);
  const servers = await serversOf(domain, own, ask);
  const ours = servers.filter((server) => nameServers.includes(server)).length;
  return {
    standing,
    servers: servers.length === 0 ? 'unknown' : ours > 0 ? 'ours' : 'others',
    isZone: (own?.answers.length ?? 0) > 0,
  };
};

const standingOf = async (
  domain: string,
  own: Reply | undefined,
  found: Reply | undefined,
  ask: Asking,
): Promise<NameFacts['standing']> => {
  if (found?.rcode === 'NOERROR') return 'found';
  if (found?.rcode === 'NXDOMAIN') return 'nowhere';
  if (found === undefined || own === undefined) return 'unanswered';
  // A resolver that validates says SERVFAIL to both; to whoever checks the signatures himself it says what it has.
  const unchecked = await ask({ name: domain, record: 'A', signatures: 'unchecked' });
  return unchecked?.rcode === 'NOERROR' || unchecked?.rcode === 'NXDOMAIN' ? 'bogus' : 'unanswered';
};

/** The servers of the nearest zone above that is no top-level domain. */
const serversOf = async (domain: string, own: Reply | undefined, ask: Asking): Promise<readonly string[]> => {
  let reply = own;
  const labels = domain.split('.');
  for (let above = 1; above < labels.length - 1 && above < labelsMax; above += 1) {
    if (reply === undefined || reply.answers.length > 0) break;
    reply = await ask({ name: labels.slice(above).join('.'), record: 'NS', signatures: 'unchecked' });
  }
  return reply?.answers ?? [];
};

/** Where the mail of a domain goes; nothing, when the DNS does not say. */
export const mailFacts = async (
  domain: string,
  mailServers: readonly string[],
  ask: Asking,
): Promise<MailFacts | undefined> => {
  const [mx, txt] = await Promise.all([
    ask({ name: domain, record: 'MX' }),
    ask({ name: domain, record: 'TXT' }),
  ]);
  if (mx?.rcode !== 'NOERROR' || txt?.rcode !== 'NOERROR') return undefined;
  // "0 ." is how a domain says that it takes no mail (RFC 7505).
  const servers = mx.answers
    .map((answer) => answer.split(' ')[1] ?? '')
    .filter((name) => !/^\.?$/.test(name));
  const ours = servers.filter((server) => mailServers.includes(server)).length;
  const goes = servers.length === 0 ? 'nowhere' : ours === 0 ? 'elsewhere' : 'both';
  return {
    goes: ours === servers.length && ours > 0 ? 'ours' : goes,
    spf: txt.answers.filter((text) => /^v=spf1(?: |$)/i.test(text)).length,
  };
};

// What an operator writes so that members can have their own site looked at.
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { SelfCheckConfig } from './config.ts';
import { domain, id, localFile } from './fields.ts';
import { hostedDomains } from './hosted-domains.ts';
import type { LocalFiles } from './local-files.ts';
import { meant } from './problems.ts';
import type { Review } from './review.ts';
import { listOf, textThat } from './texts.ts';

const prefixPattern = /^([0-9a-f:.]{2,45})\/(\d{1,3})$/i;

/** What no site is in, whoever says so: this machine, its link, everybody at once, and IPv4 addresses in disguise. */
const never = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 8],
  ['2001::', 32],
  ['2002::', 16],
  ['fd00:ec2::', 64],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

const isPrefix = (text: string): boolean => {
  const [, network = '', bits = ''] = prefixPattern.exec(text) ?? [];
  const length = Number(bits);
  if (isIP(network) === 0 || length < 8 || length > (isIP(network) === 4 ? 32 : 128)) return false;
  const family = familyOf(network);
  const [own, forbidden] = [new BlockList(), new BlockList()];
  own.addSubnet(network, length, family);
  // Of one family only: `::/8` holds every IPv4 address, in the disguise of an IPv6 one.
  const alike = never.filter(([address]) => familyOf(address) === family);
  for (const [address, bits] of alike) forbidden.addSubnet(address, bits, family);
  return !forbidden.check(network, family) && !alike.some(([address]) => own.check(address, family));
};

export const selfCheckSchema = z.strictObject({
  domains: localFile(
    z
      .string({ error: 'the path of a file' })
      .min(1)
      .describe(
        'File of the domains that are hosted here, one a line, as a name or as its SHA-256 in hexadecimal; each stands for itself and for www. before it. Read anew when it changes; whoever writes it renames it into its place.',
      ),
    hostedDomains,
  ),
  prefixes: listOf(
    textThat(
      isPrefix,
      'a network such as 192.0.2.0/24 or 2001:db8::/48, of 8 bits at least, that is neither this machine nor its link',
    ),
    'a list such as [192.0.2.0/24]',
  ).describe('Networks of the web servers for members. No other address is ever connected to.'),
  'name-servers': listOf(domain(), 'a list such as [ns1.example.org]').describe(
    'Our name servers: whose domain is served by others mends its records there.',
  ),
  'mail-servers': z
    .array(domain(), { error: 'a list such as [mx1.example.org]' })
    .default([])
    .describe('Our mail servers, as MX records name them.'),
  services: listOf(id(), 'a list such as [web]')
    .exactOptional()
    .describe('Services whose outage explains that of a site; unless written, all that are public.'),
});

/** Nothing, where there is none; says what does not fit together. */
export const readSelfCheck = (
  written: z.output<typeof selfCheckSchema> | undefined,
  localFiles: LocalFiles,
  review: Review,
): { readonly selfCheck?: SelfCheckConfig } => {
  if (written === undefined) return {};
  const listed = review.at(['services']);
  const known = (Array.isArray(listed) ? listed : []).flatMap((_, index) => {
    const id = review.at(['services', index, 'id']);
    return typeof id === 'string' ? id : [];
  });
  written.services?.forEach((id, index) => {
    if (!known.includes(id))
      review.say(['self-check', 'services', index], `the id of a service: ${meant(id, known)}`);
  });
  const { domains } = localFiles.settle(selfCheckSchema, written, ['self-check']);
  return {
    selfCheck: {
      domains: String(domains),
      prefixes: written.prefixes,
      nameServers: written['name-servers'].map(plain),
      mailServers: written['mail-servers'].map(plain),
      ...(written.services && { services: written.services }),
    },
  };
};

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');

// A block list of the DNS (RFC 5782): what it says of an address, and whether it may be believed.
import { isIPv6 } from 'node:net';
import type { Probe } from './contract.ts';
import { askOverUdp } from './dns-exchange.ts';
import type { Server } from './dns-exchange.ts';
import { Failure } from './outcome.ts';
import type { Family } from './resolver.ts';

export interface Listing {
  readonly address: string;
  readonly list: string;
  /** What kind of listing it is: each list has a table of its own. */
  readonly codes: readonly string[];
}

/** Why nothing of what a list says counts. `isSilent`: our resolver gave no answer at all. */
export class Unreliable extends Error {
  readonly isSilent: boolean;

  constructor(message: string, { isSilent = false } = {}) {
    super(message);
    this.isSilent = isSilent;
  }
}

export interface Judged {
  readonly listings: readonly Listing[];
  /** Families that the list says nothing about. */
  readonly unknownFamilies: readonly Family[];
}

/**
 * Asks for each address, once the list has shown that it works: what every list must have is there, and what none may
 * have is not. A list that was given up often says that everybody is listed. Throws `Unreliable`.
 */
export const askList = async (
  list: string,
  addresses: readonly string[],
  server: Server,
  probe: Probe,
): Promise<Judged> => {
  const ask = (address: string) => codesOf(address, list, server, probe);
  const listings: Listing[] = [];
  const unknownFamilies: Family[] = [];
  for (const [family, ours] of Map.groupBy(addresses, familyOf)) {
    const { listed, unlisted } = testPoints[family];
    if ((await ask(unlisted)).length > 0) throw new Unreliable(`lists everybody, ${unlisted} too`);
    if ((await ask(listed)).length === 0) {
      // Many lists know no IPv6; one that does not even know its own test point of IPv4 is none.
      if (family === 4) throw new Unreliable(`does not list its test point ${listed}`);
      unknownFamilies.push(family);
      continue;
    }
    for (const address of ours) {
      const codes = await ask(address);
      if (codes.length > 0) listings.push({ address, list, codes });
    }
  }
  return { listings, unknownFamilies };
};

// RFC 5782 §5
const testPoints: Readonly<Record<Family, { readonly listed: string; readonly unlisted: string }>> = {
  4: { listed: '127.0.0.2', unlisted: '127.0.0.1' },
  6: { listed: '::ffff:7f00:2', unlisted: '::ffff:7f00:1' },
};

const familyOf = (address: string): Family => (isIPv6(address) ? 6 : 4);

const silences = new Set(['timeout_reply', 'refused', 'unreachable']);

const codesOf = async (
  address: string,
  list: string,
  server: Server,
  probe: Probe,
): Promise<readonly string[]> => {
  const reply = await question(`${reversed(address)}.${list}`, 'A', server, probe);
  if (reply.rcode === 'NXDOMAIN') return [];
  if (reply.rcode !== 'NOERROR') throw new Unreliable(`answers ${reply.rcode}`);
  for (const code of reply.answers) {
    if (isRefusal(code))
      throw new Unreliable(`refuses us (${code}): ${await reasonOf(address, list, server, probe)}`);
    if (!code.startsWith('127.')) throw new Unreliable(`answers ${code}, which is no code of a list`);
  }
  return reply.answers;
};

/** By custom: whoever asks through a public resolver, or too much, gets these instead of an answer. */
const isRefusal = (code: string): boolean => code.startsWith('127.255.255.') || code === '127.0.0.1';

/** What the list says to it in words; nothing when it says nothing. */
export const reasonOf = async (
  address: string,
  list: string,
  server: Server,
  probe: Probe,
): Promise<string> => {
  try {
    const reply = await question(`${reversed(address)}.${list}`, 'TXT', server, probe);
    return reply.answers[0] ?? 'no reason given';
  } catch (error) {
    if (error instanceof Unreliable) return 'no reason given';
    throw error;
  }
};

const question = async (name: string, record: 'A' | 'TXT', server: Server, probe: Probe) => {
  try {
    const { reply } = await askOverUdp(server, { name, record, recursion: true }, probe);
    if (reply.truncated) throw new Unreliable('answers more than fits into a datagram');
    return reply;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unreliable(error.message, { isSilent: silences.has(error.cause) });
  }
};

/** As lists want it (RFC 5782 §2.1, §2.4): the bytes of IPv4 or the nibbles of IPv6, from the last to the first. */
export const reversed = (address: string): string => {
  const parts = isIPv6(address)
    ? groupsOf(address).flatMap((group) => group.padStart(4, '0').split(''))
    : address.split('.');
  return parts.toReversed().join('.');
};

const groupsOf = (address: string): readonly string[] => {
  const [before = [], after = []] = address
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => dotted(bytes.slice(0, 4).map(Number)))
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
};

const dotted = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string =>
  `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;

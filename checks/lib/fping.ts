// Echo requests to many addresses from one process of Debian's `fping`; no shell, no names, nothing of our environment.
import { Unfit } from './outcome.ts';
import type { Family } from './contract.ts';
import { execute } from './program.ts';

export interface EchoRequests {
  readonly family: Family;
  /** Literal addresses of the family, each once. */
  readonly addresses: readonly string[];
  readonly count: number;
  readonly periodMs: number;
  /** An answer that takes longer counts as lost. */
  readonly waitMs: number;
  readonly sizeBytes: number;
}

export interface Echoes {
  /** One entry a packet, in the order they were sent, in microseconds; nothing for a packet that was lost. */
  readonly roundTripsUs: readonly (number | undefined)[];
  /** What a router on the way said, such as `ICMP Host Unreachable from 192.0.2.1`. */
  readonly notice?: string;
}

const fping = { name: 'fping', package: 'fping', outputBytesMax: 4_000_000 };

/**
 * What came back, by address. The signal kills the process, which rejects with the signal's reason.
 * Fails with `Unfit`, when the program is missing, may not open sockets or ends in another way than its own.
 */
export const sendEchoes = async (
  requests: EchoRequests,
  signal: AbortSignal,
  command = 'fping',
): Promise<ReadonlyMap<string, Echoes>> => {
  // What it says of each packet goes to its standard output: only the sums, on its standard error, are wanted.
  const { exitCode, errors } = await execute({ ...fping, command }, argumentsOf(requests), signal, 'errors');
  // 1: some did not answer; 2: some were no addresses, which cannot be.
  if (exitCode === 0 || exitCode === 1) return parseEchoes(errors);
  const [firstLine = ''] = errors.trim().split('\n');
  if (exitCode === 4)
    throw new Unfit('self_misconfigured', `fping may not open a socket, it needs CAP_NET_RAW: ${firstLine}`);
  throw new Unfit('self_bug', `fping ended with ${exitCode}: ${firstLine}`);
};

const argumentsOf = ({ family, addresses, count, periodMs, waitMs, sizeBytes }: EchoRequests): string[] => [
  `-${family}`,
  `-C${count}`,
  `-p${periodMs}`,
  `-b${sizeBytes}`,
  `-t${waitMs}`,
  // No retries and no growing pauses, which would hide loss; a millisecond between packets to different addresses.
  '-r0',
  '-B1',
  '-i1',
  '--',
  ...addresses,
];

const sumsPattern = /^(\S+)\s*: ((?:-|\d+(?:\.\d+)?)(?: (?:-|\d+(?:\.\d+)?))*)$/;
const noticePattern = /^(ICMP .*) for ICMP Echo sent to (\S+)/;

/** Reads lines such as `192.0.2.1 : 0.31 - 12.4`: milliseconds, or a dash for a packet that was lost. */
const parseEchoes = (output: string): ReadonlyMap<string, Echoes> => {
  const echoes = new Map<string, Echoes>();
  const notices = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, noticed, sentTo = ''] = noticePattern.exec(line) ?? [];
    if (noticed !== undefined) notices.set(sentTo, noticed);
    const [, address, sums = ''] = sumsPattern.exec(line) ?? [];
    if (address === undefined) continue;
    const roundTripsUs = sums.split(' ').map(toUs);
    const notice = notices.get(address);
    echoes.set(address, notice === undefined ? { roundTripsUs } : { roundTripsUs, notice });
  }
  return echoes;
};

const toUs = (milliseconds: string): number | undefined =>
  milliseconds === '-' ? undefined : Math.round(Number(milliseconds) * 1_000);

// The way to an address, hop by hop, from one process of Debian's `mtr`: no names, nothing looked up.
import { isIP } from 'node:net';
import { Unfit } from './outcome.ts';
import type { Family } from './contract.ts';
import { isObject, listAt, numberIn, objectAt } from './json-object.ts';
import { execute } from './program.ts';

export interface Trace {
  readonly family: Family;
  readonly address: string;
  /** Packets to each hop. */
  readonly count: number;
  readonly periodMs: number;
  /** How long the last answer is waited for. */
  readonly waitMs: number;
}

export interface Hop {
  /** Nothing, where nobody answers. */
  readonly address: string | undefined;
  readonly lossRatio: number;
  /** Mean round trip. */
  readonly rttUs: number;
}

/** `mtr` itself looks no further. */
export const hopsMax = 30;
/** So many in a row that do not answer are the end. */
const unknownMax = 8;
const mtr = { name: 'mtr', package: 'mtr-tiny', outputBytesMax: 1_000_000 };

/**
 * The hops in their order, at most `hopsMax`; the last is the address itself, if it was reached. The signal kills the
 * process, which rejects with the signal's reason. Fails with `Unfit`: no route, no program, no permission.
 */
export const trace = async (asked: Trace, signal: AbortSignal, command = 'mtr'): Promise<readonly Hop[]> => {
  const { exitCode, output, errors } = await execute({ ...mtr, command }, argumentsOf(asked), signal);
  if (exitCode === 0) return parseHops(output);
  const [firstLine = ''] = errors.trim().split('\n');
  if (/unreachable|Cannot assign/i.test(firstLine))
    throw new Unfit('self_no_network', `no route to ${asked.address} from here: ${firstLine}`);
  if (/non-root|permi|socket|mtr-packet/i.test(firstLine))
    throw new Unfit('self_misconfigured', `mtr may not do what it is asked: ${firstLine}`);
  throw new Unfit('self_bug', `mtr ended with ${exitCode}: ${firstLine}`);
};

const argumentsOf = ({ family, address, count, periodMs, waitMs }: Trace): string[] => [
  '--json',
  '-n',
  `-${family}`,
  `-c${count}`,
  `-i${periodMs / 1_000}`,
  `-G${waitMs / 1_000}`,
  `-m${hopsMax}`,
  `-U${unknownMax}`,
  '--',
  address,
];

const parseHops = (output: string): readonly Hop[] => {
  const hubs = listAt(objectAt(parsed(output), 'report'), 'hubs')
    .filter(isObject)
    .slice(0, hopsMax);
  return hubs.map(({ host, 'Loss%': loss, Avg: averageMs }) => ({
    address: typeof host === 'string' && isIP(host) > 0 ? host : undefined,
    lossRatio: Math.min(1, Math.max(0, finite(numberIn(loss)) / 100)),
    rttUs: Math.max(0, Math.round(finite(numberIn(averageMs)) * 1_000)),
  }));
};

const parsed = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw new Unfit('self_bug', 'mtr did not print JSON');
  }
};

const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

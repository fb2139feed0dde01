// What the hops of a way say: whether it arrives, where its loss begins, and whether it is another way than before.
import { SocketAddress } from 'node:net';
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';
import type { Hop } from './mtr.ts';

export interface Way {
  readonly hops: readonly Hop[];
  readonly isWhole: boolean;
  /** Share of the packets to the target that were lost. */
  readonly lossRatio: number;
}

/** The same text for the same address, however it was written, and whatever its zone. */
const canonical = (written: string): string => {
  const [address = ''] = written.split('%');
  return new SocketAddress({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' }).address;
};

export const wayOf = (hops: readonly Hop[], target: string): Way => {
  const last = hops.at(-1);
  const isWhole =
    last?.address !== undefined && canonical(last.address) === canonical(target) && last.lossRatio < 1;
  return { hops, isWhole, lossRatio: isWhole ? last.lossRatio : 1 };
};

export interface WayRules {
  readonly degraded: number;
  readonly failed: number;
}

/**
 * What is wrong with it. Loss at one hop that is gone at the next is a router that has better things to do than to answer
 * us: only what persists to the end is lost.
 */
export const wayProblem = (way: Way, target: string, { degraded, failed }: WayRules): Failure | undefined => {
  if (!way.isWhole) return new Failure('unreachable', `the way to ${target} ${endOf(way.hops)}`);
  if (way.lossRatio < degraded) return undefined;
  const evidence = `${percentOf(way.lossRatio)} of the packets to ${target} are lost, ${originOf(way)}`;
  return new Failure('loss', evidence, { kind: way.lossRatio >= failed ? 'fail' : 'warn' });
};

const endOf = (hops: readonly Hop[]): string => {
  const addresses = hops.map(({ address }) => address);
  const again = addresses.findIndex(
    (address, index) => address !== undefined && addresses.lastIndexOf(address) > index + 1,
  );
  if (again >= 0) return `goes round in circles from hop ${again + 1} (${addresses[again]}) on`;
  const last = addresses.findLastIndex((address) => address !== undefined);
  return last < 0 ? 'does not even begin' : `ends after hop ${last + 1} (${addresses[last]})`;
};

/** Less than this share of the loss at the end is another loss. */
const persistentShare = 0.5;

/** The first hop from which every one that answers loses about as much as the last. */
const originOf = ({ hops, lossRatio }: Way): string => {
  const firm = hops.findLastIndex(
    ({ address, lossRatio: here }) => address !== undefined && here < lossRatio * persistentShare,
  );
  const first = hops.findIndex(({ address }, index) => index > firm && address !== undefined);
  return `from hop ${first + 1} (${hops[first]?.address}) on`;
};

const percentOf = (ratio: number): string => `${Math.round(ratio * 100)}%`;

const addressesAFact = 5;
const hopsAFact = 3;

/** The way that was last whole, as facts `way1`, `way2` …, for the next probe to compare with. */
const rememberedWay = (before: Facts): readonly string[] => {
  const lines = Object.entries(before).filter(([fact]) => /^way\d+$/.test(fact));
  return lines.flatMap(([, line]) => String(line).split(' '));
};

const nobody = '*';

/** A hop that did not answer, then or now, is no other hop. */
const isOtherWay = (before: readonly string[], now: readonly string[]): boolean =>
  before.length !== now.length ||
  now.some((address, index) => address !== before[index] && address !== nobody && before[index] !== nobody);

/** At most 22: six, six lines of addresses, ten of hops. A change of the way is told, and never held against anybody. */
export const wayFacts = ({ hops, isWhole, lossRatio }: Way, before: Facts, now: number): Facts => {
  const known = rememberedWay(before);
  const seen = hops.map(({ address }) => address ?? nobody);
  const changed = isWhole && known.length > 0 && isOtherWay(known, seen);
  const way = isWhole ? seen : known;
  const changes = Number(before['pathChanges'] ?? 0) + (changed ? 1 : 0);
  const changedAt = changed ? now : before['pathChangedAt'];
  return {
    ...numbered('way', way, addressesAFact, ' '),
    hops: hops.length,
    whole: isWhole,
    pathLossRatio: lossRatio,
    pathChanged: changed,
    pathChanges: changes,
    ...(changedAt !== undefined && { pathChangedAt: changedAt }),
    ...numbered('hops', hops.map(described), hopsAFact, ', '),
  };
};

const numbered = (name: string, items: readonly string[], aFact: number, glue: string): Facts =>
  Object.fromEntries(
    Array.from({ length: Math.ceil(items.length / aFact) }, (_, index) => [
      `${name}${index * aFact + 1}`,
      items.slice(index * aFact, (index + 1) * aFact).join(glue),
    ]),
  );

const described = ({ address, lossRatio, rttUs }: Hop): string =>
  address === undefined ? nobody : `${address} ${percentOf(lossRatio)} ${(rttUs / 1_000).toFixed(1)} ms`;

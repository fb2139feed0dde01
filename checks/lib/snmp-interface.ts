// An interface as IF-MIB tells of it (RFC 2863), found by its name: its number changes when a router is rebooted.
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';
import type { Agent } from './snmp-agent.ts';

/** Which column holds the name that an operator knows. */
export type Naming = 'name' | 'alias';

const interfaces = '1.3.6.1.2.1.2.2.1';
const extended = '1.3.6.1.2.1.31.1.1.1';
const columns = { name: `${extended}.1`, alias: `${extended}.18` } as const;
const upTime = '1.3.6.1.2.1.1.3.0';

/** What is asked about an interface, by the name under which it is remembered. */
const counters = {
  inOctets: `${extended}.6`,
  outOctets: `${extended}.10`,
  inPackets: `${extended}.7`,
  outPackets: `${extended}.11`,
  inErrors: `${interfaces}.14`,
  outErrors: `${interfaces}.20`,
  inDiscards: `${interfaces}.13`,
  outDiscards: `${interfaces}.19`,
} as const;
/** On an agent that does not count in 64 bits. */
const narrow = {
  inOctets: `${interfaces}.10`,
  outOctets: `${interfaces}.16`,
  inPackets: `${interfaces}.11`,
  outPackets: `${interfaces}.17`,
} as const;
type Counter = keyof typeof counters;
const counterNames = Object.keys(counters) as readonly Counter[];

export interface Interface {
  readonly index: number;
  /** ifAdminStatus and ifOperStatus. */
  readonly admin: number;
  readonly oper: number;
  readonly speedMbit: number | undefined;
  /** Since when the agent counts, in milliseconds: the time base of every rate, for an agent may answer from a cache. */
  readonly upTimeMs: number;
  /** When the counters last began anew, as ifCounterDiscontinuityTime. */
  readonly discontinuity: number;
  readonly counts: Readonly<Partial<Record<Counter, number>>>;
  /** Counters of octets and packets go round at 2^64, or at 2^32; those of errors always at 2^32. */
  readonly isWide: boolean;
}

/** The interface of that name, looked for where it was last. Nothing when there is none. */
export const findInterface = async (
  agent: Agent,
  naming: Naming,
  name: string,
  lastIndex: unknown,
): Promise<Interface | undefined> => {
  const column = columns[naming];
  if (typeof lastIndex === 'number') {
    const [found] = await agent.get([`${column}.${lastIndex}`]);
    if (textOf(found) === name) return readInterface(agent, lastIndex);
  }
  const row = (await agent.column(column)).find(([, found]) => textOf(found) === name);
  return row === undefined ? undefined : readInterface(agent, row[0]);
};

const readInterface = async (agent: Agent, index: number): Promise<Interface> => {
  const oids = [
    upTime,
    ...[`${interfaces}.7`, `${interfaces}.8`, `${interfaces}.5`, `${extended}.15`, `${extended}.19`].map(
      (column) => `${column}.${index}`,
    ),
    ...counterNames.map((counter) => `${counters[counter]}.${index}`),
  ];
  const [ticks, admin, oper, speed, highSpeed, anew, ...counted] = await agent.get(oids);
  const wide = Object.fromEntries(counterNames.map((counter, at) => [counter, numberOf(counted[at])]));
  const isWide = wide['inOctets'] !== undefined;
  const mbit = numberOf(highSpeed) ?? Math.round((numberOf(speed) ?? 0) / 1e6);
  return {
    index,
    admin: numberOf(admin) ?? 0,
    oper: numberOf(oper) ?? 0,
    speedMbit: mbit > 0 ? mbit : undefined,
    upTimeMs: (numberOf(ticks) ?? 0) * 10,
    discontinuity: numberOf(anew) ?? 0,
    counts: isWide ? wide : { ...wide, ...(await readNarrow(agent, index)) },
    isWide,
  };
};

const readNarrow = async (agent: Agent, index: number): Promise<Interface['counts']> => {
  const names = Object.keys(narrow) as readonly (keyof typeof narrow)[];
  const counted = await agent.get(names.map((counter) => `${narrow[counter]}.${index}`));
  return Object.fromEntries(names.map((counter, at) => [counter, numberOf(counted[at])]));
};

const textOf = (value: unknown): string | undefined =>
  Buffer.isBuffer(value) ? value.toString('utf8') : undefined;

/** An integer, or the bytes of a Counter64; beyond 2^53 to the nearest that a number can hold. */
const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return Buffer.isBuffer(value) && value.length > 0 && value.length <= 9
    ? Number(BigInt(`0x${value.toString('hex')}`))
    : undefined;
};

export interface Rates {
  /** What came and went since the probe before. */
  readonly inBitsPerSecond?: number;
  readonly outBitsPerSecond?: number;
  /** Share of the packets that were broken or thrown away. */
  readonly errorRatio?: number;
  readonly utilisationRatio?: number;
}

/** Differences to what was remembered. Nothing when the agent began to count anew, or has not counted since. */
export const ratesSince = (before: Facts, seen: Interface): Rates | undefined => {
  const { upTimeMs, discontinuity, isWide, speedMbit } = seen;
  const elapsedMs = upTimeMs - Number(before['upTimeMs']);
  if (!(elapsedMs > 0) || before['discontinuity'] !== discontinuity || before['isWide'] !== isWide)
    return undefined;
  const seconds = elapsedMs / 1_000;
  const grown = (counter: Counter): number | undefined =>
    growth(before[counter], seen.counts[counter], isWide && counter in narrow ? 2 ** 64 : 2 ** 32);
  const perSecond = (counter: 'inOctets' | 'outOctets'): number | undefined => {
    const octets = grown(counter);
    return octets === undefined ? undefined : (octets * 8) / seconds;
  };
  const limit = speedMbit === undefined ? Number.POSITIVE_INFINITY : speedMbit * 1e6;
  // A counter that was reset, and not said to be, looks like one that went round: faster than the cable, it was not.
  const [inRate, outRate] = [perSecond('inOctets'), perSecond('outOctets')].map((rate) =>
    rate !== undefined && rate <= 2 * limit ? rate : undefined,
  );
  return {
    ...(inRate !== undefined && { inBitsPerSecond: Math.round(inRate) }),
    ...(outRate !== undefined && { outBitsPerSecond: Math.round(outRate) }),
    ...((inRate ?? outRate) !== undefined &&
      Number.isFinite(limit) && { utilisationRatio: Math.max(inRate ?? 0, outRate ?? 0) / limit }),
    ...errorShare(grown),
  };
};

const growth = (
  before: Facts[string] | undefined,
  now: number | undefined,
  wrapsAt: number,
): number | undefined => {
  if (typeof before !== 'number' || now === undefined) return undefined;
  return now >= before ? now - before : now + (wrapsAt - before);
};

/** Too few packets say nothing of a share. */
const packetsMin = 100;

const errorShare = (grown: (counter: Counter) => number | undefined): { readonly errorRatio?: number } => {
  const total = (...names: readonly Counter[]) => names.reduce((sum, name) => sum + (grown(name) ?? 0), 0);
  const spoilt = total('inErrors', 'outErrors', 'inDiscards', 'outDiscards');
  const packets = total('inPackets', 'outPackets') + spoilt;
  // More than half of them: the counters were set back, for a link that bad is down.
  return packets < packetsMin || spoilt > 2 ** 31 ? {} : { errorRatio: spoilt / packets };
};

const statuses = [
  '',
  'up',
  'down',
  'testing',
  'unknown',
  'dormant',
  'not present',
  'lower layer down',
] as const;

const statusOf = (status: number): string => statuses[status] ?? `status ${status}`;

/** What administrators see, and what the next probe compares with. */
export const interfaceFacts = (seen: Interface, rates: Rates | undefined): Facts => ({
  ifIndex: seen.index,
  up: seen.oper === 1 ? 1 : 0,
  status: statusOf(seen.oper),
  ...(seen.speedMbit !== undefined && { speedMbit: seen.speedMbit }),
  ...(rates?.inBitsPerSecond !== undefined && { inBitsPerSecond: rates.inBitsPerSecond }),
  ...(rates?.outBitsPerSecond !== undefined && { outBitsPerSecond: rates.outBitsPerSecond }),
  ...(rates?.utilisationRatio !== undefined && { utilisationRatio: rates.utilisationRatio }),
  ...(rates?.errorRatio !== undefined && { errorRatio: rates.errorRatio }),
  upTimeMs: seen.upTimeMs,
  discontinuity: seen.discontinuity,
  isWide: seen.isWide,
  ...Object.fromEntries(
    counterNames.flatMap((counter) => {
      const count = seen.counts[counter];
      return count === undefined ? [] : [[counter, count] as const];
    }),
  ),
});

export interface InterfaceRules {
  readonly utilisation: number;
  readonly errors: number;
  readonly speedMbitMin: number | undefined;
}

/** The worst of what is wrong with it. */
export const interfaceProblem = (
  { admin, oper, speedMbit }: Interface,
  rates: Rates | undefined,
  { utilisation, errors, speedMbitMin }: InterfaceRules,
  called: string,
): Failure | undefined => {
  if (admin === 2) return new Failure('link_down', `${called} is switched off by hand`, { kind: 'warn' });
  // Some devices do not know the status of a tunnel: that is no failure.
  if (oper !== 1 && oper !== 4 && oper !== 5)
    return new Failure('link_down', `${called} is ${statusOf(oper)}`);
  if (rates?.errorRatio !== undefined && rates.errorRatio > errors)
    return new Failure(
      'loss',
      `${called}: ${percentOf(rates.errorRatio)} of the packets are lost or broken`,
      {
        kind: 'warn',
      },
    );
  if (rates?.utilisationRatio !== undefined && rates.utilisationRatio > utilisation)
    return new Failure('saturated', `${called} is used to ${percentOf(rates.utilisationRatio)}`, {
      kind: 'warn',
    });
  if (speedMbitMin !== undefined && speedMbit !== undefined && speedMbit < speedMbitMin)
    return new Failure('bad_value', `${called} runs at ${speedMbit} Mbit/s, not at ${speedMbitMin}`, {
      kind: 'warn',
    });
  return undefined;
};

const percentOf = (ratio: number): string => `${(ratio * 100).toPrecision(2)}%`;

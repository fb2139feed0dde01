// Which phases are slow says why: a list of what each of them waits for, for the finding of a degraded check.
import type { Finding } from '../result.ts';
import type { Instant } from '../time.ts';
import type { Found } from './detector.ts';

/** One time of a probe that has become slow. */
export interface SlowPhase {
  readonly phase: string;
  readonly found: Found;
  readonly tookUs: number;
  readonly usualUs: number;
}

export interface Decision {
  readonly finding: Finding;
  /** Of the first slow probe. */
  readonly since: Instant;
}

/** Fewer phases cannot say that it is all of them. */
const allMin = 3;

/**
 * Out of at least one slow phase of `measured` that a probe has. All of them together are the way there, or we; otherwise
 * it is the one that has lost most time, and the total only where no phase has.
 */
export const decide = (slow: readonly SlowPhase[], measured: number): Decision | undefined => {
  const parts = slow.filter(({ phase }) => phase !== 'total');
  const isAll = measured >= allMin && parts.length === measured;
  const whole = slow.find(({ phase }) => phase === 'total');
  const worst = (isAll && whole) || parts.toSorted((a, b) => lost(b) - lost(a))[0] || whole;
  if (worst === undefined) return undefined;
  const { phase, found } = worst;
  const slowness = {
    kind: found.kind,
    tookMs: twoDigits(worst.tookUs / 1_000),
    usualMs: twoDigits(worst.usualUs / 1_000),
    ...(parts.length > 1 && { others: parts.length - 1 }),
  };
  const how =
    found.kind === 'tail' ? `now and then takes ${slowness.tookMs} ms` : `takes ${slowness.tookMs} ms`;
  const why = isAll ? everything : likely.get(phase);
  return {
    finding: {
      cause: 'slow',
      phase,
      evidence: `${phase} ${how}, usually ${slowness.usualMs} ms${why === undefined ? '' : `; likely ${why}`}`,
      slowness,
    },
    since: Math.min(...slow.map(({ found }) => found.since)),
  };
};

const lost = ({ tookUs, usualUs }: SlowPhase): number => tookUs - usualUs;

/** More digits would change with every probe, and say nothing. */
const twoDigits = (ms: number): number => Number(ms.toPrecision(2));

const everything = 'the network on the way, or the machine that we run on: every phase is slow';
const logIn = 'reverse DNS, a directory behind the log-in, or too few threads or connections';

/** By the names that check types give their phases. */
const likely = new Map([
  ['resolve', 'the resolver'],
  ['connect', 'lost packets, a full queue of connections, or a busy host'],
  ['tls', 'a busy processor'],
  ['greeting', logIn],
  ['banner', logIn],
  ['auth', logIn],
  ['login', logIn],
  ['query', 'a busy processor, a paused virtual machine, or swapping'],
  ['read', 'reads from the disk: memory too small, or a neighbour that scans'],
  ['write', 'locks, triggers, or a cluster that holds writes back'],
  ['commit', 'the disk (fsync), or a replica or binary log it waits for'],
  ['first-byte', 'the program behind the web server, or its database'],
  ['transfer', 'a full link'],
  ['rtt', 'a full link, or another way through the network'],
  ['reply', 'a busy server'],
  ['recursion', 'the name servers that it asks'],
]);

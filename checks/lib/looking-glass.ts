// How the rest of the Internet sees a prefix: the looking glass of RIPEstat, fed by the route collectors of the RIPE NCC.
import { lossOf } from './bgp-session.ts';
import type { SessionRules } from './bgp-session.ts';
import { isObject, listAt, objectAt, textAt } from './json-object.ts';
import { dayOf, factOfDay, isSampleDue, usualOf, withSample } from './last-day.ts';
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';

export interface Visibility {
  /** Networks that feed the collectors and know the prefix. */
  readonly peers: number;
  /** By origin, the most frequent first: who announces it, and to how many of them. */
  readonly origins: readonly (readonly [origin: string, peers: number])[];
  /** The networks before the origin, the most frequent first. */
  readonly upstreams: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface VisibilityRules {
  readonly prefix: string;
  /** The networks that may announce it. */
  readonly origins: readonly number[];
  readonly drop: SessionRules['drop'];
  readonly peersMin: number | undefined;
}

/** The age of routes that are still told, in seconds: one that nobody has confirmed for an hour is no route. */
const lookBackSeconds = 3_600;

export const questionAbout = (url: string, prefix: string): string => {
  const asked = new URL(url);
  const parameters = { resource: prefix, look_back_limit: String(lookBackSeconds), sourceapp: 'vigie' };
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
  return asked.href;
};

/** Fails with `protocol` when it is no answer of the looking glass. */
export const readLookingGlass = (document: unknown, receivedAt: number): Visibility => {
  const data = objectAt(document, 'data');
  if (textAt(document, 'status') !== 'ok' || !Array.isArray(data['rrcs']))
    throw new Failure('protocol', `no answer of RIPEstat: ${textAt(document, 'status') ?? 'no status'}`);
  const routes = listAt(data, 'rrcs').flatMap((collector) => listAt(collector, 'peers').filter(isObject));
  const paths = routes.map((route) => networksIn(textAt(route, 'as_path')));
  const origins = frequencies(
    routes.map((route, index) => textAt(route, 'asn_origin') ?? paths[index]?.at(-1) ?? '?'),
  );
  const upstreams = paths.map((path) => path.findLast((network) => network !== path.at(-1)) ?? '');
  // UTC, without saying so.
  const latestAt = Date.parse(`${textAt(data, 'latest_time') ?? ''}Z`);
  return {
    peers: routes.length,
    origins,
    upstreams: frequencies(upstreams.filter((network) => network !== '')).map(([network]) => network),
    at: Number.isFinite(latestAt) ? Math.min(latestAt, receivedAt) : receivedAt,
  };
};

const networksIn = (path: string | undefined): readonly string[] =>
  path?.split(' ').filter((network) => network !== '') ?? [];

const frequencies = (texts: readonly string[]): readonly (readonly [string, number])[] =>
  [...Map.groupBy(texts, (text) => text)]
    .map(([text, { length }]) => [text, length] as const)
    .toSorted(([, a], [, b]) => b - a);

const upstreamsMax = 8;

export const visibilityFacts = (
  { peers, origins, upstreams, at }: Visibility,
  before: Facts,
  now: number,
): Facts => {
  const isDue = isSampleDue(before['sampledAt'], now);
  const day = dayOf(before['lastDay']);
  return {
    visiblePeers: peers,
    dataAt: Math.round(at),
    origins: origins.map(([origin, count]) => `AS${origin} (${count})`).join(', '),
    upstreams: upstreams
      .slice(0, upstreamsMax)
      .map((network) => `AS${network}`)
      .join(', '),
    sampledAt: isDue ? now : (before['sampledAt'] ?? now),
    lastDay: factOfDay(isDue ? withSample(day, [peers]) : day),
  };
};

/** What is wrong, the worst first. */
export const visibilityProblems = (
  { peers, origins }: Visibility,
  { prefix, origins: ours, drop, peersMin }: VisibilityRules,
  before: Facts,
): readonly Failure[] => {
  const said = `${peers} networks know ${prefix}`;
  if (peers === 0) return [new Failure('routes_lost', `no network knows ${prefix}`)];
  const foreign = origins.filter(([origin]) => !ours.includes(Number(origin)));
  const believers = foreign.reduce((sum, [, count]) => sum + count, 0);
  const [first] = foreign;
  const problems = [
    first &&
      new Failure('wrong_origin', `AS${first[0]} announces ${prefix}, ${believers} of ${peers} believe it`, {
        kind: believers > peers / 2 ? 'fail' : 'warn',
      }),
    peersMin !== undefined && peers < peersMin
      ? new Failure('routes_lost', `${said}, less than ${peersMin}`, { kind: 'warn' })
      : lossOf(peers, usualOf(dayOf(before['lastDay']), 0), drop, said),
  ];
  return problems.filter((problem) => problem !== undefined);
};

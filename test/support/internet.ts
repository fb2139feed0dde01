// The Internet as a small host sees it: this machine, its router with two upstreams, and behind them networks of others,
// a web site and a remote site. The routers speak BGP, and forward by what they have learnt.
import { setTimeout as sleep } from 'node:timers/promises';
import { bgpTimers, canRoute, startBird } from './bird.ts';
import type { Bird } from './bird.ts';
import { installed } from './installed.ts';
import { connect, here, makeNamespace } from './namespace.ts';
import type { Namespace } from './namespace.ts';
import { startNginx } from './nginx.ts';

export const canInternet = canRoute && ['nginx', 'fping', 'nft', 'sysctl'].every(installed);

/** Our two upstreams, and what our router calls its sessions with them. */
export const upstreams = ['gitoyen-1', 'gitoyen-2'] as const;

/** From our router to this machine or to an upstream, or from the others to the remote site. */
export type Cable = 'prober' | (typeof upstreams)[number] | 'marseille';

export interface Internet extends AsyncDisposable {
  /** Our router, as this machine reaches it and as all others do. */
  readonly gateway: string;
  readonly edge: string;
  /** Its control socket. */
  readonly socket: string;
  /** Hosts of others, each in a network of its own. */
  readonly references: readonly string[];
  /** The address of a site that says "Bienvenue". */
  readonly web: string;
  /** A host of the remote site, and the router of others that connects the site. */
  readonly marseille: { readonly host: string; readonly uplink: string };
  /** Hosts that are reached over IPv6: two that others have, and one of ours. */
  readonly six: { readonly references: readonly string[]; readonly host: string };
  /** Lets so many of a hundred packets get lost at our edge, each way, until `mend`. */
  readonly lose: (percent: number) => void;
  /** This machine has no address of IPv6 there any more, until `mend`. */
  readonly forgetSix: () => void;
  /** Pulls cables out, until `mend`. */
  readonly pull: (...cables: readonly Cable[]) => void;
  /** Puts them all in, and waits until our router knows its ways again. */
  readonly mend: () => Promise<void>;
}

// One network of 198.18.0.0/15, which is for tests (RFC 2544), for each process.
const at = (last: number): string => `198.18.${process.pid & 255}.${last}`;
/** The near end of each cable; the far end has the next address. */
const near = { prober: 1, upstreams: [5, 9], beyond: [13, 17], marseille: 177 } as const;
const edgeAddress = at(33);
const webAddress = at(161);
const references = [65, 81, 97, 113, 129].map(at);
/** The same over IPv6, on one cable. */
const sixAt = (last: number): string => `fd00:c612:${(process.pid & 0xffff).toString(16)}::${last}`;
const sixHosts = [2, 3, 4].map(sixAt);
const toEdge = `vi${process.pid}`;
const ourNetwork = `${at(0)}/26`;
const networksOfOthers = [64, 80, 96, 112, 128, 160, 176].map((first) => `${at(first)}/28`);

export const startInternet = async (): Promise<Internet> => {
  await using started = new AsyncDisposableStack();
  const { edge, gitoyens, internet, marseille } = layNetwork((name) => started.use(makeNamespace(name)));
  const routers = [
    [edge, ours],
    ...gitoyens.map((gitoyen, index) => [gitoyen, between(index)] as const),
    [internet, others],
  ] as const;
  const [router] = await Promise.all(
    routers.map(async ([place, configuration]) => started.use(await startBird(place, configuration))),
  );
  if (router === undefined) throw new Error('our router is missing');
  await untilRouted(router);
  const web = started.use(
    await startNginx({
      http: (port) => `server { listen ${webAddress}:${port}; location / { return 200 "Bienvenue"; } }`,
      elsewhere: { namespace: internet.name, address: webAddress },
    }),
  );
  const ends: Readonly<Record<Cable, readonly [place: Namespace, device: string]>> = {
    prober: [edge, 'prober'],
    'gitoyen-1': [gitoyens[0]!, 'edge'],
    'gitoyen-2': [gitoyens[1]!, 'edge'],
    marseille: [marseille, 'internet'],
  };
  const end = started.move();
  return {
    gateway: at(near.prober + 1),
    edge: edgeAddress,
    socket: router.socket,
    references,
    web: `http://${webAddress}:${web.port}/`,
    marseille: { host: at(near.marseille + 1), uplink: at(near.marseille) },
    six: { references: sixHosts.slice(0, 2), host: sixHosts[2]! },
    lose: (percent) => {
      const way = 'type filter hook forward priority 0;';
      edge.run('nft', `add table ip lossy; add chain ip lossy out { ${way} }`);
      edge.run('nft', `add rule ip lossy out numgen random mod 100 < ${percent} drop`);
    },
    forgetSix: () => here.ip(`addr del ${sixAt(1)}/64 dev ${toEdge}`),
    pull: (...cables) => {
      for (const [place, device] of cables.map((cable) => ends[cable])) place.ip(`link set ${device} down`);
    },
    mend: async () => {
      for (const [place, device] of Object.values(ends)) place.ip(`link set ${device} up`);
      wayOut(marseille);
      laySix(edge);
      edge.run('nft', 'flush ruleset');
      await untilRouted(router);
    },
    [Symbol.asyncDispose]: () => {
      here.ip(`route del unreachable ${sixAt(0)}/64 metric 4096`);
      return end.disposeAsync();
    },
  };
};

const layNetwork = (make: (name: string) => Namespace) => {
  const place = (name: string) => {
    const made = make(name);
    // Not every kernel has all of these in a namespace (-e). The way back may be another than the way there.
    made.run('sysctl', '-eqw', 'net.ipv4.ip_forward=1', 'net.ipv4.icmp_ratelimit=0', ...anyWayBack);
    return made;
  };
  const cable = (one: Place, device: string, other: Namespace, otherDevice: string, first: number) =>
    connect(
      { place: one, device, address: at(first) },
      { place: other, device: otherDevice, address: at(first + 1) },
    );
  const [edge, internet, marseille] = [place('edge'), place('internet'), place('marseille')] as const;
  cable(here, toEdge, edge, 'prober', near.prober);
  here.ip(`route add ${at(0)}/24 via ${at(near.prober + 1)}`);
  edge.ip(`addr add ${edgeAddress}/32 dev lo`);
  laySix(edge);
  // Nowhere else, whatever ways this machine knows.
  here.ip(`route add unreachable ${sixAt(0)}/64 metric 4096`);
  const gitoyens = upstreams.map((name, index) => {
    const gitoyen = place(name);
    cable(edge, name, gitoyen, 'edge', near.upstreams[index]!);
    cable(gitoyen, 'internet', internet, name, near.beyond[index]!);
    return gitoyen;
  });
  for (const address of [...references, webAddress]) internet.ip(`addr add ${address}/32 dev lo`);
  cable(internet, 'marseille', marseille, 'internet', near.marseille);
  wayOut(marseille);
  return { edge, gitoyens, internet, marseille };
};

// A device that was down has forgotten them.
const laySix = (edge: Namespace): void => {
  here.ip(`addr replace ${sixAt(1)}/64 dev ${toEdge} nodad`);
  for (const host of sixHosts) edge.ip(`addr replace ${host}/64 dev prober nodad`);
};

type Place = Pick<Namespace, 'ip'>;

const anyWayBack = ['net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0'];

const wayOut = (marseille: Namespace): void =>
  marseille.ip(`route replace default via ${at(near.marseille)}`);

const settlingTriesMax = 400;

const untilRouted = async (router: Bird): Promise<void> => {
  const knowsAll = (name: string) =>
    router.session(name).includes(` ${networksOfOthers.length} imported, 1 exported`);
  for (let tries = 0; tries < settlingTriesMax; tries += 1) {
    if (upstreams.every(knowsAll)) return;
    await sleep(100);
  }
  throw new Error('BGP does not settle');
};

/** A router that tells its neighbours its own networks, or all that it knows. */
const routerThat = (id: string, exported: 'all' | 'where source = RTS_STATIC', rest: string): string => `
timeformat protocol iso long;
router id ${id};
protocol device {}
protocol kernel { ipv4 { export where source = RTS_BGP; }; }
template bgp neighbour {
  ${bgpTimers}
  ipv4 { import all; export ${exported}; };
}
${rest}
`;

const own = (networks: readonly string[]): string =>
  `protocol static { ipv4; ${networks.map((network) => `route ${network} blackhole;`).join(' ')} }`;

/** From the end of a cable to its other end. */
const session = (name: string, as: readonly [number, number], address: string): string =>
  `protocol bgp '${name}' from neighbour { local as ${as[0]}; neighbor ${address} as ${as[1]}; }`;

const asOf = { us: 65_001, upstreams: [65_002, 65_003], others: 65_010 } as const;

const ours = routerThat(
  edgeAddress,
  'where source = RTS_STATIC',
  [
    own([ourNetwork]),
    ...upstreams.map((name, index) =>
      session(name, [asOf.us, asOf.upstreams[index]!], at(near.upstreams[index]! + 1)),
    ),
  ].join('\n'),
);

const between = (index: number): string =>
  routerThat(
    at(near.upstreams[index]! + 1),
    'all',
    [
      session('edge', [asOf.upstreams[index]!, asOf.us], at(near.upstreams[index]!)),
      session('internet', [asOf.upstreams[index]!, asOf.others], at(near.beyond[index]! + 1)),
    ].join('\n'),
  );

const others = routerThat(
  webAddress,
  'where source = RTS_STATIC',
  [
    own(networksOfOthers),
    ...upstreams.map((name, index) =>
      session(name, [asOf.others, asOf.upstreams[index]!], at(near.beyond[index]!)),
    ),
  ].join('\n'),
);

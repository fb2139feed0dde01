// Three routers, each in a network namespace of its own: ours, and two that bring us the Internet.
import { setTimeout as sleep } from 'node:timers/promises';
import { bgpTimers, isEstablished, startBird } from './bird.ts';
import type { Bird } from './bird.ts';
import { connect, makeNamespace } from './namespace.ts';

const names = ['edge', 'transit1', 'transit2'] as const;
type Name = (typeof names)[number];
type Transit = Exclude<Name, 'edge'>;

/** What our router says of a session. */
type SessionState = 'up' | 'down';

export interface Router extends Omit<Bird, 'configure'> {
  /** Takes these definitions in the place of those it began with: `prefixes: 3`, `announce: none`. */
  readonly configure: (changes?: Changes) => void;
}

export interface Changes {
  /** How many prefixes it announces of its own. */
  readonly prefixes?: number;
  /** What it tells its neighbours. */
  readonly announce?: 'all' | 'none';
  /** More prefixes than these from one neighbour end the session. */
  readonly limit?: number;
  /** What our router calls its session with the first transit. */
  readonly sessionName?: string;
}

export interface Routers extends AsyncDisposable {
  readonly edge: Router;
  readonly transit1: Router;
  readonly transit2: Router;
  /** The control socket of our router. */
  readonly socket: string;
  /** Waits until our router says this of its sessions, for as long as BGP may take. */
  readonly until: (states: Readonly<Partial<Record<Transit, SessionState>>>) => Promise<void>;
  /** Waits until it imports and exports so many prefixes on a session. */
  readonly untilRoutes: (transit: Transit, imported: number, exported: number) => Promise<void>;
  /** Both sessions up, and every prefix there. */
  readonly untilHealthy: () => Promise<void>;
  /** Drops what arrives at our router and fits a condition of nftables, until `heal`. */
  readonly drop: (condition: string) => void;
  readonly heal: () => void;
  /** Takes our end of the cable to a transit out, and puts it in. */
  readonly cable: (transit: Transit, state: SessionState) => void;
}

/** How many prefixes each router announces. */
export const prefixesEach = 10;

export const startRouters = async (): Promise<Routers> => {
  await using started = new AsyncDisposableStack();
  const places = names.map((name) => started.use(makeNamespace(name)));
  const [home, ...transits] = places;
  if (home === undefined) throw new Error('our place is missing');
  for (const [index, place] of transits.entries())
    connect(
      { place: home, device: `transit${index + 1}`, address: `198.18.${index + 1}.1` },
      { place, device: 'edge', address: `198.18.${index + 1}.2` },
    );
  home.run('nft', 'add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  const [edge, transit1, transit2] = await Promise.all(
    places.map(async (place, index) => {
      const configurationOf = (changes: Changes) => (index === 0 ? ours(changes) : theirs(index, changes));
      const bird = started.use(await startBird(place, configurationOf({})));
      return { ...bird, configure: (changes: Changes = {}) => bird.configure(configurationOf(changes)) };
    }),
  );
  if (edge === undefined || transit1 === undefined || transit2 === undefined)
    throw new Error('a router is missing');
  const until = async (isSo: (session: string, name: Transit) => boolean) => {
    for (const deadline = Date.now() + settlingMs; ; await sleep(50)) {
      const sessions = (['transit1', 'transit2'] as const).map((name) => [name, edge.session(name)] as const);
      if (sessions.every(([name, session]) => isSo(session, name))) return;
      if (Date.now() > deadline) throw new Error(`BGP does not settle: ${JSON.stringify(sessions)}`);
    }
  };
  const has = (session: string, imported: number, exported: number) =>
    session.includes(` ${imported} imported, ${exported} exported`);
  const routers: Omit<Routers, keyof AsyncDisposable> = {
    edge,
    transit1,
    transit2,
    socket: edge.socket,
    until: (states) =>
      until(
        (session, name) => states[name] === undefined || isEstablished(session) === (states[name] === 'up'),
      ),
    untilHealthy: () =>
      until((session) => isEstablished(session) && has(session, prefixesEach, prefixesEach)),
    untilRoutes: (transit, imported, exported) =>
      until((session, name) => name !== transit || has(session, imported, exported)),
    drop: (condition) => home.run('nft', `add rule inet lab arriving ${condition} drop`),
    heal: () => home.run('nft', 'flush chain inet lab arriving'),
    cable: (transit, state) => home.ip(`link set ${transit} ${state}`),
  };
  await routers.untilHealthy();
  const end = started.move();
  return { ...routers, [Symbol.asyncDispose]: () => end.disposeAsync() };
};

const settlingMs = 40_000;

const own = (network: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `route ${network}.${index * 16}/28 blackhole;`).join(' ');

const ours = ({
  prefixes = prefixesEach,
  announce = 'all',
  limit = 100,
  sessionName = 'transit1',
}: Changes) => `
timeformat protocol iso long;
router id 198.18.0.1;
protocol device {}
protocol static { ipv4; ${own('203.0.113', prefixes)} }
template bgp transit {
  local as 65001;
  ${bgpTimers}
  ipv4 { import all; export ${announce === 'all' ? 'where source = RTS_STATIC' : 'none'}; import limit ${limit} action disable; };
}
protocol bgp ${sessionName} from transit { neighbor 198.18.1.2 as 65002; }
protocol bgp transit2 from transit { neighbor 198.18.2.2 as 65003; }
`;

const theirs = (index: number, { prefixes = prefixesEach, announce = 'all' }: Changes) => `
router id 198.18.0.${index + 1};
protocol device {}
protocol static { ipv4; ${own(index === 1 ? '192.0.2' : '198.51.100', prefixes)} }
protocol bgp edge {
  local as ${65_001 + index};
  neighbor 198.18.${index}.1 as 65001;
  ${bgpTimers}
  ipv4 { import all; export ${announce === 'all' ? 'where source = RTS_STATIC' : 'none'}; };
}
`;

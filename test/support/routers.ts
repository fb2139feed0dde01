// Three routers, each in a network namespace of its own: ours, and two that bring us the Internet. BIRD speaks BGP on
// each; its timers are as short as they go, so that a session falls and rises within seconds.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';
import { canLink } from './link.ts';

export const canRoute = canLink && installed('bird') && installed('birdcl');

const names = ['edge', 'transit1', 'transit2'] as const;
type Name = (typeof names)[number];
type Transit = Exclude<Name, 'edge'>;

/** What our router says of a session. */
type SessionState = 'up' | 'down';

export interface Router extends Daemon {
  /** Runs a command of BIRD's. */
  readonly tell: (command: string) => void;
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
  const namespaceOf = (name: Name) => `vigie-${name}-${process.pid}`;
  const ip = (command: string) => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });
  const inEdge = (...words: string[]) => ip(`netns exec ${namespaceOf('edge')} ${words.join(' ')}`);
  for (const name of names) {
    ip(`netns add ${namespaceOf(name)}`);
    started.defer(() => ip(`netns del ${namespaceOf(name)}`));
    ip(`-n ${namespaceOf(name)} link set lo up`);
  }
  for (const [index, transit] of names.slice(1).entries()) {
    ip(
      `link add ${transit} netns ${namespaceOf('edge')} type veth peer name edge netns ${namespaceOf(transit)}`,
    );
    ip(`-n ${namespaceOf('edge')} addr add 198.18.${index + 1}.1/30 dev ${transit}`);
    ip(`-n ${namespaceOf(transit)} addr add 198.18.${index + 1}.2/30 dev edge`);
    ip(`-n ${namespaceOf('edge')} link set ${transit} up`);
    ip(`-n ${namespaceOf(transit)} link set edge up`);
  }
  inEdge('nft', 'add table inet lab');
  inEdge('nft', 'add chain inet lab arriving { type filter hook input priority 0; }');
  const [edge, transit1, transit2] = await Promise.all(
    names.map(async (name, index) => {
      const router = await startRouter(name, namespaceOf(name), index);
      started.use(router);
      return router;
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
  const isUp = (session: string) => /BGP state: +Established/.test(session);
  const has = (session: string, imported: number, exported: number) =>
    session.includes(` ${imported} imported, ${exported} exported`);
  const routers: Omit<Routers, keyof AsyncDisposable> = {
    edge,
    transit1,
    transit2,
    socket: edge.socket,
    until: (states) =>
      until((session, name) => states[name] === undefined || isUp(session) === (states[name] === 'up')),
    untilHealthy: () => until((session) => isUp(session) && has(session, prefixesEach, prefixesEach)),
    untilRoutes: (transit, imported, exported) =>
      until((session, name) => name !== transit || has(session, imported, exported)),
    drop: (condition) => inEdge('nft', `add rule inet lab arriving ${condition} drop`),
    heal: () => inEdge('nft', 'flush chain inet lab arriving'),
    cable: (transit, state) => ip(`-n ${namespaceOf('edge')} link set ${transit} ${state}`),
  };
  await routers.untilHealthy();
  const end = started.move();
  return { ...routers, [Symbol.asyncDispose]: () => end.disposeAsync() };
};

const settlingMs = 40_000;

const startRouter = async (name: Name, namespace: string, index: number) => {
  const folder = makeFolder(name);
  const socket = join(folder, 'bird.ctl');
  const file = join(folder, 'bird.conf');
  const tell = (command: string) =>
    execFileSync('birdcl', ['-s', socket, command], { stdio: 'pipe' }).toString();
  const write = (changes: Changes) =>
    writeFileSync(file, name === 'edge' ? ours(changes) : theirs(index, changes));
  write({});
  // Root, because of the namespace; BIRD itself then becomes nobody.
  const words = ['netns', 'exec', namespace, 'bird', '-f', '-c', file, '-s', socket];
  const daemon = await startDaemon(
    ['ip', ...words, '-P', join(folder, 'bird.pid'), '-u', 'nobody', '-g', 'nogroup'],
    {
      folder,
      env: { PATH: `${process.env['PATH']}:/usr/sbin` },
      asRoot: true,
      isReady: async () => tell('show status'),
    },
  );
  return {
    ...daemon,
    socket,
    tell: (command: string) => void tell(command),
    /** All that BIRD says of a session; nothing while it cannot be asked. */
    session: (session: string) => {
      try {
        return tell(`show protocols all "${session}"`);
      } catch {
        return '';
      }
    },
    configure: (changes: Changes = {}) => {
      write(changes);
      tell('configure');
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      removeFolder(folder);
    },
  };
};

const timers = `hold time 3; keepalive time 1; connect delay time 1; connect retry time 1;
  error wait time 1, 1; error forget time 1;`;

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
  ${timers}
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
  ${timers}
  ipv4 { import all; export ${announce === 'all' ? 'where source = RTS_STATIC' : 'none'}; };
}
`;

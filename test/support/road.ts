// A road through three routers to a host, each in a network namespace of its own: from this machine, over r1, r2 and r3.
// Between r1 and r3 there is a second way.
import { installed } from './installed.ts';
import { canLink } from './link.ts';
import { connect, here, makeNamespace } from './namespace.ts';

export const canRoad = canLink && installed('mtr') && installed('sysctl');

const places = ['r1', 'r2', 'r3', 'end'] as const;
type Place = (typeof places)[number];

export interface Road extends Disposable {
  /** The host at its end. */
  readonly address: string;
  /** The addresses that answer on the way, the host's own last. */
  readonly stations: readonly string[];
  /** Drops what fits a condition of nftables where it passes a router, leaves a place or arrives there. */
  readonly drop: (place: Place, where: 'passing' | 'leaving' | 'arriving', condition: string) => void;
  /** Adds a route at a place, in the place of the one to the same network: `blackhole END`. */
  readonly route: (place: Place, route: string) => void;
  /** Takes the way from r1 to r3 that leaves r2 out. */
  readonly shorten: () => void;
  /** As it was in the beginning. */
  readonly mend: () => void;
}

export const makeRoad = (): Road => {
  // Of 198.18.0.0/15, which is for tests (RFC 2544): one network for each process, of as many smaller ones as there are cables.
  const network = `198.18.${process.pid & 255}`;
  const at = (last: number) => `${network}.${last}`;
  const made = new DisposableStack();
  const namespaces = {
    r1: made.use(makeNamespace('r1')),
    r2: made.use(makeNamespace('r2')),
    r3: made.use(makeNamespace('r3')),
    end: made.use(makeNamespace('end')),
  };
  const inside = (place: Place, ...words: string[]) => namespaces[place].run(...words);
  const join = (one: Place, device: string, other: Place, otherDevice: string, first: number) =>
    connect(
      { place: namespaces[one], device, address: at(first) },
      { place: namespaces[other], device: otherDevice, address: at(first + 1) },
    );
  for (const place of places) {
    inside(place, 'nft', 'add table inet lab');
    for (const [chain, hook] of [
      ['passing', 'forward'],
      ['leaving', 'output'],
      ['arriving', 'input'],
    ])
      inside(place, 'nft', `add chain inet lab ${chain} { type filter hook ${hook} priority 0; }`);
    // A router that is asked often answers less often; here it always does, until a test wants it otherwise. Not every
    // kernel has all of these in a namespace (-e).
    inside(
      place,
      'sysctl',
      '-eqw',
      'net.ipv4.ip_forward=1',
      'net.ipv4.icmp_ratelimit=0',
      'net.ipv4.icmp_msgs_per_sec=100000',
    );
  }
  connect(
    { place: here, device: `vr${process.pid}`, address: at(1) },
    { place: namespaces.r1, device: 'home', address: at(2) },
  );
  join('r1', 'to2', 'r2', 'to1', 5);
  join('r2', 'to3', 'r3', 'to2', 9);
  join('r3', 'to4', 'end', 'to3', 13);
  join('r1', 'short', 'r3', 'short', 17);
  const end = at(14);
  const route = (place: Place, written: string) =>
    namespaces[place].ip(`route replace ${written.replace('END', `${at(12)}/30`)}`);
  const routes = () => {
    route('r1', `END via ${at(6)}`);
    route('r2', `END via ${at(10)}`);
  };
  routes();
  here.ip(`route add ${network}.0/24 via ${at(2)}`);
  route('r2', `${at(0)}/30 via ${at(5)}`);
  route('r3', `${at(0)}/30 via ${at(9)}`);
  route('end', `default via ${at(13)}`);
  return {
    address: end,
    stations: [at(2), at(6), at(10), end],
    drop: (place, where, condition) => inside(place, 'nft', `add rule inet lab ${where} ${condition} drop`),
    route,
    shorten: () => {
      route('r1', `END via ${at(18)}`);
      route('r3', `${at(0)}/30 via ${at(17)}`);
    },
    mend: () => {
      for (const place of places) inside(place, 'nft', 'flush table inet lab');
      routes();
      route('r3', `${at(0)}/30 via ${at(9)}`);
    },
    [Symbol.dispose]: () => made.dispose(),
  };
};

// A host behind a cable of this machine: a network namespace that answers, until the cable is spoilt.
import { execFileSync } from 'node:child_process';

export interface Uplink extends Disposable {
  /** The address of the host. */
  readonly address: string;
  /** Ours, at this end. */
  readonly near: string;
  /** Drops what arrives there and fits a condition of nftables, until `heal`; without one, everything. */
  readonly drop: (condition?: string) => void;
  readonly heal: () => void;
  /** The host refuses what arrives there, in a way of nftables such as `icmp type admin-prohibited`, until `heal`. */
  readonly reject: (how: string) => void;
  /** Runs `ip` or `tc` for the host, whose end of the cable is `far`. */
  readonly far: (program: 'ip' | 'tc', command: string) => void;
}

/** Wants what `canLink` says. */
export const makeUplink = (): Uplink => {
  const name = `vigie-up-${process.pid}`;
  const device = `vg${process.pid}`;
  // Of 198.18.0.0/15, which is for tests (RFC 2544): a network of four addresses for each process.
  const network = `198.19.${(process.pid >> 6) & 255}`;
  const first = (process.pid & 63) * 4 + 1;
  const [near, far] = [`${network}.${first}`, `${network}.${first + 1}`];
  const ip = (command: string) => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });
  const inside = (...words: string[]) =>
    void execFileSync('ip', ['netns', 'exec', name, ...words], { stdio: 'pipe' });
  const nft = (command: string) => inside('nft', command);
  ip(`netns add ${name}`);
  ip(`link add ${device} type veth peer name far netns ${name}`);
  ip(`addr add ${near}/30 dev ${device}`);
  ip(`link set ${device} up`);
  // Who does not answer to be found is given up in a third of a second, not in three.
  execFileSync('sysctl', ['-qw', `net.ipv4.neigh.${device}.retrans_time_ms=100`]);
  ip(`-n ${name} addr add ${far}/30 dev far`);
  ip(`-n ${name} link set far up`);
  nft('add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  return {
    address: far,
    near,
    drop: (condition = '') => nft(`add rule inet lab arriving meta l4proto icmp ${condition} drop`),
    heal: () => nft('flush chain inet lab arriving'),
    reject: (how) => nft(`add rule inet lab arriving meta l4proto icmp reject with ${how}`),
    far: (program, command) => inside(program, ...command.split(' ')),
    [Symbol.dispose]: () => ip(`netns del ${name}`),
  };
};

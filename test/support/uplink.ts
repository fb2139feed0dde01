// A host behind a cable of this machine: a network namespace that answers, until the cable is spoilt.
import { execFileSync } from 'node:child_process';
import { connect, here, makeNamespace } from './namespace.ts';

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
  const place = makeNamespace('up');
  const device = `vg${process.pid}`;
  // Of 198.18.0.0/15, which is for tests (RFC 2544): a network of four addresses for each process.
  const network = `198.19.${(process.pid >> 6) & 255}`;
  const first = (process.pid & 63) * 4 + 1;
  const [near, far] = [`${network}.${first}`, `${network}.${first + 1}`];
  const nft = (command: string) => place.run('nft', command);
  connect({ place: here, device, address: near }, { place, device: 'far', address: far });
  // Who does not answer to be found is given up in a third of a second, not in three.
  execFileSync('sysctl', ['-qw', `net.ipv4.neigh.${device}.retrans_time_ms=100`]);
  nft('add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  return {
    address: far,
    near,
    drop: (condition = '') => nft(`add rule inet lab arriving meta l4proto icmp ${condition} drop`),
    heal: () => nft('flush chain inet lab arriving'),
    reject: (how) => nft(`add rule inet lab arriving meta l4proto icmp reject with ${how}`),
    far: (program, command) => place.run(program, ...command.split(' ')),
    [Symbol.dispose]: place[Symbol.dispose],
  };
};

// A host behind a cable of this machine: a network namespace that answers, until the cable is spoilt.
import { execFileSync } from 'node:child_process';

export interface Uplink extends Disposable {
  /** The address of the host. */
  readonly address: string;
  /** Drops what arrives there and fits a condition of nftables, until `heal`; without one, everything. */
  readonly drop: (condition?: string) => void;
  readonly heal: () => void;
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
  const nft = (command: string) =>
    void execFileSync('ip', ['netns', 'exec', name, 'nft', command], { stdio: 'pipe' });
  ip(`netns add ${name}`);
  ip(`link add ${device} type veth peer name far netns ${name}`);
  ip(`addr add ${near}/30 dev ${device}`);
  ip(`link set ${device} up`);
  ip(`-n ${name} addr add ${far}/30 dev far`);
  ip(`-n ${name} link set far up`);
  nft('add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  return {
    address: far,
    drop: (condition = '') => nft(`add rule inet lab arriving meta l4proto icmp ${condition} drop`),
    heal: () => nft('flush chain inet lab arriving'),
    [Symbol.dispose]: () => ip(`netns del ${name}`),
  };
};

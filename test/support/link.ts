// Two network namespaces with a cable between them: a network that a test may break without anybody else noticing.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { installed } from './installed.ts';
import { here, makeNamespace } from './namespace.ts';

/** Namespaces want root and Debian's `iproute2` and `nftables`. */
export const canLink = process.getuid?.() === 0 && installed('ip') && installed('nft');

/** The addresses of both ends. */
export const near = { 4: '198.18.0.1', 6: 'fd00:18::1' } as const;
export const far = { 4: '198.18.0.2', 6: 'fd00:18::2' } as const;

export interface Link extends Disposable {
  /** Runs a check of ours in the near namespace. */
  readonly probe: (
    type: string,
    options: Readonly<Record<string, unknown>>,
    circumstances?: { readonly family?: 4 | 6; readonly timeoutMs?: number },
  ) => Promise<Outcome>;
  /** Puts a rule of nftables before everything that arrives at the far end, until `heal`. */
  readonly drop: (rule: string) => void;
  readonly heal: () => void;
  /** Runs `ip` for one of the ends. */
  readonly near: (command: string) => void;
  readonly far: (command: string) => void;
  /** Makes the far end a router. */
  readonly forward: () => void;
}

let links = 0;
const program = new URL('run-check.ts', import.meta.url).pathname;

export const makeLink = (): Link => {
  links += 1;
  const [nearEnd, farEnd] = [makeNamespace(`near-${links}`), makeNamespace(`far-${links}`)];
  here.ip(`link add near netns ${nearEnd.name} type veth peer name far netns ${farEnd.name}`);
  for (const [place, device, addresses] of [
    [nearEnd, 'near', near],
    [farEnd, 'far', far],
  ] as const) {
    place.ip(`addr add ${addresses[4]}/24 dev ${device}`);
    place.ip(`addr add ${addresses[6]}/64 dev ${device} nodad`);
    place.ip(`link set ${device} up`);
  }
  farEnd.run('nft', 'add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  return {
    probe: async (type, options, { family = 4, timeoutMs = 10_000 } = {}) => {
      const words = [program, type, JSON.stringify(options), String(family), String(timeoutMs)];
      const { stdout } = await promisify(execFile)('ip', [
        'netns',
        'exec',
        nearEnd.name,
        process.execPath,
        ...words,
      ]);
      return JSON.parse(stdout) as Outcome;
    },
    drop: (rule) => farEnd.run('nft', `add rule inet lab arriving ${rule} drop`),
    heal: () => farEnd.run('nft', 'flush chain inet lab arriving'),
    near: nearEnd.ip,
    far: farEnd.ip,
    forward: () => farEnd.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'),
    [Symbol.dispose]: () => {
      nearEnd[Symbol.dispose]();
      farEnd[Symbol.dispose]();
    },
  };
};

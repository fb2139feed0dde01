// Two network namespaces with a cable between them: a network that a test may break without anybody else noticing.
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { installed } from './installed.ts';

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
  const nearName = `vigie-near-${process.pid}-${links}`;
  const farName = `vigie-far-${process.pid}-${links}`;
  const ip = (command: string) => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });
  const inFar = (...words: string[]) =>
    void execFileSync('ip', ['netns', 'exec', farName, ...words], { stdio: 'pipe' });
  ip(`netns add ${nearName}`);
  ip(`netns add ${farName}`);
  ip(`link add near netns ${nearName} type veth peer name far netns ${farName}`);
  for (const [name, device, addresses] of [
    [nearName, 'near', near],
    [farName, 'far', far],
  ] as const) {
    ip(`-n ${name} addr add ${addresses[4]}/24 dev ${device}`);
    ip(`-n ${name} addr add ${addresses[6]}/64 dev ${device} nodad`);
    ip(`-n ${name} link set ${device} up`);
    ip(`-n ${name} link set lo up`);
  }
  inFar('nft', 'add table inet lab; add chain inet lab arriving { type filter hook input priority 0; }');
  return {
    probe: async (type, options, { family = 4, timeoutMs = 10_000 } = {}) => {
      const words = [program, type, JSON.stringify(options), String(family), String(timeoutMs)];
      const { stdout } = await promisify(execFile)('ip', [
        'netns',
        'exec',
        nearName,
        process.execPath,
        ...words,
      ]);
      return JSON.parse(stdout) as Outcome;
    },
    drop: (rule) => inFar('nft', `add rule inet lab arriving ${rule} drop`),
    heal: () => inFar('nft', 'flush chain inet lab arriving'),
    near: (command) => ip(`-n ${nearName} ${command}`),
    far: (command) => ip(`-n ${farName} ${command}`),
    forward: () => inFar('sysctl', '-qw', 'net.ipv4.ip_forward=1'),
    [Symbol.dispose]: () => {
      ip(`netns del ${nearName}`);
      ip(`netns del ${farName}`);
    },
  };
};

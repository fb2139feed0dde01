// Before a port of the loopback: rules that drop or refuse what arrives there, until they are taken away.
import { execFileSync } from 'node:child_process';
import { atExit } from './at-exit.ts';
import { installed } from './installed.ts';

export const canFirewall = process.getuid?.() === 0 && installed('nft');

export interface Firewall extends Disposable {
  /** `tcp dport 25 drop`, as nftables writes it. */
  readonly add: (rule: string) => void;
  readonly open: () => void;
}

let firewalls = 0;
const nft = (command: string): void => void execFileSync('nft', [command], { stdio: 'pipe' });

export const startFirewall = (): Firewall => {
  firewalls += 1;
  const table = `inet vigie_firewall_${process.pid}_${firewalls}`;
  nft(`add table ${table}; add chain ${table} arriving { type filter hook input priority 0; }`);
  const end = () => nft(`delete table ${table}`);
  const forget = atExit(end);
  return {
    add: (rule) => nft(`add rule ${table} arriving ${rule}`),
    open: () => nft(`flush chain ${table} arriving`),
    [Symbol.dispose]: () => {
      forget();
      end();
    },
  };
};

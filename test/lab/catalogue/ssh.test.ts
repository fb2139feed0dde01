// What goes wrong with SSH.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import type { Firewall } from '../../support/firewall.ts';
import { letIn } from '../../support/guests.ts';
import { serveTcp } from '../../support/loopback.ts';
import { canSshd, startSshd } from '../../support/sshd.ts';
import type { Sshd } from '../../support/sshd.ts';

interface Rig {
  readonly sshd: Sshd;
  readonly firewall: Firewall;
  /** Ends what a fault has put there. */
  leave: () => unknown;
}

/** Another program on the port of the daemon. */
const replace =
  (greeting: string) =>
  async (rig: Rig): Promise<void> => {
    await rig.sshd.kill();
    const impostor = await serveTcp((socket) => socket.write(greeting), rig.sshd.port);
    rig.leave = () => impostor[Symbol.asyncDispose]();
  };
const filled =
  (startups: string, size: number) =>
  async (rig: Rig): Promise<void> => {
    await rig.sshd.restart(['ed25519'], [`MaxStartups ${startups}`]);
    rig.leave = await letIn(rig.sshd.port, size, /^SSH-/);
  };
const anew = async (rig: Rig): Promise<void> => {
  await rig.leave();
  rig.leave = () => {};
  await rig.sshd.restart();
};
const block =
  (rule: string) =>
  ({ sshd, firewall }: Rig): void =>
    firewall.add(rule.replace('PORT', String(sshd.port)));
const unblock = ({ firewall }: Rig): void => firewall.open();
const freeze = ({ sshd }: Rig): void => sshd.pause();
const thaw = ({ sshd }: Rig): void => sshd.resume();

const faults: readonly Fault<Rig>[] = [
  {
    fault: 'the daemon is stopped (SIGSTOP)',
    inject: freeze,
    mend: thaw,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the daemon is dead',
    inject: ({ sshd }) => sshd.kill(),
    mend: ({ sshd }) => sshd.start(),
    expected: { state: 'down', cause: 'refused' },
  },
  {
    fault: 'the host has another key',
    inject: ({ sshd }) => sshd.restart(['new']),
    mend: anew,
    expected: { state: 'degraded', cause: 'host_key_changed' },
  },
  {
    fault: 'the host has only a key of another kind',
    inject: ({ sshd }) => sshd.restart(['rsa']),
    mend: anew,
    expected: { state: 'degraded', cause: 'host_key_changed' },
  },
  {
    fault: 'another service has its port',
    inject: replace('220 files.lab.test FTP server ready\r\n'),
    mend: anew,
    expected: { state: 'down', cause: 'bad_answer' },
  },
  {
    fault: 'a program that says nothing has its port',
    inject: replace(''),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'an SSH of the last century has its port',
    inject: replace('SSH-1.5-1.2.27\r\n'),
    mend: anew,
    expected: { state: 'down', cause: 'protocol' },
  },
  {
    fault: 'those who never log in have taken every place (MaxStartups)',
    inject: filled('3', 3),
    mend: anew,
    expected: { state: 'down', cause: 'too_many_connections' },
  },
  {
    fault: 'it exchanges keys in no way that we know',
    inject: ({ sshd }) => sshd.restart(['ed25519'], ['KexAlgorithms diffie-hellman-group14-sha256']),
    mend: anew,
    expected: { state: 'degraded', cause: 'protocol' },
  },
  {
    fault: 'a firewall drops what comes to it',
    inject: block('tcp dport PORT drop'),
    mend: unblock,
    expected: { state: 'down', cause: 'timeout_connect' },
  },
  {
    fault: 'a firewall says that it is not reachable',
    inject: block('tcp dport PORT reject with icmpx host-unreachable'),
    mend: unblock,
    expected: { state: 'down', cause: 'unreachable' },
  },
  {
    fault: 'a firewall drops what it says after its banner',
    inject: block('tcp sport PORT meta length > 400 drop'),
    mend: unblock,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the daemon is stopped for one probe',
    inject: freeze,
    mend: thaw,
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'the daemon begins anew',
    inject: anew,
    mend: anew,
    expected: 'nothing',
  },
  {
    fault: 'some who never log in hold connections, and there is room',
    inject: filled('10', 3),
    mend: anew,
    expected: 'nothing',
  },
  {
    fault: 'the host shows the newer of the two keys that are expected',
    inject: ({ sshd }) => sshd.restart(['ecdsa']),
    mend: anew,
    expected: 'nothing',
  },
];

describe.skipIf(!canSshd || !canFirewall)('SSH', () => {
  catalogue<Rig>({
    type: 'ssh',
    start: async () => ({ sshd: await startSshd(), firewall: startFirewall(), leave: () => {} }),
    stop: async ({ sshd, firewall, leave }) => {
      await leave();
      firewall[Symbol.dispose]();
      await sshd[Symbol.asyncDispose]();
    },
    check: ({ sshd }) => ({
      type: 'ssh',
      host: '127.0.0.1',
      port: sshd.port,
      fingerprints: [sshd.fingerprint('ed25519'), sshd.fingerprint('ecdsa')],
      every: '15s',
      timeout: '2s',
    }),
    faults,
  });
});

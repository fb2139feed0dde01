// What goes wrong with a port, and with the daemon behind it.
import type { Socket } from 'node:net';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import { letIn } from '../../support/guests.ts';
import { serveTcp } from '../../support/loopback.ts';
import type { Loopback } from '../../support/loopback.ts';
import { canSshd, startSshd } from '../../support/sshd.ts';

const startPort = async () => ({
  sshd: await startSshd(),
  firewall: startFirewall(),
  /** Whoever sits on the port in the stead of the daemon. */
  intruder: undefined as Loopback | undefined,
  /** The crowd goes. */
  leave: () => {},
});
type Port = Awaited<ReturnType<typeof startPort>>;

const crowdMax = 3;

const dead = {
  inject: ({ sshd }: Port) => sshd.kill(),
  mend: ({ sshd }: Port) => sshd.start(),
};
const frozen = {
  inject: ({ sshd }: Port) => sshd.pause(),
  mend: ({ sshd }: Port) => sshd.resume(),
};
const configured = (...lines: readonly string[]) => ({
  inject: ({ sshd }: Port) => sshd.restart(undefined, lines),
  mend: ({ sshd }: Port) => sshd.restart(),
});
const taken = (serve: (socket: Socket) => void) => ({
  inject: async (rig: Port) => {
    await rig.sshd.kill();
    rig.intruder = await serveTcp(serve, rig.sshd.port);
  },
  mend: async ({ sshd, intruder }: Port) => {
    await intruder?.[Symbol.asyncDispose]();
    await sshd.start();
  },
});
const blocked = (rule: string) => ({
  inject: ({ sshd, firewall }: Port) => firewall.add(rule.replace('PORT', String(sshd.port))),
  mend: ({ firewall }: Port) => firewall.open(),
});

describe.skipIf(!canFirewall || !canSshd)('OpenSSH', () => {
  catalogue<Port>({
    type: 'tcp',
    start: startPort,
    stop: async ({ sshd, firewall }) => {
      firewall[Symbol.dispose]();
      await sshd[Symbol.asyncDispose]();
    },
    check: ({ sshd }) => ({
      type: 'tcp',
      host: '127.0.0.1',
      port: sshd.port,
      dialogue: [{ expect: '^SSH-2\\.0-' }],
      every: '20s',
      timeout: '2s',
      slow: { total: '700ms' },
    }),
    faults: [
      { fault: 'the daemon has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      {
        fault: 'the daemon hangs, and the kernel accepts for it',
        ...frozen,
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'the daemon has no room for more connections',
        inject: async (rig) => {
          await rig.sshd.restart(undefined, [`MaxStartups ${crowdMax}`]);
          rig.leave = await letIn(rig.sshd.port, crowdMax, /^SSH-/);
        },
        mend: async ({ sshd, leave }) => {
          leave();
          await sshd.restart();
        },
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'another daemon sits on the port',
        ...taken((socket) => socket.end('220 mail.lab.test ready\r\n')),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'whoever sits on the port hangs up',
        ...taken((socket) => socket.resetAndDestroy()),
        expected: { state: 'down', cause: 'reset' },
      },
      {
        fault: 'a greeting without end',
        ...taken((socket) => void socket.write('x'.repeat(10_000))),
        expected: { state: 'down', cause: 'protocol' },
      },
      {
        fault: 'a firewall drops what arrives',
        ...blocked('tcp dport PORT drop'),
        expected: { state: 'down', cause: 'timeout_connect' },
      },
      {
        fault: 'a firewall resets what arrives',
        ...blocked('tcp dport PORT reject with tcp reset'),
        expected: { state: 'down', cause: 'refused' },
      },
      {
        fault: 'a firewall forbids the port',
        ...blocked('tcp dport PORT reject with icmpx type admin-prohibited'),
        expected: { state: 'down', cause: 'unreachable' },
      },
      {
        fault: 'a firewall drops all that follows the handshake',
        ...blocked('tcp sport PORT tcp flags & (syn | fin | rst) == 0 meta length > 60 drop'),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'every first packet of a connection is lost',
        ...blocked('tcp dport PORT tcp flags syn / syn,ack numgen inc mod 2 == 0 drop'),
        expected: { state: 'degraded', cause: 'slow' },
      },
      { fault: 'the daemon is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      { fault: 'the daemon stands still for two seconds', ...frozen, expected: 'nothing', probes: 1 },
      {
        fault: 'one packet is lost',
        ...blocked('tcp dport PORT tcp flags syn / syn,ack numgen inc mod 2 == 0 drop'),
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'the daemon says more in its greeting',
        ...configured('VersionAddendum of the lab', 'Banner none'),
        expected: 'nothing',
      },
    ],
  });
});

// What goes wrong with telephony, seen over UDP and over TCP.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import type { Firewall } from '../../support/firewall.ts';
import { canKamailio, saying, startKamailio } from '../../support/kamailio.ts';
import type { Kamailio } from '../../support/kamailio.ts';
import { serveTcp, serveUdp } from '../../support/loopback.ts';
import { sipReply } from '../../support/sip-server.ts';

interface Rig {
  readonly kamailio: Kamailio;
  readonly firewall: Firewall;
  /** Ends what a fault has put there. */
  leave: () => unknown;
}

const start = async (): Promise<Rig> => ({
  kamailio: await startKamailio(),
  firewall: startFirewall(),
  leave: () => {},
});

const stop = async ({ kamailio, firewall, leave }: Rig): Promise<void> => {
  await leave();
  firewall[Symbol.dispose]();
  await kamailio[Symbol.asyncDispose]();
};

const routed =
  (route?: string) =>
  ({ kamailio }: Rig): Promise<void> =>
    kamailio.restart(route);
const anew = routed();
const freeze = ({ kamailio }: Rig): void => kamailio.pause();
const thaw = ({ kamailio }: Rig): void => kamailio.resume();
const block =
  (rule: string) =>
  ({ kamailio, firewall }: Rig): void =>
    firewall.add(rule.replace('PORT', String(kamailio.port)));
const unblock = ({ firewall }: Rig): void => firewall.open();

/** Another program on the port of the daemon. */
const replace =
  (serve: (port: number) => Promise<AsyncDisposable>) =>
  async (rig: Rig): Promise<void> => {
    await rig.kamailio.kill();
    const other = await serve(rig.kamailio.port);
    rig.leave = () => other[Symbol.asyncDispose]();
  };
const putBack = async (rig: Rig): Promise<void> => {
  await rig.leave();
  rig.leave = () => {};
  await rig.kamailio.start();
};

const seenByBoth: readonly Fault<Rig>[] = [
  {
    fault: 'the daemon is stopped (SIGSTOP)',
    inject: freeze,
    mend: thaw,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the daemon is dead',
    inject: ({ kamailio }) => kamailio.kill(),
    mend: ({ kamailio }) => kamailio.start(),
    expected: { state: 'down', cause: 'refused' },
  },
  {
    fault: 'it says that it is overloaded (503)',
    inject: routed(saying(503, 'Service Unavailable')),
    mend: anew,
    expected: { state: 'down', cause: 'bad_status' },
  },
  {
    fault: 'it takes requests and says nothing',
    inject: routed('exit;'),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  { fault: 'the daemon begins anew', inject: anew, mend: anew, expected: 'nothing' },
];

const seenOverUdp: readonly Fault<Rig>[] = [
  {
    fault: 'it fails inside (500)',
    inject: routed(saying(500, 'Server Internal Error')),
    mend: anew,
    expected: { state: 'down', cause: 'bad_status' },
  },
  {
    fault: 'it tries, and comes to no end (100)',
    inject: routed(saying(100, 'Trying')),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'a firewall drops UDP',
    inject: block('udp dport PORT drop'),
    mend: unblock,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'a firewall says that it is forbidden to us',
    inject: block('udp dport PORT reject with icmpx admin-prohibited'),
    mend: unblock,
    expected: { state: 'down', cause: 'unreachable' },
  },
  {
    fault: 'every second request is lost',
    inject: block('udp dport PORT numgen inc mod 2 == 0 drop'),
    mend: unblock,
    expected: { state: 'degraded', cause: 'loss' },
  },
  {
    fault: 'what answers has the requests of others in mind',
    inject: replace((port) =>
      serveUdp(
        (request) => [
          sipReply(request, '200 OK', (lines) =>
            lines.map((line) => line.replace(/branch=[^;]*/, 'branch=z9hG4bKstale')),
          ),
        ],
        port,
      ),
    ),
    mend: putBack,
    expected: { state: 'down', cause: 'protocol' },
  },
  {
    fault: 'the daemon is stopped for one probe',
    inject: freeze,
    mend: thaw,
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'one request is lost',
    inject: block('udp dport PORT numgen inc mod 2 == 0 drop'),
    mend: unblock,
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'it wants a password (401)',
    inject: routed(saying(401, 'Unauthorized')),
    mend: anew,
    expected: 'nothing',
  },
  {
    fault: 'it knows nobody of this name (404)',
    inject: routed(saying(404, 'Not Found')),
    mend: anew,
    expected: 'nothing',
  },
];

const seenOverTcp: readonly Fault<Rig>[] = [
  {
    fault: 'it is slow',
    inject: routed(`usleep("900000"); ${saying(200, 'OK')}`),
    mend: anew,
    expected: { state: 'degraded', cause: 'slow' },
  },
  {
    fault: 'another service has its port',
    inject: replace((port) => serveTcp((socket) => socket.write('220 ready\r\n'), port)),
    mend: putBack,
    expected: { state: 'down', cause: 'bad_answer' },
  },
  {
    fault: 'a firewall drops TCP',
    inject: block('tcp dport PORT drop'),
    mend: unblock,
    expected: { state: 'down', cause: 'timeout_connect' },
  },
  {
    fault: 'a firewall drops UDP, which is not asked for here',
    inject: block('udp dport PORT drop'),
    mend: unblock,
    expected: 'nothing',
  },
];

describe.skipIf(!canKamailio || !canFirewall)('Kamailio', () => {
  for (const [transport, faults] of [
    ['udp', [...seenByBoth, ...seenOverUdp]],
    ['tcp', [...seenByBoth, ...seenOverTcp]],
  ] as const)
    catalogue<Rig>({
      type: `sip, ${transport}`,
      start,
      stop,
      check: ({ kamailio }) => ({
        type: 'sip',
        host: '127.0.0.1',
        port: kamailio.port,
        transport,
        every: '15s',
        timeout: '2s',
      }),
      faults,
    });
});

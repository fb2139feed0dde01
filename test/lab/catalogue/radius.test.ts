// What goes wrong with RADIUS: once as the server tells of itself, once as a user sees it who wants to be let in.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { makeFolder, removeFolder } from '../../support/daemon.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import type { Firewall } from '../../support/firewall.ts';
import { canFreeradius, radiusAccount, startFreeradius } from '../../support/freeradius.ts';
import type { Freeradius } from '../../support/freeradius.ts';
import { serveUdp } from '../../support/loopback.ts';

interface Rig {
  readonly server: Freeradius;
  readonly firewall: Firewall;
  readonly secrets: string;
  /** Ends what a fault has put there. */
  leave: () => unknown;
}

const start = async (): Promise<Rig> => {
  const secrets = makeFolder('radius-secrets');
  for (const name of ['secret', 'password'] as const) writeFileSync(join(secrets, name), radiusAccount[name]);
  return { server: await startFreeradius(), firewall: startFirewall(), secrets, leave: () => {} };
};

const stop = async ({ server, firewall, secrets, leave }: Rig): Promise<void> => {
  await leave();
  firewall[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  removeFolder(secrets);
};

const restart =
  (...manner: Parameters<Freeradius['restart']>) =>
  ({ server }: Rig): Promise<void> =>
    server.restart(...manner);
const anew = restart();
const freeze = ({ server }: Rig): void => server.pause();
const thaw = ({ server }: Rig): void => server.resume();
const block =
  (rule: string) =>
  ({ server, firewall }: Rig): void =>
    firewall.add(rule.replace('PORT', String(server.port)));
const unblock = ({ firewall }: Rig): void => firewall.open();

const seenByAll: readonly Fault<Rig>[] = [
  {
    fault: 'the daemon is stopped (SIGSTOP)',
    inject: freeze,
    mend: thaw,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the daemon is dead',
    inject: ({ server }) => server.kill(),
    mend: ({ server }) => server.start(),
    expected: { state: 'down', cause: 'refused' },
  },
  {
    fault: 'it has another secret than we',
    inject: restart({ secret: 'changed over night' }),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'it does not know our address',
    inject: restart({ client: '127.0.0.99' }),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the daemon is stopped for one probe',
    inject: freeze,
    mend: thaw,
    expected: 'nothing',
    probes: 1,
  },
  { fault: 'the daemon begins anew', inject: anew, mend: anew, expected: 'nothing' },
];

const seenByTheServer: readonly Fault<Rig>[] = [
  {
    fault: 'it is told to say nothing of itself',
    inject: restart({ tells: false }),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'a firewall drops what comes to it',
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
    fault: 'every second reply is lost',
    inject: block('udp sport PORT numgen inc mod 2 == 0 drop'),
    mend: unblock,
    expected: { state: 'degraded', cause: 'loss' },
  },
  {
    fault: 'a program that says what we say has its port',
    inject: async (rig) => {
      await rig.server.kill();
      const echo = await serveUdp((message) => [message], rig.server.port);
      rig.leave = () => echo[Symbol.asyncDispose]();
    },
    mend: async (rig) => {
      await rig.leave();
      rig.leave = () => {};
      await rig.server.start();
    },
    expected: { state: 'down', cause: 'protocol' },
  },
  {
    fault: 'one request is lost',
    inject: block('udp dport PORT numgen inc mod 2 == 0 drop'),
    mend: unblock,
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'what knows its users hangs, of which the server itself is not ill',
    inject: restart({ backendMs: 3_000 }),
    mend: anew,
    expected: 'nothing',
  },
];

const seenByAUser: readonly Fault<Rig>[] = [
  {
    fault: 'the password is not the one it knows',
    inject: restart({ password: 'changed over night' }),
    mend: anew,
    expected: { state: 'down', cause: 'auth_failed' },
  },
  {
    fault: 'what knows its users hangs',
    inject: restart({ backendMs: 3_000 }),
    mend: anew,
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'what knows its users is slow',
    inject: restart({ backendMs: 900 }),
    mend: anew,
    expected: { state: 'degraded', cause: 'slow' },
  },
  {
    fault: 'it does not sign its replies',
    inject: restart({ signs: false }),
    mend: anew,
    expected: { state: 'degraded', cause: 'protocol' },
  },
  {
    fault: 'it is told to say nothing of itself, and lets users in',
    inject: restart({ tells: false }),
    mend: anew,
    expected: 'nothing',
  },
];

describe.skipIf(!canFreeradius || !canFirewall)('FreeRADIUS', () => {
  const checkOf = ({ server, secrets }: Rig) => ({
    type: 'radius',
    host: '127.0.0.1',
    port: server.port,
    secret: { file: join(secrets, 'secret') },
    every: '15s',
    timeout: '2s',
  });
  catalogue<Rig>({
    type: 'radius',
    start,
    stop,
    check: checkOf,
    faults: [...seenByAll, ...seenByTheServer],
  });
  catalogue<Rig>({
    type: 'radius, a user',
    start,
    stop,
    check: (rig) => ({
      ...checkOf(rig),
      user: radiusAccount.user,
      password: { file: join(rig.secrets, 'password') },
      'require-message-authenticator': true,
    }),
    faults: [...seenByAll, ...seenByAUser],
  });
});

// What goes wrong with an interface, and what only looks as if.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { makeFolder, removeFolder } from '../../support/daemon.ts';
import { canSnmpd, community, snmpUser, startSnmpd } from '../../support/snmpd.ts';
import type { Snmpd, Told } from '../../support/snmpd.ts';

interface Rig {
  readonly agent: Snmpd;
  /** Where its secrets are. */
  readonly folder: string;
}

const start = async (): Promise<Rig> => {
  const folder = makeFolder('snmp-secrets');
  writeFileSync(join(folder, 'community'), community);
  writeFileSync(join(folder, 'auth'), snmpUser.authKey);
  writeFileSync(join(folder, 'privacy'), snmpUser.privKey);
  return { agent: await startSnmpd(), folder };
};
const stop = async ({ agent, folder }: Rig): Promise<void> => {
  await agent[Symbol.asyncDispose]();
  removeFolder(folder);
};

const telling =
  (told: Told) =>
  ({ agent }: Rig): void =>
    agent.tell(told);
const well = telling({});
const degraded = (cause: 'loss' | 'saturated' | 'bad_value' | 'link_down') =>
  ({ state: 'degraded', cause }) as const;
const down = (cause: 'link_down' | 'bad_answer') => ({ state: 'down', cause }) as const;

describe.skipIf(!canSnmpd)('SNMPv2c', () => {
  catalogue<Rig>({
    type: 'snmp',
    start,
    stop,
    check: ({ agent: { port }, folder }) => ({
      type: 'snmp',
      host: '127.0.0.1',
      port,
      community: { file: join(folder, 'community') },
      interface: { name: 'ge-0/0/1' },
      speed: 1_000,
      every: '15s',
      timeout: '3s',
    }),
    faults: [
      { fault: 'the cable is pulled', inject: telling({ oper: 2 }), mend: well, expected: down('link_down') },
      {
        fault: 'the layer below is down',
        inject: telling({ oper: 7 }),
        mend: well,
        expected: down('link_down'),
      },
      {
        fault: 'the module is taken out',
        inject: telling({ oper: 6 }),
        mend: well,
        expected: down('link_down'),
      },
      {
        fault: 'the interface is switched off by hand',
        inject: telling({ admin: 2, oper: 2 }),
        mend: well,
        expected: degraded('link_down'),
      },
      {
        fault: 'the interface is gone',
        inject: telling({ name: 'ge-0/0/2' }),
        mend: well,
        expected: down('bad_answer'),
      },
      {
        fault: 'packets arrive broken',
        inject: telling({ errors: 100 }),
        mend: well,
        expected: degraded('loss'),
      },
      {
        fault: 'packets are thrown away',
        inject: telling({ discards: 60 }),
        mend: well,
        expected: degraded('loss'),
      },
      {
        fault: 'the link is full',
        inject: telling({ bits: 930e6 }),
        mend: well,
        expected: degraded('saturated'),
      },
      {
        fault: 'the link agrees on a tenth of its speed',
        inject: telling({ speedMbit: 100, bits: 10e6 }),
        mend: well,
        expected: degraded('bad_value'),
      },
      {
        fault: 'interfaces are numbered anew',
        inject: telling({ index: 12 }),
        mend: well,
        expected: 'nothing',
      },
      { fault: 'the router is rebooted', inject: telling({ reboots: 1 }), mend: well, expected: 'nothing' },
      {
        fault: 'counters of 32 bits go round',
        inject: telling({ narrowFrom: 1e9, bits: 700e6 }),
        mend: well,
        expected: 'nothing',
      },
      {
        fault: 'the link is used to its half',
        inject: telling({ bits: 500e6 }),
        mend: well,
        expected: 'nothing',
      },
      {
        fault: 'one packet in ten thousand is broken',
        inject: telling({ errors: 1 }),
        mend: well,
        expected: 'nothing',
      },
      {
        fault: 'the agent is restarted within five seconds',
        inject: ({ agent }) => agent.kill(),
        mend: ({ agent }) => agent.start(),
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'the agent is too busy to answer (SIGSTOP) for two probes',
        inject: ({ agent }) => agent.pause(),
        mend: ({ agent }) => agent.resume(),
        expected: 'nothing',
        probes: 2,
      },
    ],
  });
});

describe.skipIf(!canSnmpd)('SNMPv3', () => {
  catalogue<Rig>({
    type: 'snmp',
    start,
    stop,
    check: ({ agent: { port }, folder }) => ({
      type: 'snmp',
      host: '127.0.0.1',
      port,
      user: snmpUser.name,
      auth: { key: { file: join(folder, 'auth') } },
      privacy: { key: { file: join(folder, 'privacy') } },
      interface: { alias: 'Gitoyen' },
      every: '15s',
      timeout: '3s',
    }),
    faults: [
      {
        fault: 'the cable is pulled, told in secret',
        inject: telling({ oper: 2 }),
        mend: well,
        expected: down('link_down'),
      },
      {
        fault: 'the agent is restarted, and its clock with it',
        inject: async ({ agent }) => {
          await agent.kill();
          await agent.start();
        },
        mend: well,
        expected: 'nothing',
      },
    ],
  });
});

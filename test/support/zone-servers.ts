// A corner of the DNS: a zone, its primary (Knot) and its secondary (NSD), and the zone above them (Knot).
import { vi } from 'vitest';
import dnsZone from '../../checks/dns-zone.ts';
import { freePort } from './daemon.ts';
import { canKnot, startKnot } from './knot.ts';
import type { Setting } from './knot.ts';
import { canNsd, startNsd } from './nsd.ts';
import { runCheck } from './probe.ts';

export const canServeZones = canKnot && canNsd;

export const places = { parent: '127.0.0.2', primary: '127.0.0.3', secondary: '127.0.0.4' } as const;

export type ZoneServers = Awaited<ReturnType<typeof startZoneServers>>;

export const startZoneServers = async () => {
  const port = await freePort();
  await using started = new AsyncDisposableStack();
  let serial = 1;
  const parent = started.use(
    await startKnot({ test: above(delegation) }, { addresses: [places.parent], port }),
  );
  const primary = started.use(
    await startKnot({ 'lab.test': zone(serial) }, { addresses: [places.primary], port, ...transfers(port) }),
  );
  const secondary = started.use(
    await startNsd('lab.test', { address: places.secondary, port, primary: places.primary }),
  );
  const check = { zone: 'lab.test', parent: places.parent, port };
  const areWell = () =>
    vi.waitFor(
      async () => {
        const { kind, facts } = await runCheck(dnsZone, check);
        if (kind !== 'ok' || facts['serial'] !== serial || 'oldestSerial' in facts)
          throw new Error(`not yet: ${JSON.stringify(facts)}`);
      },
      { timeout: 30_000, interval: 200 },
    );
  await areWell();
  const end = started.move();
  return {
    check,
    parent,
    primary,
    secondary,
    /** Waits until they agree. */
    areWell,
    /** The zone above says something else of the zone. */
    delegate: (records: readonly string[] = delegation) => parent.serve({ test: above(records) }),
    /** The zone changes at its primary, which tells the secondary. */
    change: ({ mayTransfer = true } = {}) => {
      serial += 1;
      primary.serve({ 'lab.test': zone(serial) }, mayTransfer ? transfers(port) : {});
    },
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  };
};

export const delegation = [
  'lab 60 NS ns1.lab',
  'lab 60 NS ns2.lab',
  `ns1.lab 60 A ${places.primary}`,
  `ns2.lab 60 A ${places.secondary}`,
];

const above = (records: readonly string[]): string => `
$ORIGIN test.
@ 60 SOA ns.test. hostmaster.test. 1 3600 600 86400 60
@ 60 NS ns
ns 60 A ${places.parent}
${records.join('\n')}
`;

const zone = (serial: number): string => `
$ORIGIN lab.test.
@ 60 SOA ns1 hostmaster ${serial} 3600 600 86400 60
@ 60 NS ns1
@ 60 NS ns2
ns1 60 A ${places.primary}
ns2 60 A ${places.secondary}
www 60 A 192.0.2.10
`;

const transfers = (port: number): Setting => ({
  sections: `
remote:
  - id: secondary
    address: ${places.secondary}@${port}
    via: ${places.primary}
acl:
  - id: transfers
    address: ${places.secondary}
    action: transfer
`,
  zoneLines: ['notify: secondary', 'acl: transfers'],
});

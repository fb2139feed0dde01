// A zone with a real primary, a real secondary and a real zone above, and what is seen of them without a judgement.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import dnsZone from '../../checks/dns-zone.ts';
import { runCheck } from '../support/probe.ts';
import { canServeZones, places, startZoneServers } from '../support/zone-servers.ts';
import type { ZoneServers } from '../support/zone-servers.ts';

describe.skipIf(!canServeZones)('a zone with a primary and a secondary', () => {
  let servers: ZoneServers;
  beforeAll(async () => {
    servers = await startZoneServers();
  }, 60_000);
  afterAll(() => servers[Symbol.asyncDispose]());

  test('is fine, and each phase has its time', async () => {
    const outcome = await runCheck(dnsZone, servers.check);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { servers: 2, serversAnswering: 2, serial: 1 } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['delegation', 'udp', 'tcp']);
  });

  test('whose secondary must not take it over has two serials, and one again once it may', async () => {
    servers.change({ mayTransfer: false });
    const outcome = await runCheck(dnsZone, servers.check);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { serial: 2, oldestSerial: 1 } });
    servers.change();
    await servers.areWell();
    expect((await runCheck(dnsZone, servers.check)).facts).toEqual({
      servers: 2,
      serversAnswering: 2,
      serial: 3,
    });
  });

  test('that a server of the zone itself is said to delegate is none of its business', async () => {
    expect(await runCheck(dnsZone, { ...servers.check, parent: places.primary })).toMatchObject({
      kind: 'ok',
    });
    expect(await runCheck(dnsZone, { ...servers.check, zone: 'other.test' })).toMatchObject({
      kind: 'fail',
      cause: 'dns_nxdomain',
      evidence: '127.0.0.2 knows no other.test',
    });
  });
});

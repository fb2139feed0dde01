// Servers of a zone, and above it, that say anything: what is seen of them is an outcome.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import dnsZone from '../../../checks/dns-zone.ts';
import { delegationOf } from '../../../checks/lib/delegation.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { makeProbe, runCheck } from '../../support/probe.ts';
import { startScriptedZone } from '../../support/scripted-zone.ts';

test('whatever one server says, the zone is up or degraded', { timeout: fuzzTimeoutMs }, async () => {
  let spoil = (reply: Buffer): Buffer => reply;
  await using zone = await startScriptedZone({ ns1: { spoil: (reply) => spoil(reply) } });
  const options = { zone: 'example.org', parent: '127.0.0.1', port: zone.port };
  await fc.assert(
    fc.asyncProperty(spoiling, async (spoiled) => {
      spoil = spoiled;
      expect(['ok', 'warn']).toContain((await runCheck(dnsZone, options)).kind);
    }),
    fuzz,
  );
});

// Who is asked next is what the zone above says: here, nobody is.
test('whatever the zone above says is a delegation or a failure', { timeout: fuzzTimeoutMs }, async () => {
  let spoil = (reply: Buffer): Buffer => reply;
  await using zone = await startScriptedZone({ above: { spoil: (reply) => spoil(reply) } });
  const above = { parent: '127.0.0.1', port: zone.port };
  await fc.assert(
    fc.asyncProperty(spoiling, async (spoiled) => {
      spoil = spoiled;
      const said = await delegationOf('example.org', above, makeProbe()).catch((error: unknown) => error);
      if (said instanceof Failure) return;
      expect(said).toMatchObject({ servers: expect.any(Array), glue: expect.any(Map) });
    }),
    fuzz,
  );
});

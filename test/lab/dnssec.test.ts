// Zones that Knot has signed, and a resolver that validates: its verdict and ours are the same.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import dnssec from '../../checks/dnssec.ts';
import { runCheck } from '../support/probe.ts';
import { canSignZones, startSignedZones } from '../support/signed-zones.ts';
import type { SignedZones } from '../support/signed-zones.ts';

const algorithms = {
  rsa: 'rsasha256',
  rsa512: 'rsasha512',
  p256: 'ecdsap256sha256',
  p384: 'ecdsap384sha384',
  ed25519: 'ed25519',
} as const;

describe.skipIf(!canSignZones)('a zone', () => {
  let zones: SignedZones;
  beforeAll(async () => {
    zones = await startSignedZones(algorithms);
  }, 120_000);
  afterAll(() => zones[Symbol.asyncDispose]());

  test.for(Object.entries(algorithms))('%s, which is signed by %s, is secure', async ([name, algorithm]) => {
    const outcome = await runCheck(dnssec, zones.check(name));
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { secure: true, resolverVouches: true, algorithms: algorithm.toUpperCase() },
    });
    // Knot signs for fourteen days, and begins a little earlier, for clocks that are late.
    expect(Math.round(Number(outcome.facts['secondsToExpiry']) / 86_400)).toBe(14);
  });
});

// A resolver that says anything about a signed zone: what is seen is an outcome.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import dnssec from '../../../checks/dnssec.ts';
import { followChain } from '../../../checks/lib/dnssec.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { signZone, startSigningResolver } from '../../support/signed-zone.ts';

const now = Date.UTC(2026, 10, 22, 9);
const week = 7 * 86_400_000;
const answers = signZone(now - week, now + week);
const types = ['DS', 'DNSKEY', 'SOA', 'NS'] as const;

test('whatever a resolver says of the zone is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  let spoil = (reply: Buffer): Buffer => reply;
  let place = '';
  await using resolver = await startSigningResolver(answers, {
    says: 'vouches',
    spoil: (reply, type) => (type === place ? spoil(reply) : reply),
  });
  const options = { zone: 'example.org', resolver: '127.0.0.1', port: resolver.port };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), spoiling, async (where, spoiled) => {
      [place, spoil] = [where, spoiled];
      expect(['ok', 'warn', 'fail', 'invalid']).toContain((await runCheck(dnssec, options, { now })).kind);
    }),
    fuzz,
  );
});

test('of a key, a digest or a signature with one bit changed nothing holds', () => {
  const bit = fc.tuple(fc.constantFrom(...types), fc.nat(), fc.integer({ min: 0, max: 7 }));
  fc.assert(
    fc.property(bit, ([type, place, shift]) => {
      const changed = { ...answers, [type]: answers[type].map((record) => ({ ...record })) };
      const flip = (bytes: Uint8Array) => void (bytes[place % bytes.length]! ^= 1 << shift);
      for (const record of changed[type]) {
        if (record.type === 'DS') record.data = { ...record.data, digest: flipped(record.data.digest, flip) };
        if (record.type === 'DNSKEY') record.data = { ...record.data, key: flipped(record.data.key, flip) };
        if (record.type === 'RRSIG')
          record.data = { ...record.data, signature: flipped(record.data.signature, flip) };
      }
      expect(followChain('example.org', changed, now).state).toBe('bogus');
    }),
    fuzz,
  );
});

const flipped = (bytes: Uint8Array, flip: (bytes: Uint8Array) => void): Buffer => {
  const copy = Buffer.from(bytes);
  flip(copy);
  return copy;
};

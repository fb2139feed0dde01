import fc from 'fast-check';
import { expect, test } from 'vitest';
import snmp from '../../../checks/snmp.ts';
import { Secret } from '../../../config/secret.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { serveSnmp } from '../../support/snmp-teller.ts';

const table = '1.3.6.1.2.1.2.2.1';
const extended = '1.3.6.1.2.1.31.1.1.1';
const objects = {
  '1.3.6.1.2.1.1.3.0': 100_000,
  [`${table}.7.3`]: 1,
  [`${table}.8.3`]: 1,
  [`${extended}.1.2`]: 'lo',
  [`${extended}.1.3`]: 'eth0',
  [`${extended}.6.3`]: 1_000_000n,
  [`${extended}.15.3`]: 1_000,
};
const ways = [
  { community: new Secret('open-sesame') },
  {
    user: 'vigie',
    auth: { key: new Secret('a-key-to-prove') },
    privacy: { key: new Secret('a-key-to-hide') },
  },
];

test('whatever an agent says is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ways), fc.nat({ max: 3 }), spoiling, async (way, turn, spoil) => {
      let asked = 0;
      await using agent = await serveSnmp(objects, (reply) => (asked++ === turn ? spoil(reply) : reply));
      const options = { host: '127.0.0.1', port: agent.port, interface: { name: 'eth0' }, ...way };
      // What has nothing to do with the question is not heard, and then the answer does not come.
      const outcome = await runCheck(snmp, options, { timeoutMs: 60, before: { ifIndex: 3 } });
      expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
    }),
    fuzz,
  );
});

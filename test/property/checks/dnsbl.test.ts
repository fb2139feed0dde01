import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import dnsbl from '../../../checks/dnsbl.ts';
import { reversed } from '../../../checks/lib/block-list.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';

test('whatever a list says is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  let spoil = (reply: Buffer): Buffer => reply;
  let place = 0;
  await using server = await startNameServer((asked, count) => {
    const name = asked.questions?.[0]?.name ?? '';
    const isListed = name.startsWith('2.0.0.127.') || name.startsWith('25.');
    const reply = replyTo(asked, {
      answers: isListed ? [{ type: 'A', name, data: '127.0.0.2' }] : [],
      flags: isListed ? 0 : 3,
    });
    return [count % 3 === place ? spoil(reply).subarray(0, 65_000) : reply];
  });
  const written = { server: '127.0.0.1', port: server.port, hosts: ['192.0.2.25'], lists: ['a.test'] };
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 2 }), spoiling, async (at, spoiled) => {
      spoil = spoiled;
      place = at;
      // What is no reply is waited for in vain.
      const outcome = await runCheck(dnsbl, written, { timeoutMs: 50 });
      expect(['ok', 'warn', 'invalid']).toContain(outcome.kind);
    }),
    fuzz,
  );
});

test('an address of IPv6 is 32 nibbles, however it is written', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      fc.pre(isIPv6(address));
      expect(reversed(address)).toMatch(/^[0-9a-f](?:\.[0-9a-f]){31}$/i);
    }),
    fuzz,
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import dns from '../../../checks/dns.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';

const datagramBytesMax = 65_000;

test.for(['udp', 'tcp'])(
  'whatever a server replies over %s is an outcome',
  { timeout: fuzzTimeoutMs },
  async (transport) => {
    let spoil = (reply: Buffer): Buffer => reply;
    await using server = await startNameServer(
      (asked) => [spoil(replyTo(asked)).subarray(0, datagramBytesMax)],
      { tcp: true },
    );
    const written = { server: '127.0.0.1', port: server.port, name: 'www.lab.test', transport };
    await fc.assert(
      fc.asyncProperty(spoiling, async (spoiled) => {
        spoil = spoiled;
        // What is no reply is waited for in vain.
        const outcome = await runCheck(dns, written, { timeoutMs: 50 });
        expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
      }),
      fuzz,
    );
  },
);

// Servers of a zone that say anything: what is seen of them is an outcome.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import dnsZone from '../../../checks/dns-zone.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { startScriptedZone } from '../../support/scripted-zone.ts';

test(
  'whatever a server says, of the zone or above it, is an outcome',
  { timeout: fuzzTimeoutMs },
  async () => {
    let spoil = (reply: Buffer): Buffer => reply;
    let place = '';
    const lies = (here: string) => ({ spoil: (reply: Buffer) => (here === place ? spoil(reply) : reply) });
    await using zone = await startScriptedZone({ ns1: lies('ns1'), above: lies('above') });
    const options = { zone: 'example.org', parent: '127.0.0.1', port: zone.port };
    // The resolver is one that nobody is: a name that is no server of ours is not looked for elsewhere.
    const circumstances = { timeoutMs: 1_000, resolvers: ['127.0.0.1:9'] };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('ns1', 'above'), spoiling, async (where, spoiled) => {
        [place, spoil] = [where, spoiled];
        const outcome = await runCheck(dnsZone, options, circumstances);
        expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
        if (outcome.kind === 'invalid') expect(outcome.cause).toBe('self_no_resolver');
        if (where === 'ns1') expect(outcome.kind).not.toBe('fail');
      }),
      fuzz,
    );
  },
);

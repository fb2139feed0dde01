// A real authoritative server and a real resolver, and what goes wrong with them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import dns from '../../checks/dns.ts';
import { canFirewall, startFirewall } from '../support/firewall.ts';
import type { Firewall } from '../support/firewall.ts';
import { canKnot, startKnot } from '../support/knot.ts';
import type { Knot } from '../support/knot.ts';
import { runCheck } from '../support/probe.ts';
import { canUnbound, startUnbound } from '../support/unbound.ts';
import type { Unbound } from '../support/unbound.ts';

const zone = ({ serial = 2026112201, address = '192.0.2.10' } = {}) => `
$ORIGIN lab.test.
@ 60 SOA ns1.lab.test. Hostmaster.lab.test. ${serial} 3600 600 86400 60
@ 60 NS ns1.lab.test.
@ 60 NS ns2.lab.test.
@ 60 MX 10 mx.lab.test.
@ 60 TXT "v=spf1 -all"
@ 60 CAA 0 issue "ca.example"
ns1 60 A 192.0.2.1
ns2 60 A 192.0.2.2
www 60 A ${address}
www 60 AAAA 2001:db8:0:0:1::10
alias 60 CNAME www
${Array.from({ length: 120 }, (_, index) => `large 60 A 198.51.100.${index}`).join('\n')}
`;
const zones = { 'lab.test': zone() };

describe.skipIf(!canKnot)('an authoritative server', () => {
  let knot: Knot;
  beforeAll(async () => {
    knot = await startKnot(zones);
  });
  afterAll(() => knot[Symbol.asyncDispose]());
  const ask = (written: Readonly<Record<string, unknown>>, circumstances = {}) =>
    runCheck(dns, { server: '127.0.0.1', port: knot.port, name: 'www.lab.test', ...written }, circumstances);

  test.for([
    [{ expect: { answers: ['192.0.2.10'], authoritative: true } }],
    [{ transport: 'tcp' }],
    [{ record: 'AAAA', expect: { answers: ['2001:DB8::1:0:0:10'] } }],
    [{ name: 'LAB.test.', record: 'NS', expect: { answers: ['ns2.lab.test', 'NS1.lab.test.'] } }],
    [{ name: 'lab.test', record: 'MX', expect: { contains: ['10 mx.lab.test'] } }],
    [{ name: 'lab.test', record: 'TXT', expect: { contains: ['v=spf1 -all'] } }],
    [{ name: 'lab.test', record: 'CAA', expect: { answers: ['0 issue "ca.example"'] } }],
    [{ name: 'lab.test', record: 'SOA', expect: { 'serial-min': 2026112201 } }],
    [{ name: 'alias.lab.test', expect: { answers: ['192.0.2.10'] } }],
    [{ name: 'ns1.lab.test', record: 'TXT', expect: { answers: [] } }],
    [{ name: 'none.lab.test', expect: { rcode: 'NXDOMAIN' } }],
    [{ name: 'elsewhere.test', expect: { rcode: 'REFUSED' } }],
  ] as const)('%o is fine', async ([written]) => {
    expect(await ask(written)).toMatchObject({ kind: 'ok', facts: { bytes: expect.any(Number) } });
  });

  test('over IPv6 it is asked at its IPv6 address', async () => {
    expect(await ask({ server: '::1' }, { family: 6 })).toMatchObject({ kind: 'ok' });
  });

  test.for([
    [{ expect: { answers: ['192.0.2.11'] } }, 'bad_answer', 'www.lab.test A: no 192.0.2.11 in 192.0.2.10'],
    [
      { name: 'lab.test', record: 'NS', expect: { answers: ['ns1.lab.test'] } },
      'bad_answer',
      'lab.test NS: ns2.lab.test is not expected',
    ],
    [{ name: 'ns1.lab.test', record: 'TXT' }, 'bad_answer', 'ns1.lab.test TXT: no record in the answer'],
    [
      { name: 'lab.test', record: 'SOA', expect: { 'serial-min': 2026112202 } },
      'bad_answer',
      'lab.test SOA: serial 2026112201 is older than 2026112202',
    ],
    [{ name: 'none.lab.test' }, 'dns_nxdomain', 'NXDOMAIN for none.lab.test A'],
    [{ name: 'elsewhere.test' }, 'bad_answer', 'REFUSED for elsewhere.test A'],
  ] as const)('%o fails with %s: %s', async ([written, cause, evidence]) => {
    expect(await ask(written)).toMatchObject({ kind: 'fail', cause, evidence });
  });

  test('phases are those of the transport, in their order', async () => {
    expect(Object.keys((await ask({})).phasesUs)).toEqual(['reply']);
    expect(Object.keys((await ask({ transport: 'tcp' })).phasesUs)).toEqual(['connect', 'reply']);
  });

  describe('frozen', () => {
    beforeEach(() => knot.pause());
    afterEach(() => knot.resume());

    test('it does not reply over UDP, and is asked twice', async () => {
      const outcome = await ask({});
      expect(outcome).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
      expect(outcome.totalUs).toBeGreaterThanOrEqual(4_000_000);
    });

    test('it takes the connection and then does not reply over TCP', async () => {
      const outcome = await ask({ transport: 'tcp' }, { timeoutMs: 1_000 });
      expect(outcome).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
      expect(Object.keys(outcome.phasesUs)).toEqual(['connect']);
    });
  });

  test('that serves an old or a wrong zone is found out', async () => {
    knot.serve({ 'lab.test': zone({ serial: 2026112101, address: '192.0.2.66' }) });
    const soa = { name: 'lab.test', record: 'SOA', expect: { 'serial-min': 2026112201 } };
    expect(await ask(soa)).toMatchObject({ cause: 'bad_answer', facts: { serial: 2026112101 } });
    expect(await ask({ expect: { answers: ['192.0.2.10'] } })).toMatchObject({ cause: 'bad_answer' });
    knot.serve(zones);
  });

  test('on a closed port it refuses at once', async () => {
    for (const transport of ['udp', 'tcp'])
      expect(await ask({ port: 1, transport })).toMatchObject({ kind: 'fail', cause: 'refused' });
  });

  describe.skipIf(!canFirewall)('behind a firewall', () => {
    let firewall: Firewall;
    beforeAll(() => {
      firewall = startFirewall();
    });
    afterEach(() => firewall.open());
    afterAll(() => firewall[Symbol.dispose]());

    test('a reply that does not fit is asked for over TCP, which must then be open', async () => {
      firewall.add(`tcp dport ${knot.port} reject with tcp reset`);
      expect(await ask({ name: 'large.lab.test' })).toMatchObject({
        kind: 'fail',
        cause: 'refused',
        evidence: expect.stringMatching(/^the reply over UDP was truncated; over TCP: .* refused/),
        facts: { truncated: true },
      });
      firewall.open();
      const outcome = await ask({ name: 'large.lab.test' });
      expect(outcome).toMatchObject({ kind: 'ok', facts: { truncated: true, answerRecords: 120 } });
      expect(Object.keys(outcome.phasesUs).toSorted()).toEqual(['connect', 'reply']);
    });

    test('that drops UDP only, TCP is fine', async () => {
      firewall.add(`udp dport ${knot.port} drop`);
      expect(await ask({})).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
      expect((await ask({ transport: 'tcp' })).kind).toBe('ok');
    });

    test('that drops the first question, the reply to the second is a loss', async () => {
      firewall.add(`udp dport ${knot.port} numgen inc mod 2 == 0 drop`);
      const outcome = await ask({});
      expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss', facts: { retried: true } });
      // The wait for the lost one is nobody's phase.
      expect(outcome.phasesUs['reply']).toBeLessThan(outcome.totalUs / 2);
    });
  });
});

describe.skipIf(!canKnot || !canUnbound)('a resolver', () => {
  let knot: Knot;
  let unbound: Unbound;
  beforeAll(async () => {
    knot = await startKnot(zones);
    unbound = await startUnbound({
      upstreams: { 'lab.test': knot.port },
      lines: ['local-zone: "rewritten.test" redirect', 'local-data: "rewritten.test A 203.0.113.80"'],
    });
  });
  afterAll(async () => {
    await unbound[Symbol.asyncDispose]();
    await knot[Symbol.asyncDispose]();
  });
  const ask = (written: Readonly<Record<string, unknown>>, circumstances = {}) =>
    runCheck(
      dns,
      { server: '127.0.0.1', port: unbound.port, name: 'www.lab.test', ...written },
      circumstances,
    );

  test('finds out what it does not know', async () => {
    expect(await ask({ expect: { answers: ['192.0.2.10'] } })).toMatchObject({
      kind: 'ok',
      facts: { authoritative: false },
    });
    expect(await ask({ name: 'none.lab.test', expect: { rcode: 'NXDOMAIN' } })).toMatchObject({ kind: 'ok' });
  });

  test('that invents names instead of NXDOMAIN is found out', async () => {
    expect(await ask({ name: 'none.rewritten.test', expect: { rcode: 'NXDOMAIN' } })).toMatchObject({
      kind: 'fail',
      cause: 'bad_answer',
      facts: { answers: '203.0.113.80' },
    });
  });

  test('is no authority', async () => {
    expect(await ask({ expect: { authoritative: true } })).toMatchObject({
      kind: 'fail',
      cause: 'bad_answer',
    });
  });
});

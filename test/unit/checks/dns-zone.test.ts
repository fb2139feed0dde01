import packet from 'dns-packet';
import type { DecodedPacket } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import dnsZone from '../../../checks/dns-zone.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';
import { a, addresses, edns, names, ns, soa, startScriptedZone } from '../../support/scripted-zone.ts';
import type { Lies, ScriptedZone } from '../../support/scripted-zone.ts';

/** For servers that are silent: there is no need to wait for them. */
const impatient = { timeoutMs: 1_000 };

const probe = async (
  lies: ScriptedZone = {},
  written: Readonly<Record<string, unknown>> = {},
  circumstances = {},
) => {
  await using zone = await startScriptedZone(lies);
  const options = { zone: 'Example.org.', parent: '127.0.0.1', port: zone.port, ...written };
  return await runCheck(dnsZone, options, circumstances);
};

test('a zone whose servers agree with one another and with the zone above is fine', async () => {
  const outcome = await probe();
  expect(outcome).toMatchObject({ kind: 'ok', facts: { servers: 2, serversAnswering: 2, serial: 7 } });
  expect(Object.keys(outcome.phasesUs)).toEqual(['delegation', 'udp', 'tcp']);
});

const aa = packet.AUTHORITATIVE_ANSWER;
const refused = { flags: 5, answers: [] };

test.for([
  ['is silent over UDP', { silent: 'udp' }, 'timeout_reply', /^ns1.*no reply from 127.0.0.2 port/],
  ['is silent over TCP', { silent: 'tcp' }, 'timeout_reply', /^ns1.*over TCP: no reply from 127.0.0.2/],
  [
    'replies to the second question only',
    { silent: 'first' },
    'loss',
    /127.0.0.2 replied to question 2 only$/,
  ],
  ['refuses', { soa: refused, ns: refused }, 'bad_answer', /^ns1.example.org: 127.0.0.2 says REFUSED$/],
  ['fails', { soa: { flags: 2, answers: [] } }, 'dns_servfail', /127.0.0.2 says SERVFAIL$/],
  ['has no such zone', { soa: { flags: 0 } }, 'bad_answer', /127.0.0.2 answers from no zone of its own$/],
  ['has no SOA', { soa: { flags: aa, answers: [] } }, 'bad_answer', /127.0.0.2 knows nothing of the zone$/],
  ['refuses over TCP', { ns: refused }, 'bad_answer', /over TCP: 127.0.0.2 says REFUSED$/],
  [
    'is a resolver too',
    { soa: { flags: aa | packet.RECURSION_AVAILABLE } },
    'bad_answer',
    /offers us recursion$/,
  ],
  ['does not speak EDNS', { soa: { flags: aa, additionals: [] } }, 'protocol', /does not speak EDNS$/],
  [
    'has a server more',
    { ns: { answers: [...names, ns('ns3.example.org')] } },
    'bad_answer',
    /lacks the server ns3/,
  ],
  [
    'has a server less',
    { ns: { answers: names.slice(0, 1) } },
    'bad_answer',
    /the zone lacks the server ns2/,
  ],
  [
    'has moved',
    { ns: { additionals: [a('ns1.example.org', '127.0.0.9'), edns] } },
    'bad_answer',
    /ns1.example.org is at 127.0.0.9, the zone above says 127.0.0.2$/,
  ],
] as const)('one server that %s makes it degraded', async ([, lies, cause, evidence]) => {
  const outcome = await probe({ ns1: lies as Lies }, {}, cause === 'timeout_reply' ? impatient : {});
  expect(outcome).toMatchObject({ kind: 'warn', cause, evidence: expect.stringMatching(evidence) });
});

test('a zone of which no server answers is down, and says why', async () => {
  const lies = { soa: refused, ns: refused };
  expect(await probe({ ns1: lies, ns2: lies })).toMatchObject({
    kind: 'fail',
    cause: 'bad_answer',
    evidence: 'none of 2 servers answers; ns1.example.org: 127.0.0.2 says REFUSED',
    facts: { servers: 2, serversAnswering: 0 },
  });
});

test('a server that is silent weighs more than what others say badly, and the rest is counted', async () => {
  const outcome = await probe(
    { ns1: { soa: { flags: aa, additionals: [] } }, ns2: { silent: 'udp' } },
    {},
    impatient,
  );
  expect(outcome).toMatchObject({ kind: 'warn', cause: 'timeout_reply' });
  expect(outcome).toMatchObject({ evidence: expect.stringMatching(/^ns2.*; and 1 more$/) });
});

test('a server that asks to come over TCP is well if it then answers', async () => {
  const truncated = { soa: { flags: aa | packet.TRUNCATED_RESPONSE, answers: [] } };
  expect(await probe({ ns1: truncated })).toMatchObject({ kind: 'ok', facts: { serial: 7 } });
  expect(await probe({ ns1: { ...truncated, silent: 'tcp' } }, {}, impatient)).toMatchObject({
    kind: 'warn',
    cause: 'timeout_reply',
    facts: { serversAnswering: 1 },
  });
});

test('a server that nobody may connect to is its own fault, and so are all of them', async () => {
  // The kernel has a way to everybody, and lets nobody connect there.
  const everybody = (name: string) => a(name, '255.255.255.255');
  const one = { parent: { additionals: [...addresses.slice(0, 1), everybody('ns2.example.org')] } };
  expect(await probe({ above: one })).toMatchObject({ kind: 'warn', cause: 'unreachable' });
  const both = { parent: { additionals: ['ns1.example.org', 'ns2.example.org'].map(everybody) } };
  expect(await probe({ above: both })).toMatchObject({ kind: 'fail', cause: 'unreachable' });
});

test('recursion is allowed to those who want it', async () => {
  const recursive = { soa: { flags: aa | packet.RECURSION_AVAILABLE } };
  expect((await probe({ ns1: recursive }, { 'may-recurse': true })).kind).toBe('ok');
});

test.for([
  [
    'knows no such zone',
    { flags: 3, authorities: [] },
    'fail',
    'dns_nxdomain',
    '127.0.0.1 knows no Example.org.',
  ],
  [
    'delegates it to nobody',
    { authorities: [] },
    'fail',
    'bad_answer',
    '127.0.0.1 delegates Example.org. to nobody',
  ],
  [
    'refuses to say',
    { flags: 5 },
    'warn',
    'timeout_reply',
    'the zone above says nothing: 127.0.0.1 says REFUSED',
  ],
  [
    'gives no address of a server inside the zone',
    { additionals: addresses.slice(0, 1) },
    'warn',
    'dns_no_address',
    'ns2.example.org: the zone above gives no address of it, so nobody finds it',
  ],
  [
    'gives addresses of another family only',
    { additionals: addresses.map(({ name }) => ({ type: 'AAAA', name, data: '::2' }) as const) },
    'fail',
    'dns_no_address',
    'none of 0 servers answers; no server has an address of this family',
  ],
] as const)('a zone above that %s', async ([, lie, kind, cause, evidence]) => {
  expect(await probe({ above: { parent: lie } as Lies })).toMatchObject({ kind, cause, evidence });
});

test('a server that has both zones answers from the lower one, and that is a delegation too', async () => {
  const above = { parent: { flags: aa, answers: names, authorities: [] } };
  expect((await probe({ above })).kind).toBe('ok');
});

test('a silent zone above is no failure of the zone', async () => {
  expect(await probe({ above: { silent: 'udp' } }, {}, impatient)).toMatchObject({
    kind: 'warn',
    cause: 'timeout_reply',
  });
});

const now = Date.UTC(2026, 10, 22, 9);
const old = (serial: number) => ({
  ns2: { soa: { flags: aa, answers: [soa(serial)], additionals: [edns] } },
});

test('a serial that propagates is no fault, until it has had its time', async () => {
  const first = await probe(old(6), {}, { now });
  expect(first).toMatchObject({ kind: 'ok', facts: { serial: 7, oldestSerial: 6, outdatedSinceAt: now } });
  const later = { now: now + 29 * 60_000, before: first.facts };
  const second = await probe(old(6), {}, later);
  expect(second).toMatchObject({ kind: 'ok', facts: { outdatedSinceAt: now } });
  expect(await probe(old(6), {}, { now: now + 30 * 60_000, before: second.facts })).toMatchObject({
    kind: 'warn',
    cause: 'stale',
    evidence: 'ns2.example.org: 127.0.0.3 has serial 6, others 7 for 1800 s',
  });
});

test('a server that follows, though late, has its time anew', async () => {
  const before = { serial: 7, oldestSerial: 5, outdatedSinceAt: now - 3_600_000 };
  expect(await probe(old(6), {}, { now, before })).toMatchObject({
    kind: 'ok',
    facts: { outdatedSinceAt: now },
  });
});

test('serials go round: 7 is newer than the greatest', async () => {
  const before = { oldestSerial: 4_294_967_295, outdatedSinceAt: 0 };
  expect(await probe(old(4_294_967_295), {}, { now, before })).toMatchObject({
    cause: 'stale',
    facts: { serial: 7 },
  });
});

describe('without a server of the zone above', () => {
  /** Knows the servers of `org`, and where hosts outside of the zone are. */
  const resolver = (asked: DecodedPacket) => {
    const { name = '', type } = asked.questions?.[0] ?? {};
    const places: Readonly<Record<string, string>> = {
      'a.nic.test': '127.0.0.1',
      'ns.other.test': '127.0.0.3',
    };
    const place = places[name];
    if (type === 'A' && place !== undefined) return [replyTo(asked, { answers: [a(name, place)] })];
    if (name !== 'org') return [replyTo(asked, { flags: 3, answers: [] })];
    return [replyTo(asked, { answers: [{ type: 'NS', name, data: 'a.nic.test' }] })];
  };
  const probeWithResolver = async (lies: ScriptedZone, written = {}) => {
    await using known = await startNameServer(resolver);
    const resolvers = [`127.0.0.1:${known.port}`];
    return await probe(lies, { parent: undefined, ...written }, { resolvers });
  };

  test('the nearest zone above is found, and its servers are asked', async () => {
    expect(await probeWithResolver({}, { zone: 'example.org' })).toMatchObject({ kind: 'ok' });
  });

  test('servers outside of the zone are where the resolver says, and one that it does not know is a problem', async () => {
    const outside = [ns('ns1.example.org'), ns('ns.other.test'), ns('none.other.test')];
    const ns1 = { ns: { answers: outside, additionals: [edns] } };
    const above = { parent: { authorities: outside, additionals: addresses.slice(0, 1) } };
    expect(await probeWithResolver({ ns1, ns2: ns1, above })).toMatchObject({
      kind: 'warn',
      cause: 'dns_nxdomain',
      evidence: 'none.other.test did not resolve for IPv4: ENOTFOUND',
      facts: { servers: 2, serversAnswering: 2 },
    });
  });
});

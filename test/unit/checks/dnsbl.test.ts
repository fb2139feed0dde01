import { describe, expect, test } from 'vitest';
import type { Answer, DecodedPacket, Question } from 'dns-packet';
import dnsbl from '../../../checks/dnsbl.ts';
import { reversed } from '../../../checks/lib/block-list.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import { freePort } from '../../support/daemon.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { makeProbe, runCheck } from '../../support/probe.ts';

const ours = { ipv4: '192.0.2.25', ipv6: '2001:db8::25' };
const healthy = ['127.0.0.2', '::ffff:7f00:2'];

/** By name of the list: the codes it answers for these addresses, or for `*` everybody; or the code of its failure. */
type Lists = Readonly<Record<string, Readonly<Record<string, string>> | string | undefined>>;

const points = Object.fromEntries(healthy.map((address) => [address, '127.0.0.2']));

const answer = (lists: Lists) => (asked: DecodedPacket) => {
  const [{ name, type }] = asked.questions as [Question];
  const list = Object.keys(lists).find((list) => name.endsWith(`.${list}`)) ?? '';
  const entries = lists[list];
  if (entries === undefined) return [];
  if (typeof entries === 'string') return [replyTo(asked, { answers: [], flags: Number(entries) })];
  const found = Object.entries(entries).find(
    ([address]) => address === '*' || name === `${reversed(address)}.${list}`,
  );
  if (found === undefined) return [replyTo(asked, { answers: [], flags: 3 })];
  const record: Answer =
    type === 'TXT' ? { type, name, data: `why ${found[0]}` } : { type: 'A', name, data: found[1] };
  return [replyTo(asked, { answers: [record] })];
};

const see = async (lists: Lists, hosts: readonly string[] = Object.values(ours), timeoutMs = 5_000) => {
  await using server = await startNameServer(answer(lists));
  const written = { server: '127.0.0.1', port: server.port, hosts, lists: Object.keys(lists) };
  return await runCheck(dnsbl, written, { timeoutMs });
};

test.for([
  ['192.0.2.25', '25.2.0.192'],
  ['2001:db8::25', '5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2'],
  ['::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0'],
  ['::', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0'],
  ['::ffff:127.0.0.2', '2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0'],
  ['1:2:3:4:5:6:7:8', '8.0.0.0.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0'],
  ['fe80::1%eth0', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f'],
] as const)('%s is asked for as %s', ([address, name]) => {
  expect(reversed(address)).toBe(name);
});

test('is fine when no list has our addresses', async () => {
  const outcome = await see({ 'a.test': points, 'b.test': points });
  expect(outcome).toMatchObject({ kind: 'ok', facts: { addresses: 2, listings: 0, listsBelieved: 2 } });
  expect(Object.keys(outcome.phasesUs)).toEqual(['lists']);
});

test('all addresses of a name are looked for', async () => {
  const listed = { ...points, '::1': '127.0.0.4' };
  const outcome = await see({ 'a.test': listed }, ['localhost']);
  expect(outcome).toMatchObject({
    kind: 'warn',
    evidence: expect.stringMatching(/^::1 is listed/),
    facts: { addresses: 2 },
  });
  expect(Object.keys(outcome.phasesUs)).toEqual(['resolve', 'lists']);
});

test.for(Object.values(ours))('a listing of %s is told with its code and its reason', async (address) => {
  const outcome = await see({ 'a.test': points, 'b.test': { ...points, [address]: '127.0.0.4' } });
  expect(outcome).toMatchObject({
    kind: 'warn',
    cause: 'listed',
    evidence: `${address} is listed in b.test (127.0.0.4): why ${address}`,
    facts: { listings: 1 },
  });
});

test('several listings are counted', async () => {
  const listed = { ...points, [ours.ipv4]: '127.0.0.4' };
  const outcome = await see({ 'a.test': listed, 'b.test': listed });
  expect(outcome).toMatchObject({
    kind: 'warn',
    evidence: expect.stringContaining(', and 1 more'),
    facts: { listings: 2 },
  });
});

describe('a list that cannot be believed', () => {
  const bad = {
    'refuses our resolver': [{ '*': '127.255.255.254' }, 'refuses us (127.255.255.254): why *'],
    'has had enough of us': [{ '*': '127.255.255.255' }, 'refuses us (127.255.255.255)'],
    'refuses us as some do': [{ '*': '127.0.0.1' }, 'refuses us (127.0.0.1)'],
    'lists everybody': [{ '*': '127.0.0.2' }, 'lists everybody'],
    'was bought by somebody': [{ '*': '203.0.113.7' }, 'answers 203.0.113.7, which is no code of a list'],
    'is empty': [{}, 'does not list its test point 127.0.0.2'],
    fails: ['2', 'answers SERVFAIL'],
  } as const;

  test.for(Object.entries(bad))(
    'because it %s judges nothing, and the others do',
    async ([, [list, words]]) => {
      const outcome = await see({ 'bad.test': list, 'good.test': points });
      expect(outcome).toMatchObject({ kind: 'ok', facts: { listsBelieved: 1, listings: 0 } });
      expect(outcome.facts['listsNotBelieved']).toContain(`bad.test ${words}`);
      const listed = await see({ 'bad.test': list, 'good.test': { ...points, [ours.ipv4]: '127.0.0.3' } });
      expect(listed).toMatchObject({ kind: 'warn', cause: 'listed' });
    },
  );

  test.for(Object.entries(bad))(
    'because it %s is no evidence where it is alone',
    async ([, [list, words]]) => {
      const outcome = await see({ 'bad.test': list });
      expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
      expect(outcome).toHaveProperty('evidence', expect.stringContaining(words));
    },
  );

  test('because nobody answers for it is our resolver', async () => {
    expect(await see({ 'bad.test': undefined }, ['192.0.2.25'], 300)).toMatchObject({
      kind: 'invalid',
      cause: 'self_no_resolver',
    });
    const nowhere = { server: '127.0.0.1', port: await freePort(), hosts: ['192.0.2.25'], lists: ['a.test'] };
    expect(await runCheck(dnsbl, nowhere)).toMatchObject({ kind: 'invalid', cause: 'self_no_resolver' });
  });
});

test('a list without IPv6 is believed about IPv4', async () => {
  const onlyIpv4 = { '127.0.0.2': '127.0.0.2', [ours.ipv4]: '127.0.0.4' };
  expect(await see({ 'a.test': onlyIpv4 })).toMatchObject({
    kind: 'warn',
    cause: 'listed',
    facts: { listsWithoutIpv6: 'a.test', listings: 1 },
  });
});

test('a host without an address is a failure of its name', async () => {
  const written = { server: '127.0.0.1', hosts: ['mx.lab.test'], lists: ['a.test'] };
  const addresses = async (name: string) => {
    if (name === '127.0.0.1') return [name];
    throw new Failure('dns_nxdomain', `${name} is unknown`);
  };
  expect(
    await dnsbl.run(dnsbl.options.parse(written), {
      ...makeProbe(),
      resolver: { ...makeProbe().resolver, addresses },
    }),
  ).toMatchObject({
    kind: 'fail',
    cause: 'dns_nxdomain',
    evidence: 'mx.lab.test is unknown',
  });
});

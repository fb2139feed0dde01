// A resolver that must find out what it does not know.
import type { DecodedPacket } from 'dns-packet';
import { expect, test } from 'vitest';
import dns from '../../../checks/dns.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';

const ask = async (reply: (asked: DecodedPacket) => readonly Buffer[], circumstances = {}) => {
  await using server = await startNameServer(reply);
  const options = { server: '127.0.0.1', port: server.port, name: 'www.example.org', recursion };
  return await runCheck(dns, options, circumstances);
};

const recursion = {
  uncached: 'probe.example.org',
  elsewhere: ['www.example.com', 'www.example.net', 'www.example.fr'],
};
type Answer = 'address' | 'nothing' | 'NXDOMAIN' | 'SERVFAIL';
const codes = { address: 0, nothing: 0, NXDOMAIN: 3, SERVFAIL: 2 } as const;
/** What it says of names that it cannot know; of others, that they have an address. */
const resolver = (answers: Readonly<Record<string, Answer>>) => (asked: DecodedPacket) => {
  const name = asked.questions?.[0]?.name ?? '';
  const answer = answers[name] ?? (name.endsWith('.probe.example.org') ? answers['new'] : undefined);
  return answer === undefined || answer === 'address'
    ? [replyTo(asked)]
    : [replyTo(asked, { flags: codes[answer], answers: [] })];
};

test('is asked for another name each time', async () => {
  const asked = new Set<string>();
  for (let round = 0; round < 3; round += 1)
    await ask((question) => {
      asked.add(question.questions?.[0]?.name ?? '');
      return [replyTo(question)];
    });
  const fresh = [...asked].filter((name) => /^[0-9a-f]{16}\.probe\.example\.org$/.test(name));
  expect(fresh.length).toBe(3);
  expect(asked.size).toBe(3 + 1 + recursion.elsewhere.length);
});

test.for([
  ['knows all', {}, 'ok', undefined],
  ['proves that a name of ours is none', { new: 'NXDOMAIN' }, 'ok', undefined],
  ['does not find one of others', { 'www.example.com': 'SERVFAIL' }, 'ok', undefined],
  ['finds nothing new of ours', { new: 'SERVFAIL' }, 'warn', 'dns_servfail'],
  ['says that ours has no address', { new: 'nothing' }, 'warn', 'bad_answer'],
  [
    'does not find two of three of others',
    { 'www.example.com': 'SERVFAIL', 'www.example.fr': 'NXDOMAIN' },
    'warn',
    'dns_servfail',
  ],
  [
    'finds neither',
    { new: 'SERVFAIL', 'www.example.com': 'SERVFAIL', 'www.example.fr': 'NXDOMAIN' },
    'fail',
    'dns_servfail',
  ],
  ['does not know what it must know', { 'www.example.org': 'NXDOMAIN' }, 'fail', 'dns_nxdomain'],
] as const)('%s: %o is %s', async ([, answers, kind, cause]) => {
  const outcome = await ask(resolver(answers));
  expect(outcome.kind).toBe(kind);
  expect('cause' in outcome ? outcome.cause : undefined).toBe(cause);
});

test('tells how long the new name took, and how many of others it found', async () => {
  const outcome = await ask(resolver({ 'www.example.com': 'SERVFAIL' }));
  expect(Object.keys(outcome.phasesUs)).toEqual(['reply', 'recursion']);
  expect(outcome.facts).toMatchObject({ recursion: true, elsewhereAsked: 3, elsewhereFound: 2 });
  const broken = await ask(resolver({ new: 'SERVFAIL' }));
  expect(Object.keys(broken.phasesUs)).toEqual(['reply']);
  expect(broken).toMatchObject({
    evidence: 'finds out nothing new of ours: probe.example.org: SERVFAIL',
    facts: { recursion: false, elsewhereFound: 3 },
  });
});

test('that says nothing of a new name has its own cause', async () => {
  const silent = (asked: DecodedPacket) =>
    asked.questions?.[0]?.name.endsWith('.probe.example.org') ? [] : [replyTo(asked)];
  expect(await ask(silent, { timeoutMs: 1_000 })).toMatchObject({
    kind: 'warn',
    cause: 'dns_timeout',
  });
});

test.for([
  [{ recursion: { ...recursion, elsewhere: ['a.org', 'b.net'] } }, 'at least three names'],
  [
    { recursion: { ...recursion, elsewhere: ['a.org', 'b.net', 'c.ORG.'] } },
    'names in different top-level domains',
  ],
  [
    { recursion, expect: { authoritative: true } },
    'only of a resolver, which answers from no zone of its own',
  ],
] as const)('options %o are refused: %s', ([written, message]) => {
  const { error } = dns.options.safeParse({ name: 'www.example.org', ...written });
  expect(error?.issues[0]?.message).toBe(message);
});

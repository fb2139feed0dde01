// The DNS step of a probe: what a name's silence, and what our own resolver's, are worth.
import packet from 'dns-packet';
import type { DecodedPacket } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { Failure, Unfit } from '../../../../checks/lib/outcome.ts';
import { createResolver } from '../../../../checks/lib/resolver.ts';
import { replyTo, startNameServer } from '../../../support/name-server.ts';

const timeoutMs = 300;

type Answer = 'address' | 'nothing' | 'silence' | 'NXDOMAIN' | 'SERVFAIL';

const rcodes: Readonly<Partial<Record<Answer, number>>> = { SERVFAIL: 2, NXDOMAIN: 3 };

const say = (asked: DecodedPacket, answer: Answer): readonly Buffer[] => {
  if (answer === 'silence') return [];
  const { id = 0, questions = [] } = asked;
  const answers =
    answer === 'address'
      ? questions.map(({ name }) => ({ type: 'A' as const, name, ttl: 1, data: '192.0.2.7' }))
      : [];
  return [packet.encode({ type: 'response', id, flags: rcodes[answer] ?? 0, questions, answers })];
};

/** What asking for a name ends in, when the server answers that name, and the root, so. */
const resolve = async (name: Answer, root: Answer) => {
  await using server = await startNameServer((asked) =>
    say(asked, asked.questions?.[0]?.type === 'NS' ? root : name),
  );
  const resolver = createResolver({ servers: [`127.0.0.1:${server.port}`], timeoutMs });
  return await resolver.addresses('www.example.org', 4).catch((error: unknown) => error);
};

describe('a resolver that answers', () => {
  test('gives the addresses', async () => {
    expect(await resolve('address', 'silence')).toEqual(['192.0.2.7']);
  });

  test.for([
    ['NXDOMAIN', 'dns_nxdomain'],
    ['nothing', 'dns_no_address'],
    ['SERVFAIL', 'dns_servfail'],
  ] as const)('fails with what it says of the name: %s', async ([answer, cause]) => {
    const error = await resolve(answer, 'silence');
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ cause });
  });

  test.for(['nothing', 'SERVFAIL', 'NXDOMAIN'] as const)(
    'and says %s of the root is alive: silence about a name is the fault of the name',
    async (root) => {
      expect(await resolve('silence', root)).toMatchObject({ cause: 'dns_timeout', kind: 'fail' });
    },
  );
});

describe('a resolver that is dead', () => {
  test('is our own fault when it says nothing of the root either', async () => {
    const error = await resolve('silence', 'silence');
    expect(error).toBeInstanceOf(Unfit);
    expect(error).toMatchObject({ cause: 'self_no_resolver' });
  });

  test('is our own fault when its port is closed', async () => {
    const server = await startNameServer(() => []);
    await server[Symbol.asyncDispose]();
    const resolver = createResolver({ servers: [`127.0.0.1:${server.port}`], timeoutMs });
    await expect(resolver.addresses('www.example.org', 6)).rejects.toMatchObject({
      cause: 'self_no_resolver',
    });
  });

  test('is not needed for addresses and for localhost', async () => {
    const resolver = createResolver({ servers: ['127.0.0.1:9'], timeoutMs });
    expect(await resolver.addresses('192.0.2.1', 4)).toEqual(['192.0.2.1']);
    expect(await resolver.addresses('localhost', 6)).toEqual(['::1']);
    await expect(resolver.addresses('192.0.2.1', 6)).rejects.toMatchObject({ cause: 'dns_no_address' });
  });
});

describe('the servers of a zone', () => {
  const nameServers = async (answer: (asked: DecodedPacket) => readonly Buffer[]) => {
    await using server = await startNameServer(answer);
    const resolver = createResolver({ servers: [`127.0.0.1:${server.port}`], timeoutMs });
    return await resolver.nameServers('example.org').catch((error: unknown) => error);
  };

  test('are told by their names', async () => {
    const answers = ['a.example.net', 'b.example.net'].map(
      (data) => ({ type: 'NS', name: 'example.org', ttl: 1, data }) as const,
    );
    const found = await nameServers((asked) => [replyTo(asked, { answers })]);
    expect(found).toEqual(['a.example.net', 'b.example.net']);
  });

  test.for(['NXDOMAIN', 'nothing'] as const)('are none where there is no zone: %s', async (answer) => {
    expect(await nameServers((asked) => say(asked, answer))).toEqual([]);
  });

  test('are unknown where the resolver fails', async () => {
    expect(await nameServers((asked) => say(asked, 'SERVFAIL'))).toMatchObject({ cause: 'dns_servfail' });
  });
});

import packet from 'dns-packet';
import type { DecodedPacket, Packet } from 'dns-packet';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import dns from '../../../checks/dns.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';

const ask = async (
  reply: (asked: DecodedPacket, count: number) => readonly Buffer[],
  written: Readonly<Record<string, unknown>> = {},
  circumstances = {},
) => {
  await using server = await startNameServer(reply);
  const options = { server: '127.0.0.1', port: server.port, name: 'www.example.org', ...written };
  return await runCheck(dns, options, circumstances);
};
const once = (replaced: Packet) => (asked: DecodedPacket) => [replyTo(asked, replaced)];
const a = (name: string, data: string) => ({ type: 'A', name, data }) as const;

describe('what is asked', () => {
  test.for([
    [{}, true],
    [{ expect: { authoritative: true } }, false],
  ] as const)('%o asks for recursion: %s', async ([written, expected]) => {
    let asked: DecodedPacket | undefined;
    await ask((question) => [replyTo((asked = question))], written);
    expect(asked).toMatchObject({ flag_rd: expected, questions: [{ name: 'www.example.org', type: 'A' }] });
    expect(asked?.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1_232 }]);
  });

  test('has another id each time', async () => {
    const ids = new Set<number | undefined>();
    for (let round = 0; round < 5; round += 1)
      await ask((asked) => {
        ids.add(asked.id);
        return [replyTo(asked)];
      });
    expect(ids.size).toBeGreaterThan(3);
  });
});

describe('what counts as the reply', () => {
  const good = (asked: DecodedPacket) => replyTo(asked);
  const lies = { answers: [a('www.example.org', '192.0.2.66')] };
  const wrongId = (asked: DecodedPacket) => replyTo({ ...asked, id: ((asked.id ?? 0) + 1) % 65_536 }, lies);
  const wrongName = (asked: DecodedPacket) =>
    replyTo(asked, { ...lies, questions: [{ type: 'A', name: 'www.example.com' }] });
  const wrongType = (asked: DecodedPacket) =>
    replyTo(asked, { ...lies, questions: [{ type: 'NS', name: 'www.example.org' }] });
  const noQuestion = (asked: DecodedPacket) => replyTo(asked, { questions: [] });
  const echo = (asked: DecodedPacket) => packet.encode({ ...asked, type: 'query' });

  test.for([
    ['another id', wrongId],
    ['another name', wrongName],
    ['another type', wrongType],
    ['no question', noQuestion],
    ['our own question', echo],
    ['nothing', () => Buffer.alloc(0)],
  ] as const)('a datagram with %s is passed over', async ([, stray]) => {
    const outcome = await ask((asked) => [stray(asked), good(asked)]);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { answers: '192.0.2.1', retried: false } });
  });

  test('letters may be large or small', async () => {
    const outcome = await ask((asked) => [
      replyTo(asked, {
        questions: [{ type: 'A', name: 'WWW.Example.ORG' }],
        answers: [a('wWw.example.org', '192.0.2.1')],
      }),
    ]);
    expect(outcome.kind).toBe('ok');
  });

  test('a server that cannot read the question may leave it out', async () => {
    expect(await ask(once({ questions: [], answers: [], flags: 1 }))).toMatchObject({
      cause: 'bad_answer',
      evidence: 'FORMERR for www.example.org A',
    });
  });

  test('strays alone are no reply, and a flood of them ends the probe', async () => {
    expect(await ask((asked) => [wrongId(asked)], {}, { timeoutMs: 300 })).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
    });
    expect(await ask((asked) => Array.from({ length: 200 }, () => wrongId(asked)))).toMatchObject({
      kind: 'fail',
      cause: 'protocol',
      evidence: expect.stringMatching(/floods us/),
    });
  });

  test('records of another name are none of the answer, those of its alias are', async () => {
    const lie = once({ answers: [a('www.example.com', '192.0.2.66')] });
    expect(await ask(lie)).toMatchObject({ cause: 'bad_answer', facts: { answers: '' } });
    const alias = { type: 'CNAME', name: 'www.example.org', data: 'host.example.net' } as const;
    const chain = once({ answers: [alias, a('host.example.net', '192.0.2.7')] });
    expect(await ask(chain)).toMatchObject({ kind: 'ok', facts: { answers: '192.0.2.7' } });
  });
});

describe('a hostile reply', () => {
  const headed = (asked: DecodedPacket, counts: readonly number[], rest: Buffer) => {
    const header = Buffer.alloc(12);
    [asked.id ?? 0, 0x8000, ...counts].forEach((word, index) => header.writeUInt16BE(word, index * 2));
    return [Buffer.concat([header, rest])];
  };

  test.for([
    ['a name that points to itself', [1, 0, 0, 0], Buffer.of(0xc0, 12, 0, 1, 0, 1)],
    ['a name that points forward', [1, 0, 0, 0], Buffer.of(0xc0, 40, 0, 1, 0, 1)],
    ['a label beyond the end', [1, 0, 0, 0], Buffer.of(63, 97, 97)],
    ['fewer records than counted', [0, 3, 0, 0], Buffer.alloc(0)],
    ['more records than anybody needs', [0, 65_535, 65_535, 65_535], Buffer.alloc(1_000)],
    ['a text longer than its record', [0, 0, 0, 1], Buffer.of(0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 9, 200, 3, 99)],
  ] as const)('with %s is a breach of the protocol', async ([, counts, rest]) => {
    expect(await ask((asked) => headed(asked, counts, rest))).toMatchObject({
      kind: 'fail',
      cause: 'protocol',
    });
  });

  test.for([3, 0])('with an address of %i bytes is a breach of the protocol', async (length) => {
    const shortened = (asked: DecodedPacket) => {
      const message = replyTo(asked, { answers: [a('www.example.org', '192.0.2.1')], additionals: [] });
      message.writeUInt16BE(length, message.length - 6);
      return [message.subarray(0, message.length - 4 + length)];
    };
    expect(await ask(shortened)).toMatchObject({ kind: 'fail', cause: 'protocol' });
  });

  test('cannot put anything unprintable into the evidence or the facts', async () => {
    const data = 'evil\u001B[31m\u202E.example';
    const reply = once({ answers: [{ type: 'CNAME', name: 'www.example.org', data }] });
    const outcome = await ask(reply, { record: 'CNAME', expect: { answers: ['good.example'] } });
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'bad_answer' });
    expect(JSON.stringify(outcome)).not.toMatch(/\\u001b|\u202E/i);
  });
});

describe('what is expected', () => {
  test.for([
    ['SERVFAIL', 2, 'dns_servfail'],
    ['NXDOMAIN', 3, 'dns_nxdomain'],
    ['NOTIMP', 4, 'bad_answer'],
    ['REFUSED', 5, 'bad_answer'],
    ['RCODE11', 11, 'bad_answer'],
  ] as const)('%s is told as such', async ([rcode, flags, cause]) => {
    expect(await ask(once({ flags, answers: [] }))).toMatchObject({ kind: 'fail', cause, facts: { rcode } });
  });

  test.for([
    [packet.AUTHORITATIVE_ANSWER, 'ok'],
    [0, 'fail'],
  ] as const)('with flags %i, an answer that must be authoritative is %s', async ([flags, kind]) => {
    expect((await ask(once({ flags }), { expect: { authoritative: true } })).kind).toBe(kind);
  });

  test('a code that only EDNS can say is told too', async () => {
    const edns = {
      udpPayloadSize: 1_232,
      extendedRcode: 1,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [],
    };
    const reply = once({ answers: [], additionals: [{ type: 'OPT', name: '.', ...edns }] });
    expect(await ask(reply)).toMatchObject({ cause: 'bad_answer', facts: { rcode: 'BADVERS' } });
  });

  test.for([
    [4_294_967_295, 5, 'bad_answer'],
    [5, 4_294_967_295, undefined],
    [2_026_112_201, 2_026_112_201, undefined],
    [2_026_112_200, 2_026_112_201, 'bad_answer'],
  ] as const)('serial %i where %i is wanted: %s', async ([serial, wanted, cause]) => {
    const data = { mname: 'ns.example.org', rname: 'host.example.org', serial };
    const reply = once({ answers: [{ type: 'SOA', name: 'example.org', data }] });
    const written = { name: 'example.org', record: 'SOA', expect: { 'serial-min': wanted } };
    const outcome = await ask(reply, written);
    expect('cause' in outcome ? outcome.cause : undefined).toBe(cause);
    expect(outcome.facts).toMatchObject({ serial });
  });

  test.for(['v=spf1 ~all; "mail"', '"v=spf1 ~all; \\"mail\\""', '"v=spf1 " "~all; \\034mail\\034"'])(
    'a text may be written as it is, and as a zone file has it: %s',
    async (text) => {
      const reply = once({
        answers: [{ type: 'TXT', name: 'www.example.org', data: ['v=spf1 ', '~all; "mail"'] }],
      });
      const outcome = await ask(reply, { record: 'TXT', expect: { answers: [text] } });
      expect(outcome).toMatchObject({ kind: 'ok', facts: { answers: 'v=spf1 ~all; "mail"' } });
    },
  );

  test.for([
    [{ name: 'a..b' }, 'a domain name'],
    [{ name: `${'a'.repeat(64)}.example` }, 'a domain name'],
    [{ name: 'example.org', expect: { 'serial-min': 1 } }, 'only with record: SOA'],
    [
      { name: 'example.org', server: 'https://example.org' },
      'a host name or an address, without scheme or port',
    ],
  ] as const)('options %o are refused: %s', ([written, message]) => {
    expect(dns.options.safeParse(written).error?.issues[0]?.message).toBe(message);
  });
});

test('a reply to the second question only is a loss, and its wait is no phase', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const outcome = await ask((asked, count) => {
    if (count > 1) return [replyTo(asked)];
    vi.advanceTimersByTime(2_000);
    return [];
  });
  expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss', facts: { retried: true } });
  expect(outcome).toMatchObject({ totalUs: 2_000_000, phasesUs: { reply: 0 } });
});

test('a probe that is stopped has no outcome', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('we stop')), 20);
  await expect(ask(() => [], {}, { stopping: stop.signal })).rejects.toThrow('we stop');
});

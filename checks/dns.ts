// Does a name server, or a resolver, answer a question as it should?
import { getServers } from 'node:dns';
import { z } from 'zod';
import { domain, host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { resolveOne } from './lib/dial.ts';
import { askOverTcp, askOverUdp } from './lib/dns-exchange.ts';
import type { Server } from './lib/dns-exchange.ts';
import { causeOf, isOlder, normalize, rcodes, recordTypes } from './lib/dns-message.ts';
import type { Question, Reply } from './lib/dns-message.ts';
import { Failure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';
import { recursion, tryRecursion } from './lib/recursion.ts';

const serialMax = 0xffff_ffff;

const expectation = z.strictObject({
  rcode: z.enum(rcodes).default('NOERROR').describe('Response code.'),
  answers: z
    .array(z.string().max(1_000))
    .max(100)
    .optional()
    .describe('These records and no other, in any order, as in a zone file: "10 mx.example.org".'),
  contains: z.array(z.string().max(1_000)).max(100).optional().describe('These records, maybe among others.'),
  authoritative: z
    .boolean()
    .default(false)
    .describe('The server must answer from its own zone; it is then not asked for recursion.'),
  'serial-min': z
    .int({ error: 'a serial number of a zone' })
    .min(0)
    .max(serialMax)
    .optional()
    .describe('For SOA: an older serial (RFC 1982) is a wrong answer.'),
});
type Expectation = z.output<typeof expectation>;

const options = z
  .strictObject({
    server: host()
      .optional()
      .describe('Name or address of the server; without it, the first resolver of the system.'),
    port: port().default(53).describe('Port of the server.'),
    name: domain().describe('What is asked for.'),
    record: z.enum(recordTypes).default('A').describe('Type of the records that are asked for.'),
    transport: z
      .enum(['udp', 'tcp'])
      .default('udp')
      .describe('A truncated reply over UDP is asked for again over TCP.'),
    expect: expectation.prefault({}).describe('What the reply must be.'),
    recursion: recursion
      .optional()
      .describe('Of a resolver: whether it also finds out what it does not know.'),
  })
  .refine(({ recursion, expect }) => recursion === undefined || !expect.authoritative, {
    error: 'only of a resolver, which answers from no zone of its own',
    path: ['recursion'],
  })
  .refine(({ record, expect }) => record === 'SOA' || expect['serial-min'] === undefined, {
    error: 'only with record: SOA',
    path: ['expect', 'serial-min'],
  });
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'DNS',
  summary: 'Asks a name server or a resolver a question and compares the reply with what is expected.',
  options,
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'reply', 'recursion'],
  slowMs: { reply: 500, recursion: 3_000 },
  target: (options) => serverOf(options),
  run: async (options, probe) => {
    const { name, port, record, expect } = options;
    const server = { host: await resolveOne(serverOf(options), probe), port };
    const question = { name, record, recursion: !expect.authoritative };
    const { reply, facts, warning } = await ask(server, options, question, probe);
    const failure = judge(reply, options);
    // Who does not know that much is not asked for more.
    const found =
      failure === undefined && options.recursion !== undefined
        ? await tryRecursion(options.recursion, server, probe)
        : undefined;
    const seen = { ...facts, ...factsOf(reply), ...found?.facts };
    return conclude(seen, failure ?? found?.problem ?? warning);
  },
});

const conclude = (facts: Facts, problem: Failure | undefined): Seen => {
  if (problem?.kind === 'fail') throw new Failure(problem.cause, problem.message, { facts });
  return { facts, ...(problem && { warning: problem }) };
};

const serverOf = ({ server }: Options): string => server ?? getServers()[0] ?? '127.0.0.1';

interface Asked extends Seen {
  readonly reply: Reply;
}

const ask = async (
  server: Server,
  { transport }: Options,
  question: Question,
  probe: Probe,
): Promise<Asked> => {
  if (transport === 'tcp') return { reply: await askOverTcp(server, question, probe) };
  const { reply, tries } = await askOverUdp(server, question, probe);
  const facts = { retried: tries > 1, truncated: reply.truncated };
  const asked = { reply: reply.truncated ? await askAgain(server, question, probe) : reply, facts };
  if (tries === 1) return asked;
  return { ...asked, warning: lossOf(server, tries) };
};

const lossOf = ({ host }: Server, tries: number): Failure =>
  new Failure('loss', `${host} replied to question ${tries} only`, { kind: 'warn' });

const askAgain = async (server: Server, question: Question, probe: Probe): Promise<Reply> => {
  try {
    return await askOverTcp(server, question, probe);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const evidence = `the reply over UDP was truncated; over TCP: ${error.message}`;
    throw new Failure(error.cause, evidence, { facts: { truncated: true } });
  }
};

const factsOf = ({ rcode, authoritative, answers, serial, records, bytes }: Reply): Facts => ({
  rcode,
  authoritative,
  answers: answers.join(', '),
  ...(serial !== undefined && { serial }),
  answerRecords: records.answer,
  authorityRecords: records.authority,
  additionalRecords: records.additional,
  bytes,
});

const judge = (reply: Reply, { name, record, expect }: Options): Failure | undefined => {
  if (reply.rcode !== expect.rcode)
    return new Failure(causeOf(reply.rcode), `${reply.rcode} for ${name} ${record}`);
  const complaint = complain(reply, record, expect);
  return complaint === undefined ? undefined : new Failure('bad_answer', `${name} ${record}: ${complaint}`);
};

const complain = (
  { answers, authoritative, serial }: Reply,
  record: Options['record'],
  expect: Expectation,
): string | undefined => {
  if (expect.authoritative && !authoritative) return 'the server does not answer from a zone of its own';
  const wanted = [...(expect.answers ?? []), ...(expect.contains ?? [])].map((text) =>
    normalize(record, text),
  );
  const missing = wanted.find((text) => !answers.includes(text));
  if (missing !== undefined) return `no ${missing} in ${answers.join(', ') || 'an empty answer'}`;
  const surplus = expect.answers && answers.find((text) => !wanted.includes(text));
  if (surplus !== undefined) return `${surplus} is not expected`;
  // NOERROR without a record is how a server says that there is none of this type, or that the zone is elsewhere.
  if (expect.rcode === 'NOERROR' && !expect.answers && answers.length === 0) return 'no record in the answer';
  const serialMin = expect['serial-min'];
  if (serialMin !== undefined && (serial === undefined || isOlder(serial, serialMin)))
    return `serial ${serial} is older than ${serialMin}`;
  return undefined;
};

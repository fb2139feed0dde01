// Does RADIUS answer, and does it let a user in that was made for us? Nothing that it says about users is kept.
import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { host, port, secret } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { exchangeDatagrams } from './lib/datagram.ts';
import type { Exchange } from './lib/datagram.ts';
import { resolveOne } from './lib/dial.ts';
import { Failure } from './lib/outcome.ts';
import { codes, encodeRequest, nameOf, passwordBytesMax, readReply } from './lib/radius-packet.ts';
import type { Reply } from './lib/radius-packet.ts';

const userExpected = 'a user in a realm of its own, as probe@check.example.org';

const options = z
  .strictObject({
    host: host().describe('Name or address of the server.'),
    port: port().default(1_812).describe('Port of the server: 1812, or 1813 to ask its accounting.'),
    secret: secret().describe('What the server and its clients share.'),
    user: z
      .string({ error: userExpected })
      .max(200)
      .regex(/^[^@\s]+@[^@\s]+$/, { error: userExpected })
      .optional()
      .describe(
        'A user made for Vigie, never a subscriber, who asks to be let in. Without one the server itself is asked how it is (Status-Server).',
      ),
    password: secret()
      .refine((password) => Buffer.byteLength(password.expose()) <= passwordBytesMax, {
        error: `a password of at most ${passwordBytesMax} bytes`,
      })
      .optional()
      .describe('Password of that user.'),
    'require-message-authenticator': z
      .boolean()
      .default(false)
      .describe('Warn of replies without Message-Authenticator, which can be forged (CVE-2024-3596).'),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: 'user and password, or neither',
    path: ['password'],
  });
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'RADIUS',
  summary: 'Asks a RADIUS server how it is, or to let a user in that was made for this.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 10_000 },
  phases: ['resolve', 'reply'],
  slowMs: { reply: 500 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const server = { host: await resolveOne(options.host, probe), port: options.port };
    const exchange = await ask(server, options, probe);
    const where = `${server.host} port ${server.port}`;
    if (exchange.reply === undefined) throw silence(where, exchange);
    probe.timing.lap('reply');
    return judge(exchange.reply, exchange.sendings, where, options);
  },
});

const idsMax = 256;
const authenticatorBytes = 16;
// A server that is asked how it is answers at once. One that lets nobody in by default waits a second before it says so,
// and RFC 5080 §2.2.1 asks for two seconds before a request is sent again.
const waitsMs = { status: [1_000, 1_000, 1_000], access: [2_000, 2_000, 2_000] } as const;

/** The same packet at every sending, so that the server knows a second one for what it is (RFC 5080 §2.2.2). */
const ask = (
  server: { readonly host: string; readonly port: number },
  { user, password, secret }: Options,
  probe: Probe,
): Promise<Exchange<Reply>> => {
  const credentials =
    user === undefined || password === undefined ? undefined : { name: user, password: password.expose() };
  const authenticator = randomBytes(authenticatorBytes);
  const request = encodeRequest(randomInt(idsMax), authenticator, secret.expose(), credentials);
  return exchangeDatagrams(
    server,
    {
      write: () => request.packet,
      waitsMs: waitsMs[credentials ? 'access' : 'status'],
      read: (message) => readReply(message, request, secret.expose()),
    },
    probe,
  );
};

/** A server says nothing to strangers and to those who have another secret than it. */
const silence = (where: string, { sendings, strays }: Exchange<Reply>): Failure => {
  const facts = { retransmissions: sendings - 1 };
  return strays > 0
    ? new Failure('protocol', `${where} sent ${strays} datagrams, and none is signed with our secret`, {
        facts,
      })
    : new Failure(
        'timeout_reply',
        `no reply from ${where} (tries: ${sendings}): it is dead, or does not know our address or secret`,
        { facts },
      );
};

const judge = (reply: Reply, sendings: number, where: string, options: Options): Seen => {
  const answer = nameOf(reply.code);
  const retransmissions = sendings - 1;
  const facts = { answer, messageAuthenticator: reply.isSigned, retransmissions };
  const failure = complain(reply.code, options);
  if (failure !== undefined) throw new Failure(failure.cause, failure.message, { facts });
  if (retransmissions > 0)
    return { facts, warning: new Failure('loss', `${where} replied to request ${sendings} only`) };
  if (!reply.isSigned && options['require-message-authenticator'])
    return {
      facts,
      warning: new Failure('protocol', `the ${answer} has no Message-Authenticator`, { kind: 'warn' }),
    };
  return { facts };
};

const complain = (code: number, { user }: Options): Failure | undefined => {
  if (code === codes['Access-Accept']) return undefined;
  if (user === undefined)
    return code === codes['Accounting-Response']
      ? undefined
      : new Failure('bad_answer', `${nameOf(code)} to a question how the server is`);
  return code === codes['Access-Reject']
    ? new Failure('auth_failed', 'the user made for us is not let in')
    : new Failure('bad_answer', `${nameOf(code)} to a user who wants to be let in`);
};

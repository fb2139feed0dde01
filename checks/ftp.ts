// Does FTP let in and list files? The data connection is where it fails most, and what members need it for.
import type { Socket } from 'node:net';
import { z } from 'zod';
import { host, port, secret } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { Dialogue, hangUp } from './lib/dialogue.ts';
import { dial } from './lib/dial.ts';
import { ask, extendedPort, hear, list, passiveAddress, refusal, textOf } from './lib/ftp.ts';
import type { Data, Passive } from './lib/ftp.ts';
import { Failure } from './lib/outcome.ts';
import { startTls, tlsFields } from './lib/tls.ts';
import { trustIn } from './lib/trust.ts';

const anonymous = 'anonymous';
const oneLine = /^\P{Cc}+$/u;

const options = z
  .strictObject({
    host: host().describe('Name or address to connect to.'),
    port: port().default(21).describe('Port of the server.'),
    tls: z
      .boolean()
      .default(true)
      .describe('Encrypt (AUTH TLS), the data connection too. Without it the password travels in the clear.'),
    user: z
      .string()
      .max(256)
      .regex(oneLine, { error: 'a user name of at most 256 characters' })
      .default(anonymous)
      .describe('Account to log in with.'),
    password: secret()
      .refine((password) => oneLine.test(password.expose()), { error: 'a password on one line' })
      .optional()
      .describe('Password of the account.'),
    pasv: z
      .boolean()
      .default(true)
      .describe(
        'Over IPv4, also ask which address PASV gives to old clients, and warn when it is not the server’s.',
      ),
    contains: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('Name of a file or folder that must be in the listing.'),
    ...tlsFields,
  })
  .refine(({ user, password }) => user === anonymous || password !== undefined, {
    error: 'the password of the user',
    path: ['password'],
  });
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'FTP',
  summary: 'Logs in to an FTP server, encrypted or not, and lists files over a data connection.',
  options,
  defaults: { everyMs: 60_000, timeoutMs: 15_000 },
  phases: ['resolve', 'connect', 'greeting', 'tls', 'login', 'passive', 'data', 'listing'],
  slowMs: { greeting: 2_000, login: 2_000, total: 5_000 },
  target: ({ host }) => host,
  run: async (options, probe) => {
    const plain = await dial(options, probe);
    let control: Socket = plain;
    try {
      const greeting = await greet(plain, options, probe);
      let tls: Seen = {};
      if (options.tls) ({ socket: control, seen: tls } = await startTls(plain, options, probe));
      const seen = await visit(control, options, probe);
      const warning = seen.warning ?? tls.warning;
      return { facts: { greeting, ...seen.facts, ...tls.facts }, ...(warning && { warning }) };
    } finally {
      hangUp(control);
    }
  },
});

/** Up to the consent to encrypt, if that is wished; answers how the server greets. */
const greet = async (socket: Socket, { tls }: Options, probe: Probe): Promise<string> => {
  const dialogue = new Dialogue(socket, probe);
  const greeting = await hear(dialogue, 'the greeting');
  if (greeting.code !== 220) throw refusal(greeting, 'the greeting');
  probe.timing.lap('greeting');
  if (tls) {
    const consent = await ask(dialogue, 'AUTH TLS');
    if (consent.code !== 234) throw new Failure('tls_proto', `encryption is refused: ${textOf(consent)}`);
  }
  dialogue.release();
  return greeting.lines.at(-1)?.slice(4) ?? '';
};

const visit = async (control: Socket, options: Options, probe: Probe): Promise<Seen> => {
  const dialogue = new Dialogue(control, probe);
  const host = control.remoteAddress ?? options.host;
  if (options.tls) await protectData(dialogue);
  await logIn(dialogue, options);
  probe.timing.lap('login');
  const { port, warning } = await passivePort(dialogue, host, options, probe);
  probe.timing.lap('passive');
  const lines = await list(dialogue, control, await dataOf(host, port, options), probe);
  dialogue.send('QUIT');
  const { contains } = options;
  if (contains !== undefined && !lines.some((line) => line === contains || line.endsWith(` ${contains}`)))
    throw new Failure('bad_answer', `no ${contains} in a listing of ${lines.length} lines`);
  return { facts: { listed: lines.length }, ...(warning && { warning }) };
};

/** RFC 4217 §9. */
const protectData = async (dialogue: Dialogue): Promise<void> => {
  for (const command of ['PBSZ 0', 'PROT P']) {
    const reply = await ask(dialogue, command);
    if (reply.code !== 200)
      throw new Failure('tls_proto', `${command}: encryption of data is refused: ${textOf(reply)}`);
  }
};

const logIn = async (dialogue: Dialogue, { user, password }: Options): Promise<void> => {
  const secret = password?.expose() ?? 'vigie@vigie.invalid';
  let reply = await ask(dialogue, `USER ${user}`);
  if (reply.code === 331) reply = await ask(dialogue, `PASS ${secret}`);
  if (reply.code === 230) return;
  const text = textOf(reply);
  const evidence = text.includes(secret) ? 'an answer that repeats the password' : text;
  if (reply.code === 530 || reply.code === 332)
    throw new Failure('auth_failed', `the log-in of ${user}: ${evidence}`);
  throw refusal({ code: reply.code, lines: [evidence] }, `the log-in of ${user}`);
};

/**
 * The port of the next data connection. It is always made to the server itself: an address that a server gives may be
 * anybody's (RFC 2577 §3).
 */
const passivePort = async (
  dialogue: Dialogue,
  host: string,
  { pasv }: Options,
  { family }: Probe,
): Promise<{ readonly port: number; readonly warning?: Failure }> => {
  const old = pasv && family === 4 ? await ask(dialogue, 'PASV') : undefined;
  const given = old && passiveAddress(old);
  const extended = await ask(dialogue, 'EPSV');
  const port = extendedPort(extended) ?? given?.port;
  if (port === undefined)
    throw new Failure(
      'data_channel',
      `no passive port: ${[extended, ...(old ? [old] : [])].map(textOf).join('; ')}`,
      {
        kind: 'warn',
      },
    );
  return given === undefined || given.address === host ? { port } : { port, warning: elsewhere(given, host) };
};

const elsewhere = ({ address }: Passive, host: string): Failure =>
  new Failure('bad_answer', `PASV sends clients to ${address} instead of ${host}`, { kind: 'warn' });

const dataOf = async (host: string, port: number, options: Options): Promise<Data> => {
  const { servername = options.host, ca, 'min-version': minVersion } = options;
  const encryption = options.tls ? { servername, trust: await trustIn(ca), minVersion } : undefined;
  return { host, port, encryption };
};

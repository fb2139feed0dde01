// SMTP as a client speaks it (RFC 5321): from the greeting to an envelope that the server takes.
import { z } from 'zod';
import { host, port } from '../../config/fields.ts';
import type { Probe } from './contract.ts';
import type { Dialogue } from './dialogue.ts';
import { accountOf, mailFields, plainResponse, tooMany, withoutPassword } from './mail-session.ts';
import type { Account, MailOptions, Session } from './mail-session.ts';
import { Failure } from './outcome.ts';
import type { Cause } from './outcome.ts';
import { readReply } from './reply.ts';
import type { Reply } from './reply.ts';

const addressPattern = /^[\x21\x23-\x3b\x3d\x3f-\x7e]{1,64}@[A-Za-z0-9.-]{1,255}$/;

/** An address of mail in plain ASCII, as it stands between the angle brackets of an envelope. */
export const mailbox = () =>
  z
    .string({ error: 'an address such as probe@example.org' })
    .regex(addressPattern, { error: 'an address such as probe@example.org' });

export const smtpFields = (usualPort: number) => ({
  ...mailFields('starttls'),
  port: port().default(usualPort).describe('Port of the server.'),
  // RFC 6761 §6.4: a name that can be nobody's.
  helo: host().default('vigie.invalid').describe('Name by which the probe introduces itself (EHLO).'),
});

type SmtpOptions = MailOptions & { readonly helo: string };

export const smtpPhases = ['resolve', 'connect', 'greeting', 'ehlo', 'tls', 'auth', 'sender', 'recipient'];

/**
 * Greets, encrypts and logs in, with the laps `greeting`, `ehlo`, `tls` and `auth`. The answered warning says that a
 * wished encryption is not to be had: with an account that is a failure, because its password goes nowhere in the clear.
 */
export const introduce = async (
  session: Session,
  options: SmtpOptions,
  { timing }: Probe,
): Promise<{ readonly warning?: Failure }> => {
  accept(await readReply(session.dialogue), 'the greeting', 'rejected');
  timing.lap('greeting');
  let capabilities = await hello(session.dialogue, options.helo);
  timing.lap('ehlo');
  const account = accountOf(options);
  if (options.tls === 'starttls') {
    const refusal = await startTlsRefusal(session.dialogue, capabilities);
    if (refusal !== undefined && account !== undefined) throw refusal;
    if (refusal !== undefined) return { warning: refusal };
    timing.lap('ehlo');
    await session.encrypt();
    capabilities = await hello(session.dialogue, options.helo);
    timing.lap('ehlo');
  }
  if (account !== undefined) {
    await logIn(session.dialogue, account, capabilities);
    timing.lap('auth');
  }
  return {};
};

/**
 * Offers an envelope, and no message yet; laps `sender` and `recipient`. An undefined sender is the empty one of bounces.
 * Fails with `rejected` (for good) or `deferred` (for now, a warning).
 */
export const address = async (
  dialogue: Dialogue,
  { from = '', to }: { readonly from?: string | undefined; readonly to: string },
  { timing }: Probe,
): Promise<void> => {
  accept(await ask(dialogue, `MAIL FROM:<${from}>`), `the sender <${from}>`, 'rejected');
  timing.lap('sender');
  accept(await ask(dialogue, `RCPT TO:<${to}>`), `the recipient <${to}>`, 'rejected');
  timing.lap('recipient');
};

export const ask = (dialogue: Dialogue, line: string): Promise<Reply> => {
  dialogue.send(line);
  return readReply(dialogue);
};

/** Fails unless the reply is one of success: with `deferred` when the server says to come again (RFC 5321 §4.2.1). */
export const accept = ({ code, lines }: Reply, what: string, refusal: Cause): void => {
  if (code >= 200 && code < 300) return;
  const text = lines.join(' | ');
  if (code === 421 && tooMany.test(text))
    throw new Failure('too_many_connections', `${what}: ${text}`, { kind: 'warn' });
  if (code >= 400 && code < 500) throw new Failure('deferred', `${what}: ${text}`, { kind: 'warn' });
  throw new Failure(code >= 500 && code < 600 ? refusal : 'bad_answer', `${what}: ${text}`);
};

/** What the server offers, without its code. */
const hello = async (dialogue: Dialogue, name: string): Promise<readonly string[]> => {
  const reply = await ask(dialogue, `EHLO ${name}`);
  accept(reply, 'EHLO', 'rejected');
  return reply.lines.map((line) => line.slice(4));
};

const startTlsRefusal = async (
  dialogue: Dialogue,
  capabilities: readonly string[],
): Promise<Failure | undefined> => {
  if (!capabilities.some((word) => /^STARTTLS\b/i.test(word)))
    return new Failure('tls_proto', 'STARTTLS is not offered');
  const { code, lines } = await ask(dialogue, 'STARTTLS');
  return code === 220 ? undefined : new Failure('tls_proto', `STARTTLS is refused: ${lines.join(' | ')}`);
};

/** RFC 4954. Whether the password is wrong or nobody can check it, who wants to send mail cannot: `auth_failed`. */
const logIn = async (
  dialogue: Dialogue,
  account: Account,
  capabilities: readonly string[],
): Promise<void> => {
  const ways = capabilities.find((word) => /^AUTH[ =]/i.test(word))?.toUpperCase() ?? '';
  let reply: Reply;
  if (/\bPLAIN\b/.test(ways)) reply = await ask(dialogue, `AUTH PLAIN ${plainResponse(account)}`);
  else if (/\bLOGIN\b/.test(ways)) reply = await askInTurns(dialogue, account);
  else throw new Failure('auth_failed', `neither AUTH PLAIN nor LOGIN is offered, only ${ways || 'nothing'}`);
  if (reply.code !== 235)
    throw new Failure('auth_failed', `the log-in: ${withoutPassword(reply.lines.join(' | '), account)}`);
};

const askInTurns = async (dialogue: Dialogue, { user, password }: Account): Promise<Reply> => {
  let reply = await ask(dialogue, 'AUTH LOGIN');
  for (const answer of [user, password.expose()])
    if (reply.code === 334) reply = await ask(dialogue, Buffer.from(answer).toString('base64'));
  return reply;
};

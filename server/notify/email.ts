// A mail in all languages of the route, handed to a mail server by the same SMTP as a check speaks.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { host } from '../../config/fields.ts';
import { listOf } from '../../config/texts.ts';
import type { Probe } from '../../checks/lib/contract.ts';
import type { Dialogue } from '../../checks/lib/dialogue.ts';
import { converse, wholeAccount, wholeAccountExpected } from '../../checks/lib/mail-session.ts';
import { Failure } from '../../checks/lib/outcome.ts';
import { accept, ask, introduce, mailbox, smtpFields } from '../../checks/lib/smtp.ts';
import { readReply } from '../../checks/lib/reply.ts';
import type { Message } from '../core/alerts/message.ts';
import { Refusal, defineNotifier } from './contract.ts';
import type { Errand } from './contract.ts';
import { reach } from './lib/reach.ts';
import { titleIn, wholeText } from './lib/words.ts';

const options = z
  .strictObject({
    ...smtpFields(587),
    helo: host().optional().describe('Name by which we introduce ourselves (EHLO); the domain of `from`.'),
    from: mailbox().describe('Sender, in the envelope too: what bounces comes back there.'),
    to: listOf(mailbox(), 'a list of addresses such as [admins@example.org]').describe('Recipients.'),
  })
  .omit({ expires: true })
  .refine(wholeAccount, wholeAccountExpected);
type Options = z.output<typeof options>;

export default defineNotifier({
  title: 'E-mail',
  summary: 'Hands a mail to a mail server, in all languages of the route.',
  options,
  hosts: ({ host, to }) => [host, ...to.map(domainOf)],
  send: async (message, options, errand) => {
    const mail = await composed(message, options, errand);
    return reach(options.host, errand, (probe) => submit(mail, options, probe));
  },
});

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The same message is the same mail, however often it is sent: its id, its date and all. */
const composed = async (message: Message, { from, to }: Options, errand: Errand): Promise<Buffer> => {
  // Four megabytes, for whoever sends mails.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const domain = domainOf(from);
  const idOf = (key: string) => `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
  const { organisation, languages } = errand;
  const isAnswer = message.thread !== message.key;
  const mail = new MailComposer({
    from: { name: `Vigie ${organisation}`, address: from },
    to: [...to],
    subject: titleIn(languages, message),
    text: wholeText(message, languages),
    date: new Date(message.at),
    messageId: idOf(message.key),
    ...(isAnswer && { inReplyTo: idOf(message.thread), references: idOf(message.thread) }),
    headers: {
      // RFC 3834: nobody's out-of-office note is to answer. RFC 2919: filters know a route by its name.
      'Auto-Submitted': 'auto-generated',
      'List-Id': `<${message.route}.vigie.${domain}>`,
      'Content-Language': languages.join(', '),
      ...(message.severity === 'down' && message.kind !== 'recovery' && { Importance: 'high' }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
};

const submit = async (mail: Buffer, options: Options, probe: Probe): Promise<string> => {
  const { from, to, helo = domainOf(from) } = options;
  let said = '';
  try {
    await converse(options, probe, async (session) => {
      const { warning } = await introduce(session, { ...options, helo }, probe);
      // Encryption was asked for: what could be read on the way is not sent.
      if (warning !== undefined) throw warning;
      const { dialogue } = session;
      accept(await ask(dialogue, `MAIL FROM:<${from}>`), `the sender <${from}>`, 'rejected');
      const refusals = await address(dialogue, to);
      said = [await give(dialogue, mail), ...refusals].join('; ');
      dialogue.send('QUIT');
      return {};
    });
    return said;
  } catch (error) {
    throw isFinal(error) ? new Refusal(error.message) : error;
  }
};

/**
 * Answers who was refused for good, if anybody was not. Whoever is refused for now postpones it for all, before anybody
 * has it, so that nobody gets it twice.
 */
const address = async (dialogue: Dialogue, to: readonly string[]): Promise<readonly string[]> => {
  const refusals: string[] = [];
  for (const recipient of to) {
    const reply = await ask(dialogue, `RCPT TO:<${recipient}>`);
    if (reply.code >= 500) refusals.push(`not to <${recipient}>: ${reply.lines.join(' | ')}`);
    else accept(reply, `the recipient <${recipient}>`, 'rejected');
  }
  if (refusals.length === to.length) throw new Refusal(refusals.join('; '));
  return refusals;
};

const give = async (dialogue: Dialogue, mail: Buffer): Promise<string> => {
  const { code, lines } = await ask(dialogue, 'DATA');
  if (code !== 354) accept({ code: code < 400 ? 500 : code, lines }, 'DATA', 'rejected');
  // RFC 5321 §4.5.2: a line that begins with a dot gets another one, and a dot alone is the end.
  const text = mail.toString('latin1').replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
  dialogue.sendBytes(Buffer.from(`${text.replace(/(?:\r\n)?$/, '\r\n')}.\r\n`, 'latin1'));
  const reply = await readReply(dialogue);
  accept(reply, 'the message', 'rejected');
  return reply.lines.join(' | ');
};

/** A password that could not be looked up may be right tomorrow (RFC 4954 §6: 454). */
const isFinal = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.cause === 'rejected' || (error.cause === 'auth_failed' && !/: 4\d\d/.test(error.message)));
